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

TEST(RequestHeaders, AreNamedOnceEach) {
  using sluice::Field;
  sluice::FieldSet read;
  read.set().reset(static_cast<std::size_t>(Field::none));
  read.reset(static_cast<std::size_t>(Field::accept))
      .reset(static_cast<std::size_t>(Field::origin));
  std::string lines;
  sluice::append_request_headers(lines, read);
  const std::string values = lines.substr(0, lines.find('\n'));
  const std::string names = lines.substr(lines.find('\n'));
  EXPECT_EQ(static_cast<std::size_t>(std::count(values.begin(), values.end(), ' ')), read.count());
  EXPECT_EQ(values.find("accept "), std::string::npos) << "goes upstream, and is not read";
  EXPECT_EQ(names.find("accept "), std::string::npos);
  EXPECT_EQ(values.find("origin "), std::string::npos) << "does not go upstream, and is not read";
  EXPECT_NE(names.find(" origin "), std::string::npos);
  EXPECT_EQ(names.find("connection "), names.find("proxy-connection ") + 6) << "is read";
  EXPECT_TRUE(names.ends_with(" cf-* x-forwarded-* \n"));
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
