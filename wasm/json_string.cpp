// Text without escapes is passed eight bytes at a time, Chinese two characters at a time. Only what
// is neither, or wrong, is looked at byte by byte.
#include "json_string.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice {

namespace {

struct Range {
  unsigned char low;
  unsigned char high;
};

// The byte behind the first of a UTF-8 sequence, RFC 3629 section 4.
constexpr Range second_byte(unsigned char first) {
  switch (first) {
    case 0xe0: return {0xa0, 0xbf};  // less would be overlong
    case 0xed: return {0x80, 0x9f};  // more would be a surrogate
    case 0xf0: return {0x90, 0xbf};
    case 0xf4: return {0x80, 0x8f};  // more would be above U+10FFFF
    default: return {0x80, 0xbf};
  }
}

// How many bytes follow the first of a UTF-8 sequence; 0: none starts with it.
constexpr int following_bytes(unsigned char first) {
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

// One UTF-8 sequence of two bytes or more.
Step skip_sequence(const char* at, const char* end) {
  const auto first = static_cast<unsigned char>(*at);
  const int following = following_bytes(first);
  if (following == 0) return {at, false};
  Range range = second_byte(first);
  for (int i = 0; i < following; ++i) {
    ++at;
    const auto byte = static_cast<unsigned char>(byte_at(at, end));
    if (byte < range.low || byte > range.high) return {at, false};
    range = {0x80, 0xbf};
  }
  return {at + 1, true};
}

// Whether the lowest three bytes are a UTF-8 sequence: U+0800 and above, but for surrogates.
constexpr bool is_three_bytes(Word word) {
  const Word choice = word & 0x200fU;  // what distinguishes E0 80..9F and ED A0..BF
  return (word & 0xc0c0f0U) == 0x8080e0U && choice != 0 && choice != 0x200dU;
}

// How many two-byte sequences (U+0080 to U+07FF) the word starts with.
constexpr std::size_t two_byte_sequences(Word word) {
  constexpr Word kEvery = 0x0001000100010001U;
  const Word shape = (word & kEvery * 0xc0e0U) ^ kEvery * 0x80c0U;
  // The sum has the bit 0x20 but where the first byte is C0 or C1, which would be overlong.
  const Word overlong = ~((word & kEvery * 0x1eU) + kEvery * 0x1eU) & kEvery * 0x20U;
  const Word wrong = shape | overlong;
  return wrong == 0 ? 4 : first_byte(wrong) / 2;
}

// Text above U+007F as far as it goes: Chinese, Cyrillic, emoji.
Step skip_sequences(const char* at, const char* end) {
  for (;;) {
    const Word word = load_word(at, end);
    if (is_three_bytes(word)) {
      at += is_three_bytes(word >> 24U) ? 6 : 3;
    } else if (const std::size_t count = two_byte_sequences(word); count != 0) {
      at += 2 * count;
    } else if ((word & 0x80U) != 0) {
      const Step step = skip_sequence(at, end);
      if (!step.is_good) return step;
      at = step.at;
    } else {
      return {at, true};
    }
  }
}

constexpr unsigned char kNoDigit = 0x80;

constexpr auto kHexDigits = [] {
  std::array<unsigned char, 256> digits{};
  for (unsigned i = 0; i < digits.size(); ++i) {
    const unsigned letter = (i | 0x20U) - 'a';
    const unsigned digit = i - '0';
    digits[i] = static_cast<unsigned char>(digit < 10   ? digit
                                           : letter < 6 ? letter + 10
                                                        : kNoDigit);
  }
  return digits;
}();

constexpr unsigned hex_digit(char c) { return kHexDigits[static_cast<unsigned char>(c)]; }

// A low surrogate (U+DC00 to U+DFFF) stands behind a high one (U+D800 to U+DBFF), and nowhere else.
enum class Expected : std::uint8_t { no_low_surrogate, low_surrogate };

// The four digits of "\uXXXX".
Step skip_code_unit(const char* at, const char* end, Expected expected) {
  unsigned unit = 0;
  for (int i = 0; i < 4; ++i) {
    const unsigned digit = hex_digit(byte_at(at, end));
    if (digit == kNoDigit) return {at, false};
    unit = unit << 4U | digit;
    if (expected == Expected::low_surrogate && i == 0 && unit != 0xd) return {at, false};
    const bool is_low = unit >= 0xdc && unit <= 0xdf;
    if (i == 1 && is_low != (expected == Expected::low_surrogate)) return {at, false};
    ++at;
  }
  return {at, true};
}

// Four digits at once. Not good: something is wrong, or they are a surrogate.
Step skip_plain_unit(const char* at, const char* end) {
  if (end - at < 4) return {at, false};
  const unsigned first = hex_digit(at[0]);
  const unsigned second = hex_digit(at[1]);
  const bool are_digits = (first | second | hex_digit(at[2]) | hex_digit(at[3])) < kNoDigit;
  return {at + 4, are_digits && (first != 0xd || second < 8)};
}

// What is behind "\u".
Step skip_unicode(const char* at, const char* end) {
  Step step = skip_plain_unit(at, end);
  if (step.is_good) return step;
  step = skip_code_unit(at, end, Expected::no_low_surrogate);
  // Neither wrong nor plain: a high surrogate.
  if (!step.is_good) return step;
  at = step.at;
  if (byte_at(at, end) != '\\') return {at, false};
  if (byte_at(at + 1, end) != 'u') return {at + 1, false};
  return skip_code_unit(at + 2, end, Expected::low_surrogate);
}

// One escape after another, as in Chinese that was printed as ASCII.
Step skip_escapes(const char* at, const char* end) {
  while (byte_at(at, end) == '\\') {
    switch (byte_at(at + 1, end)) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't': at += 2; break;
      case 'u': {
        const Step step = skip_unicode(at + 2, end);
        if (!step.is_good) return step;
        at = step.at;
        break;
      }
      default: return {at + 1, false};
    }
  }
  return {at, true};
}

}  // namespace

Step skip_long_json_string(const char* at, const char* end) {
  for (;;) {
    const Word word = load_word(at, end);
    const Word special = special_json_bytes(word);
    if (special == 0) {
      at += sizeof(Word);
      continue;
    }
    at += first_byte(special);
    const char c = byte_at(at, end);
    if (c == '"') return {at + 1, true};
    Step step{at, false};
    if (c == '\\') {
      step = skip_escapes(at, end);
    } else if ((c & 0x80) != 0) {
      step = skip_sequences(at, end);
    }
    if (!step.is_good) return step;
    at = step.at;
  }
}

}  // namespace sluice
