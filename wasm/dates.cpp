#include "dates.h"

#include <chrono>

#include "text.h"

namespace sluice {
namespace {

// The decimal number that is all of `text`, or -1.
int digits(std::string_view text) {
  int value = 0;
  for (char c : text) {
    if (!is_digit(c)) return -1;
    value = 10 * value + (c - '0');
  }
  return value;
}

}  // namespace

bool parse_expiry(std::string_view text, std::int64_t& milliseconds) {
  constexpr std::string_view kDay = "0000-00-00";
  constexpr std::string_view kTime = "T00:00:00Z";
  const std::string_view shape =
      text.size() == kDay.size() ? kDay : std::string_view("0000-00-00T00:00:00Z");
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '0' ? !is_digit(text[i]) : text[i] != shape[i]) return false;
  }
  using std::chrono::sys_days;
  const std::chrono::year_month_day date(
      std::chrono::year(digits(text.substr(0, 4))),
      std::chrono::month(static_cast<unsigned>(digits(text.substr(5, 2)))),
      std::chrono::day(static_cast<unsigned>(digits(text.substr(8, 2)))));
  if (!date.ok()) return false;
  std::int64_t seconds = std::int64_t{sys_days(date).time_since_epoch().count()} * 86'400;
  if (text.size() == kDay.size()) {
    seconds += 86'400;
  } else {
    static_assert(kDay.size() + kTime.size() == 20);
    const int hour = digits(text.substr(11, 2));
    const int minute = digits(text.substr(14, 2));
    const int second = digits(text.substr(17, 2));
    if (hour > 23 || minute > 59 || second > 59) return false;
    seconds += hour * 3600 + minute * 60 + second;
  }
  milliseconds = seconds * 1000;
  return true;
}

}  // namespace sluice
