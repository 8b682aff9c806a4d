// ACCESS_KEYS: how an item is written, and finding one among many.
#include "access_keys.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "exact.h"

namespace {

using sluice::AccessKey;
using sluice::AccessKeys;

AccessKeys keys_of(std::initializer_list<const char*> items) {
  AccessKeys keys;
  for (const char* item : items) EXPECT_EQ(keys.add(Exact(item)), "") << item;
  EXPECT_EQ(keys.seal(), "");
  return keys;
}

TEST(AccessKeys, TakeAKeyAloneOrWithAName) {
  struct Case {
    const char* item;
    const char* name;
    const char* secret;
  };
  constexpr Case kCases[] = {
      {"sk-1", "#1", "sk-1"},
      {"alice=sk-1", "alice", "sk-1"},
      {"alice = sk-1", "alice", "sk-1"},
      {"a.b-c_9=sk-1", "a.b-c_9", "sk-1"},
      {"alice=YWJjZA==", "alice", "YWJjZA=="},
      {"alice=a=b", "alice", "a=b"},
      {"alice==x", "alice", "=x"},
      {"c2VjcmV0LWtleQ==", "#1", "c2VjcmV0LWtleQ=="},
      {"c2VjcmV0LWtleTE=", "#1", "c2VjcmV0LWtleTE="},
      {"!\"#$%&'()*+-./:;<>?@[\\]^_`{|}~", "#1", "!\"#$%&'()*+-./:;<>?@[\\]^_`{|}~"},
  };
  for (const auto& [item, name, secret] : kCases) {
    AccessKeys keys = keys_of({item});
    ASSERT_EQ(keys.all().size(), 1U) << item;
    EXPECT_EQ(keys.all()[0].name, name) << item;
    const AccessKey* found = keys.find(Exact(secret));
    ASSERT_NE(found, nullptr) << item;
    EXPECT_EQ(found->name, name) << item;
    if (std::string_view(item) != secret) {
      EXPECT_EQ(keys.find(Exact(item)), nullptr) << item;
    }
  }
}

TEST(AccessKeys, NameTheNamelessByTheirPlace) {
  AccessKeys keys = keys_of({"one", "bob=two", "three"});
  EXPECT_EQ(keys.find("one")->name, "#1");
  EXPECT_EQ(keys.find("two")->name, "bob");
  EXPECT_EQ(keys.find("three")->name, "#3");
}

TEST(AccessKeys, RefuseWrongItemsWithoutQuotingThem) {
  for (const char* item : {"", "alice=", "=sekret", "al ice=sekret", "#1=sekret", "al\"ice=sekret",
                           "älice=sekret", "se kret", "sekret\t", "alice=sek ret", "sekretß",
                           "alice=sekretß", "sek\x7fret", "alice=sek\x01ret"}) {
    AccessKeys keys;
    const std::string wrong = keys.add(Exact(item));
    EXPECT_NE(wrong, "") << '"' << item << '"';
    EXPECT_EQ(wrong.find("sek"), std::string::npos) << wrong;
    EXPECT_TRUE(keys.empty()) << item;
  }
}

TEST(AccessKeys, RefuseTheSameKeyTwiceAlsoUnderTwoNames) {
  for (const auto& [one, other] : {std::pair("sekret", "sekret"), std::pair("a=sekret", "b=sekret"),
                                   std::pair("a=sekret", "sekret")}) {
    AccessKeys keys;
    EXPECT_EQ(keys.add(Exact(one)), "");
    EXPECT_EQ(keys.add("between"), "");
    EXPECT_EQ(keys.add(Exact(other)), "");
    const std::string wrong = keys.seal();
    EXPECT_NE(wrong, "") << one << ' ' << other;
    EXPECT_EQ(wrong.find("sek"), std::string::npos) << wrong;
  }
}

TEST(AccessKeys, MayShareAName) {
  AccessKeys keys = keys_of({"alice=old", "alice=new"});
  EXPECT_EQ(keys.find("old")->name, "alice");
  EXPECT_EQ(keys.find("new")->name, "alice");
}

TEST(AccessKeys, FindNothingWhereThereAreNone) {
  const AccessKeys unsealed;
  EXPECT_TRUE(unsealed.empty());
  EXPECT_EQ(unsealed.find(Exact("sk-1")), nullptr);
  AccessKeys sealed;
  EXPECT_EQ(sealed.seal(), "");
  EXPECT_EQ(sealed.find(Exact("")), nullptr);
}

TEST(AccessKeys, AreFoundAmongTenThousandAndNearMissesAreNot) {
  constexpr int kCount = 10'000;
  const auto secret_of = [](int i) { return "sk-team-" + std::to_string(1'000'000 + 7919 * i); };
  AccessKeys keys;
  for (int i = 0; i < kCount; ++i) {
    const std::string name = i % 2 == 0 ? "member-" + std::to_string(i) + '=' : "";
    ASSERT_EQ(keys.add(name + secret_of(i)), "");
  }
  ASSERT_EQ(keys.seal(), "");
  for (int i = 0; i < kCount; ++i) {
    const std::string secret = secret_of(i);
    const AccessKey* found = keys.find(Exact(secret));
    ASSERT_EQ(found, &keys.all()[static_cast<std::size_t>(i)]) << i;
    std::string upper = secret;
    upper[0] = 'S';
    std::string last = secret;
    last.back() = 'x';
    for (const std::string& miss :
         {secret + '0', secret.substr(1), secret.substr(0, secret.size() - 1), ' ' + secret, upper,
          last, secret + '\0', found->name, found->name + '=' + secret}) {
      ASSERT_EQ(keys.find(Exact(miss)), nullptr) << i << ' ' << miss;
    }
  }
  EXPECT_EQ(keys.find(Exact("")), nullptr);
}

}  // namespace
