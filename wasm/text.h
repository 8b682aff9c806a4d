// Small functions over ASCII text that several rooms need: case, trimming, splitting, tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_alpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

// C0 controls and DEL. HTTP forbids them in header values and URLs; configuration must too.
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// tchar, RFC 9110 section 5.6.2: what a header name, a method or a subprotocol is made of.
constexpr bool is_token_char(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr bool is_token(std::string_view text) {
  for (char c : text) {
    if (!is_token_char(c)) return false;
  }
  return !text.empty();
}

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// Without blanks (space, tab, CR, LF) at either end.
constexpr std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Takes the text up to the next of `separators` off the front of `rest`, trimmed.
// Start with the whole text; the last piece leaves `rest` empty. Pieces may be empty.
constexpr std::string_view next_piece(std::string_view& rest, std::string_view separators) {
  const std::size_t end = rest.find_first_of(separators);
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return trim(piece);
}

[[nodiscard]] std::string lowercase(std::string_view text);

// The whole number at the front of `text`, which is advanced behind it. Nothing if there is none,
// or one above 10^18.
constexpr std::optional<std::int64_t> take_decimal(std::string_view& text) {
  constexpr std::int64_t kMost = 1'000'000'000'000'000'000;
  std::int64_t value = 0;
  std::size_t length = 0;
  for (; length < text.size() && is_digit(text[length]); ++length) {
    if (value > kMost / 10) return std::nullopt;
    value = 10 * value + (text[length] - '0');
  }
  if (length == 0) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

// `text` as a whole number, or nothing if it is not one.
constexpr std::optional<std::int64_t> parse_decimal(std::string_view text) {
  const std::optional<std::int64_t> value = take_decimal(text);
  return text.empty() ? value : std::nullopt;
}

void append_decimal(std::string& out, std::uint64_t value);

// A JSON string literal (RFC 8259 section 7), quotes included. `text` is taken to be UTF-8.
void append_json_string(std::string& out, std::string_view text);

// Text for an HTML element or a quoted attribute.
void append_html_text(std::string& out, std::string_view text);

static_assert(parse_decimal("0120") == 120 && !parse_decimal("") && !parse_decimal("1a"));
static_assert(trim(" a b\t") == "a b" && trim(" \n").empty());
static_assert(is_token("x-foo") && !is_token("") && !is_token("a b") && !is_token("a:b"));

}  // namespace sluice
