// Rates as configuration writes them, and sliding windows against a model that forgets nothing.
#include "rate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>

#include "exact.h"
#include "keyed_hash.h"

namespace {

using sluice::parse_rate;
using sluice::Rate;
using sluice::SlidingWindow;

TEST(ParseRate, TakesACountAndAPeriod) {
  const auto parse = [](const char* text) {
    Rate rate;
    EXPECT_TRUE(parse_rate(Exact(text), rate)) << text;
    return std::pair(rate.count, rate.period);
  };
  EXPECT_EQ(parse("10/s"), std::pair(10U, std::int64_t{1000}));
  EXPECT_EQ(parse("60/min"), std::pair(60U, std::int64_t{60'000}));
  EXPECT_EQ(parse("1000/h"), std::pair(1000U, std::int64_t{3'600'000}));
  EXPECT_EQ(parse("1/d"), std::pair(1U, std::int64_t{86'400'000}));
  EXPECT_EQ(parse("65536/d"), std::pair(65536U, std::int64_t{86'400'000}));
}

TEST(ParseRate, RefusesAllElseAndLeavesTheRateAlone) {
  for (const char* text : {"",
                           "/",
                           "60",
                           "60/",
                           "/min",
                           "0/min",
                           "00/s",
                           "-1/s",
                           "+1/s",
                           "1.5/s",
                           "60 /min",
                           "60/ min",
                           " 60/min",
                           "60/min ",
                           "60/m",
                           "60/MIN",
                           "60/minute",
                           "60/sec",
                           "60/hour",
                           "65537/s",
                           "4294967297/s",
                           "18446744073709551617/s",
                           "99999999999999999999999999/s",
                           "60/s/s"}) {
    Rate rate{7, 8};
    EXPECT_FALSE(parse_rate(Exact(text), rate)) << text;
    EXPECT_EQ(rate.count, 7U) << text;
    EXPECT_EQ(rate.period, 8) << text;
  }
}

TEST(SlidingWindow, AdmitsACountAndThenSaysWhenTheNextMayCome) {
  SlidingWindow window(1000);
  EXPECT_EQ(window.admit(1, 3, 5000), 0);
  EXPECT_EQ(window.admit(1, 3, 5100), 0);
  EXPECT_EQ(window.admit(1, 3, 5900), 0);
  EXPECT_EQ(window.admit(1, 3, 5900), 100);
  EXPECT_EQ(window.admit(1, 3, 5999), 1);
  EXPECT_EQ(window.admit(1, 3, 6000), 0);  // the first one's period is over to the millisecond
  EXPECT_EQ(window.admit(1, 3, 6000), 100);
}

TEST(SlidingWindow, DoesNotCountWhatItRefused) {
  SlidingWindow window(1000);
  EXPECT_EQ(window.admit(1, 1, 0), 0);
  for (int i = 1; i < 1000; ++i) EXPECT_EQ(window.admit(1, 1, i), 1000 - i);
  EXPECT_EQ(window.admit(1, 1, 1000), 0);
}

TEST(SlidingWindow, CountsEachCallerAlone) {
  SlidingWindow window(1000);
  // All of the same home slot, also that of hash 0.
  for (std::uint64_t caller = 0; caller < 100; ++caller) {
    EXPECT_EQ(window.admit(caller << 40U, 1, 0), 0) << caller;
  }
  for (std::uint64_t caller = 0; caller < 100; ++caller) {
    EXPECT_EQ(window.admit(caller << 40U, 1, 1), 999) << caller;
  }
}

TEST(SlidingWindow, TakesTimeThatRunsBackwardsToStandStill) {
  SlidingWindow window(1000);
  EXPECT_EQ(window.admit(1, 2, 10'000), 0);
  EXPECT_EQ(window.admit(1, 2, 5000), 0);
  EXPECT_EQ(window.admit(1, 2, 0), 1000);
  EXPECT_EQ(window.admit(1, 2, 10'999), 1);
  EXPECT_EQ(window.admit(1, 2, 11'000), 0);
  EXPECT_EQ(window.admit(1, 2, 11'000), 0);
  EXPECT_EQ(window.admit(1, 2, 11'000), 1000);
}

TEST(SlidingWindow, KeepsNothingOfIdleCallers) {
  SlidingWindow window(1000, 4);
  for (std::uint64_t caller = 1; caller <= 4; ++caller) EXPECT_EQ(window.admit(caller, 1, 0), 0);
  // Did those still take up room, these would be forgotten early, and admitted twice.
  for (std::uint64_t caller = 5; caller <= 8; ++caller) EXPECT_EQ(window.admit(caller, 1, 1000), 0);
  for (std::uint64_t caller = 5; caller <= 8; ++caller) {
    EXPECT_EQ(window.admit(caller, 1, 1500), 500) << caller;
  }
}

TEST(SlidingWindow, ForgetsTheOldestWhenItIsFull) {
  SlidingWindow window(1000, 4);
  for (std::uint64_t caller = 1; caller <= 5; ++caller) EXPECT_EQ(window.admit(caller, 1, 0), 0);
  for (std::uint64_t caller = 2; caller <= 5; ++caller) {
    EXPECT_EQ(window.admit(caller, 1, 0), 1000) << caller;
  }
  EXPECT_EQ(window.admit(1, 1, 0), 0);  // forgotten; and now the second one is
  EXPECT_EQ(window.admit(2, 1, 0), 0);
  EXPECT_EQ(window.admit(4, 1, 0), 1000);
}

TEST(SlidingWindow, CountsAsMuchAsARateCanSay) {
  SlidingWindow window(1000);
  for (std::uint32_t i = 0; i < sluice::kMostCounted; ++i) {
    ASSERT_EQ(window.admit(1, sluice::kMostCounted, i < 10 ? 0 : 500), 0) << i;
  }
  EXPECT_EQ(window.admit(1, sluice::kMostCounted, 999), 1);
  EXPECT_EQ(window.admit(1, sluice::kMostCounted, 1000), 0);
}

TEST(SlidingWindow, StaysExactBehindAMillionCallers) {
  SlidingWindow window(60'000);
  const sluice::HashKey key{1, 2};
  std::int64_t now = 1'800'000'000'000;
  for (int i = 0; i < 1'000'000; ++i) {
    const std::uint64_t stranger = keyed_hash(key, std::to_string(i));
    ASSERT_EQ(window.admit(stranger, 1, now), 0) << i;
    if (i % 10 == 9) ++now;
  }
  ASSERT_EQ(window.admit(1, 2, now), 0);
  ASSERT_EQ(window.admit(1, 2, now + 1), 0);
  EXPECT_EQ(window.admit(1, 2, now + 2), 59'998);
}

// What the window should do, by going through everything it remembers.
class Model {
 public:
  Model(std::int64_t period, std::size_t capacity) : period_(period), capacity_(capacity) {}

  std::int64_t admit(std::uint64_t caller, std::uint32_t count, std::int64_t now) {
    now_ = std::max(now_, now);
    std::erase_if(kept_, [&](const Request& kept) { return kept.time + period_ <= now_; });
    std::uint32_t seen = 0;
    for (std::size_t i = kept_.size(); i > 0; --i) {
      const Request& kept = kept_[i - 1];
      if (kept.caller == caller && ++seen == count) return kept.time + period_ - now_;
    }
    if (kept_.size() == capacity_) kept_.pop_front();
    kept_.push_back({caller, now_});
    return 0;
  }

 private:
  struct Request {
    std::uint64_t caller;
    std::int64_t time;
  };
  std::int64_t period_;
  std::size_t capacity_;
  std::int64_t now_ = 0;
  std::deque<Request> kept_;
};

struct Walk {
  std::size_t capacity;
  int callers;
  std::uint32_t most;  // the highest count asked for
  int step;            // of time, at most; a tenth of them goes backwards
};

TEST(SlidingWindow, AgreesWithTheModelOnRandomCalls) {
  constexpr Walk kWalks[] = {{1, 3, 3, 50},    {2, 3, 2, 200},  {8, 5, 4, 100},  {16, 40, 2, 30},
                             {64, 7, 20, 10},  {64, 200, 3, 5}, {256, 1, 99, 4}, {256, 90, 5, 0},
                             {1024, 50, 9, 3}, {4, 2, 4, 2000}};
  constexpr std::int64_t kPeriod = 1000;
  std::mt19937_64 random(20240229);  // fixed: a failure must come again
  const auto below = [&](std::uint64_t end) { return static_cast<std::int64_t>(random() % end); };
  for (const Walk& walk : kWalks) {
    SlidingWindow window(kPeriod, walk.capacity);
    Model model(kPeriod, walk.capacity);
    // Half of the hashes share a home slot with others, at the end of the table and around it.
    std::vector<std::uint64_t> hashes;
    for (int i = 0; i < walk.callers; ++i) {
      const std::uint64_t hash = random();
      hashes.push_back(i % 2 == 0 ? hash : hash | (2 * walk.capacity - 1));
    }
    std::int64_t now = 1'700'000'000'000;
    for (int i = 0; i < 20'000; ++i) {
      const std::int64_t step = below(static_cast<std::uint64_t>(walk.step) + 1);
      now += below(10) == 0 ? -step : step;
      if (below(500) == 0) now += kPeriod;
      const std::uint64_t caller = hashes[static_cast<std::size_t>(below(hashes.size()))];
      const auto count = static_cast<std::uint32_t>(1 + below(walk.most));
      ASSERT_EQ(window.admit(caller, count, now), model.admit(caller, count, now))
          << "capacity " << walk.capacity << ", callers " << walk.callers << ", call " << i;
    }
  }
}

}  // namespace
