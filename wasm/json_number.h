// Checks JSON numbers (RFC 8259 section 6). In a header, so that the scanner's loop holds them.
#pragma once

#include <cstddef>

#include "text.h"
#include "words.h"

namespace sluice {

// Top bits, of which the lowest marks the first byte that is no digit.
constexpr Word other_than_digits(Word word) {
  // Digits are 0 to 9 then; adding 0x76 carries all else below 0x80 into the top bit.
  const Word digits = word ^ every_byte('0');
  return ((digits + every_byte(0x76)) | digits) & kTopBits;
}

// The first byte that is no digit. `at` may be `end`.
inline const char* behind_digits(const char* at, const char* end) {
  for (;;) {
    const Word others = other_than_digits(load_word(at, end));
    if (others != 0) return at + first_byte(others);
    at += sizeof(Word);
  }
}

// One or more digits.
inline Step skip_digits(const char* at, const char* end) {
  const char* behind = behind_digits(at, end);
  return {behind, behind != at};
}

// What may follow a number's integer part.
inline Step skip_fraction_and_exponent(const char* at, const char* end) {
  Step step{at, true};
  if (byte_at(at, end) == '.') step = skip_digits(at + 1, end);
  if (step.is_good && lower(byte_at(step.at, end)) == 'e') {
    const char sign = byte_at(step.at + 1, end);
    step = skip_digits(step.at + (sign == '+' || sign == '-' ? 2 : 1), end);
  }
  return step;
}

// RFC 8259 section 6.
inline Step skip_number(const char* at, const char* end) {
  const char* digits = byte_at(at, end) == '-' ? at + 1 : at;
  Step step = skip_digits(digits, end);
  if (!step.is_good) return step;
  if (*digits == '0') step.at = digits + 1;
  const char c = byte_at(step.at, end);
  return c == '.' || lower(c) == 'e' ? skip_fraction_and_exponent(step.at, end) : step;
}

// Short integers with a comma behind each, as many as there are: several hundred MB/s more than by
// skip_number().
inline const char* skip_integers(const char* at, const char* end) {
  for (;;) {
    const Word word = load_word(at, end);
    const Word others = other_than_digits(word);
    if (others == 0) return at;
    const std::size_t size = first_byte(others);
    const bool has_leading_zero = (word & 0xffU) == '0' && size > 1;
    const bool is_integer = size > 0 && !has_leading_zero && (word >> 8 * size & 0xffU) == ',';
    if (!is_integer) return at;
    at += size + 1;
  }
}

}  // namespace sluice
