// Durations, near names, JSON with its mistakes located.
#include "config_reader.h"

#include <gtest/gtest.h>

#include "exact.h"

namespace {

using std::chrono::milliseconds;

TEST(ParseDuration, TakesANumberAndAUnit) {
  const std::pair<const char*, long long> kGood[] = {{"500ms", 500},         {"10s", 10'000},
                                                     {"2m", 120'000},        {"12h", 43'200'000},
                                                     {"30d", 2'592'000'000}, {"0s", 0}};
  for (const auto& [text, expected] : kGood) {
    milliseconds value{-1};
    EXPECT_TRUE(sluice::parse_duration(Exact(text), value)) << text;
    EXPECT_EQ(value.count(), expected) << text;
  }
  for (const char* text : {"", "s", "10", "-1s", "1.5s", "1 s", " 1s", "1S", "1sec", "1y", "+1s",
                           "9223372036854775807d", "9223372036854775808s"}) {
    milliseconds value{-1};
    EXPECT_FALSE(sluice::parse_duration(Exact(text), value)) << text;
  }
}

TEST(NearestName, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string_view> names = {"UPSTREAM_URL", "ALLOWED_ORIGINS", "CONFIG", "api"};
  EXPECT_EQ(sluice::nearest_name("UPSTREAM_ULR", names), "UPSTREAM_URL");
  EXPECT_EQ(sluice::nearest_name("ALOWED_ORIGIN", names), "ALLOWED_ORIGINS");
  EXPECT_EQ(sluice::nearest_name("config", names), "CONFIG");
  EXPECT_EQ(sluice::nearest_name("apy", names), "api");
  EXPECT_EQ(sluice::nearest_name("DATABASE_URL", names), "");
  EXPECT_EQ(sluice::nearest_name("KV", names), "");
  EXPECT_EQ(sluice::nearest_name("", names), "");
}

std::string problem_of(const char* json) { return sluice::parse_json(Exact(json)).problem; }

TEST(ParseJson, BuildsTheTree) {
  const Exact text(R"({"a": [1, -2.5, "x\u00e9", true, null], "b": {}})");
  const sluice::JsonParse parse = sluice::parse_json(text);
  ASSERT_EQ(parse.problem, "");
  ASSERT_EQ(parse.value.members.size(), 2U);
  const auto& items = parse.value.members[0].value.items;
  ASSERT_EQ(items.size(), 5U);
  EXPECT_EQ(items[0].string, "1");
  EXPECT_EQ(items[1].string, "-2.5");
  EXPECT_EQ(items[2].string, "xé");
  EXPECT_TRUE(items[3].boolean);
  EXPECT_EQ(items[4].kind, sluice::JsonValue::Kind::null);
  EXPECT_EQ(parse.value.members[1].value.kind, sluice::JsonValue::Kind::object);
}

TEST(ParseJson, LocatesMistakes) {
  EXPECT_EQ(problem_of(""), "not JSON: unexpected end at line 1, column 1");
  EXPECT_EQ(problem_of("{"), "not JSON: unexpected end at line 1, column 2");
  EXPECT_EQ(problem_of("{} x"), "not JSON: unexpected character at line 1, column 4");
  EXPECT_EQ(problem_of("{\n'a'"), "not JSON: unexpected character at line 2, column 1");
  EXPECT_EQ(problem_of("\"\xff\""), "not JSON: unexpected character at line 1, column 2");
  EXPECT_EQ(problem_of(R"({"a":1,"a":2})"), R"(the key "a" stands twice in one object)");
  EXPECT_NE(problem_of("{\"a\":1e999}"), "");
}

TEST(ParseJson, RefusesNestingDeeperThanConfigurationNeeds) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(sluice::parse_json(Exact(deep)).problem, "nested too deeply");
}

}  // namespace
