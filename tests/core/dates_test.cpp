// Expiry dates in configuration.
#include "dates.h"

#include <gtest/gtest.h>

#include <utility>

#include "exact.h"

namespace {

using sluice::parse_expiry;

TEST(ParseExpiry, TakesADayThroughItsEndAndATimeToTheSecond) {
  constexpr std::pair<const char*, std::int64_t> kCases[] = {
      {"1970-01-01", 86'400},
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59Z", -1},
      {"2026-12-31", 1'798'761'600},
      {"2026-12-31T12:00:00Z", 1'798'718'400},
      {"2026-12-31T23:59:59Z", 1'798'761'599},
      {"2027-01-01T00:00:00Z", 1'798'761'600},
      {"2000-02-29", 951'868'800},
      {"2000-03-01T00:00:00Z", 951'868'800},
      {"2024-02-29T00:00:00Z", 1'709'164'800},
      {"2024-02-29", 1'709'251'200},
      {"2100-02-28", 4'107'542'400},
      {"2100-03-01T00:00:00Z", 4'107'542'400},
      {"2038-01-19T03:14:08Z", 2'147'483'648},
      {"9999-12-31", 253'402'300'800},
  };
  for (const auto& [text, seconds] : kCases) {
    std::int64_t milliseconds = -7;
    EXPECT_TRUE(parse_expiry(Exact(text), milliseconds)) << text;
    EXPECT_EQ(milliseconds, seconds * 1000) << text;
  }
}

TEST(ParseExpiry, RefusesDaysAndTimesThatThereAreNot) {
  for (const char* text :
       {"2026-02-29", "2100-02-29", "1900-02-29", "2024-02-30", "2026-04-31", "2026-00-01",
        "2026-13-01", "2026-01-00", "2026-01-32", "2026-99-99", "2026-12-31T24:00:00Z",
        "2026-12-31T23:60:00Z", "2026-12-31T23:59:60Z", "2026-02-29T00:00:00Z"}) {
    std::int64_t milliseconds = -7;
    EXPECT_FALSE(parse_expiry(Exact(text), milliseconds)) << text;
    EXPECT_EQ(milliseconds, -7) << text;
  }
}

TEST(ParseExpiry, RefusesOtherForms) {
  for (const char* text : {"",
                           "2026",
                           "2026-12",
                           "26-12-31",
                           "2026-1-1",
                           "2026/12/31",
                           "31.12.2026",
                           " 2026-12-31",
                           "2026-12-31 ",
                           "2026-12-3x",
                           "+026-12-31",
                           "-026-12-31",
                           "2026-12--1",
                           "2026-12-31T",
                           "2026-12-31T12:00Z",
                           "2026-12-31T12:00:00",
                           "2026-12-31 12:00:00Z",
                           "2026-12-31t12:00:00z",
                           "2026-12-31T12:00:00.0Z",
                           "2026-12-31T12:00:00+00:00",
                           "2026-12-31T12.00.00Z",
                           "tomorrow",
                           "1798761600"}) {
    std::int64_t milliseconds = -7;
    EXPECT_FALSE(parse_expiry(Exact(text), milliseconds)) << text;
    EXPECT_EQ(milliseconds, -7) << text;
  }
}

}  // namespace
