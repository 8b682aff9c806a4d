// Patterns in which "*" stands for any text, also none: "gpt-4o*", "/v1/chat/*".
#pragma once

#include <string_view>

namespace sluice {

// Whether `text` matches the whole `pattern`. Takes time proportional to both lengths multiplied,
// at worst, and no memory.
constexpr bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last "*" passed, and the text tried behind it
  std::size_t tried = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      tried = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++tried;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

static_assert(matches("gpt-4o*", "gpt-4o") && matches("gpt-4o*", "gpt-4o-mini"));
static_assert(matches("*-mini", "a-mini-mini") && !matches("*-mini", "a-mini-x"));
static_assert(!matches("a", "ab") && !matches("ab", "a") && matches("*", "") && !matches("", "a"));

}  // namespace sluice
