#include "rate.h"

#include <algorithm>
#include <utility>

#include "text.h"

namespace sluice {

bool parse_rate(std::string_view text, Rate& rate) {
  constexpr std::pair<std::string_view, std::int64_t> kPeriods[] = {
      {"/s", 1000}, {"/min", 60'000}, {"/h", 3'600'000}, {"/d", 86'400'000}};
  const auto count = take_decimal(text);
  if (!count || *count == 0 || *count > kMostCounted) return false;
  for (const auto& [name, period] : kPeriods) {
    if (text != name) continue;
    rate = {static_cast<std::uint32_t>(*count), period};
    return true;
  }
  return false;
}

SlidingWindow::SlidingWindow(std::int64_t period, std::size_t capacity)
    : period_(period), requests_(capacity), callers_(2 * capacity) {}

SlidingWindow::Caller& SlidingWindow::slot_of(std::uint64_t caller) {
  const std::size_t mask = callers_.size() - 1;
  std::size_t at = caller & mask;
  while (callers_[at].count != 0 && callers_[at].caller != caller) at = (at + 1) & mask;
  return callers_[at];
}

// Open addressing without tombstones: what stands behind the hole moves up if it may.
void SlidingWindow::erase(Caller& caller) {
  const std::size_t mask = callers_.size() - 1;
  auto hole = static_cast<std::size_t>(&caller - callers_.data());
  for (std::size_t at = (hole + 1) & mask; callers_[at].count != 0; at = (at + 1) & mask) {
    const std::size_t home = callers_[at].caller & mask;
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      callers_[hole] = callers_[at];
      hole = at;
    }
  }
  callers_[hole] = {};
}

void SlidingWindow::forget_oldest() {
  const Request& oldest = request(first_++);
  Caller& caller = slot_of(oldest.caller);
  caller.oldest = oldest.next;
  if (--caller.count == 0) erase(caller);
}

std::int64_t SlidingWindow::admit(std::uint64_t caller_hash, std::uint32_t count,
                                  std::int64_t now) {
  now_ = std::max(now_, now);
  while (first_ != next_ && request(first_).time + period_ <= now_) forget_oldest();
  if (const Caller& known = slot_of(caller_hash); known.count >= count) {
    // Of its last `count` requests, the oldest must leave the window first.
    std::uint32_t blocking = known.oldest;
    for (std::uint32_t i = known.count; i > count; --i) blocking = request(blocking).next;
    return request(blocking).time + period_ - now_;
  }
  if (next_ - first_ == requests_.size()) forget_oldest();

  Caller& caller = slot_of(caller_hash);
  const std::uint32_t number = next_++;
  request(number) = {caller_hash, now_, 0};
  if (caller.count == 0) {
    caller = {caller_hash, number, number, 0};
  } else {
    request(caller.newest).next = number;
    caller.newest = number;
  }
  ++caller.count;
  return 0;
}

}  // namespace sluice
