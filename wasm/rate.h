// Rate limits: sliding windows, exact within this instance of the core.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice {

// How many requests one SlidingWindow keeps, so also the highest count of a rate.
inline constexpr std::uint32_t kMostCounted = 1U << 16U;

// At most `count` requests within any `period` (milliseconds).
struct Rate {
  std::uint32_t count = 0;
  std::int64_t period = 0;
};

// "60/min", "10/s", "1000/h", "5000/d". False if it is none of these, or counts
// more than kMostCounted.
[[nodiscard]] bool parse_rate(std::string_view text, Rate& rate);

// The admitted requests of all callers within the last period, in the order of their time. Each is
// linked to the same caller's next one, so that admitting costs the same for any number of callers,
// and a caller who has been idle for a period leaves nothing behind.
class SlidingWindow {
 public:
  // Holds `capacity` requests, a power of two, in 72 bytes each. Beyond that the oldest is
  // forgotten early: a flood of callers loosens limits, but takes no further memory.
  explicit SlidingWindow(std::int64_t period, std::size_t capacity = kMostCounted);

  [[nodiscard]] std::int64_t period() const { return period_; }

  // Admits a request of `caller` (a hash) at `now` and returns 0; or, if the caller has made
  // `count` requests within the period, returns in how many milliseconds it may make the next.
  // Time must not run backwards; if it does, it is taken to stand still.
  [[nodiscard]] std::int64_t admit(std::uint64_t caller, std::uint32_t count, std::int64_t now);

 private:
  struct Request {
    std::uint64_t caller = 0;
    std::int64_t time = 0;
    std::uint32_t next = 0;  // number of the caller's next request, if there is one
  };
  struct Caller {
    std::uint64_t caller = 0;
    std::uint32_t oldest = 0;  // number of the request
    std::uint32_t newest = 0;
    std::uint32_t count = 0;  // 0 is an empty slot
  };

  // Requests are numbered as they come; numbers wrap around, long after the request is gone.
  Request& request(std::uint32_t number) { return requests_[number & (requests_.size() - 1)]; }
  // The caller's slot, or the empty one where it belongs.
  Caller& slot_of(std::uint64_t caller);
  void erase(Caller& caller);
  void forget_oldest();

  std::int64_t period_;
  std::int64_t now_ = 0;
  std::uint32_t first_ = 0;  // number of the oldest request kept
  std::uint32_t next_ = 0;   // number of the next one
  std::vector<Request> requests_;
  std::vector<Caller> callers_;  // open addressing; twice the capacity
};

}  // namespace sluice
