// The table of request headers, as a whole.
#include "headers.h"

#include <gtest/gtest.h>

#include <string>

#include "exact.h"
#include "request.h"

namespace {

TEST(RuleFor, ForwardsWhatItDoesNotKnow) {
  for (const char* name :
       {"", "x", "openai-organization", "openai-beta", "c", "cf", "cfx-y", "x-forward",
        "a-name-that-is-longer-than-any-name-in-the-whole-table-of-names"}) {
    const sluice::HeaderRule rule = sluice::rule_for(Exact(name));
    EXPECT_TRUE(rule.forwarded) << name;
    EXPECT_EQ(rule.field, sluice::Field::none) << name;
  }
}

TEST(RequestHeadersRead, NamesEveryFieldOnce) {
  std::string names;
  sluice::append_request_headers_read(names);
  EXPECT_EQ(static_cast<std::size_t>(std::count(names.begin(), names.end(), ' ')) +
                3,  // none and now are no headers
            sluice::kFieldCount);
}

bool reads(std::string_view input) {
  sluice::Request request;
  return sluice::read_request(Exact(input), request);
}

TEST(ReadRequest, RefusesWhatIsNoRequest) {
  for (const char* input :
       {"", "GET", "GET\n", "GET\n/x", "GET\nhttp:/x", "\nhttp://a/", "G T\nhttp://a/"}) {
    EXPECT_FALSE(reads(input)) << input;
  }
}

TEST(ReadRequest, TakesAHeadThatEndsAnywhere) {
  for (const char* input : {"GET\nhttp://a", "GET\nhttp://a/\n", "GET\nhttp://a/\norigin",
                            "GET\nhttp://a/\norigin\n", "GET\nhttp://a/\norigin\nnull"}) {
    EXPECT_TRUE(reads(input)) << input;
  }
}

}  // namespace
