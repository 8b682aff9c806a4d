// Checks JSON strings (RFC 8259 section 7), eight bytes at a time.
#pragma once

#include "words.h"

namespace sluice {

// Top bits, of which the lowest marks the first byte that needs a look: a quote, a backslash, a
// control byte, or one that is not ASCII.
constexpr Word special_json_bytes(Word word) {
  // Swapping U+0022 with U+0020 puts the quote beside the control bytes.
  const Word quotes_and_controls = (word ^ every_byte(0x02)) - every_byte(0x21);
  const Word backslashes = (word ^ every_byte('\\')) - every_byte(1);
  return (quotes_and_controls | backslashes | word) & kTopBits;
}

[[nodiscard]] Step skip_long_json_string(const char* at, const char* end);

// Up to and with the closing quote. `at` is behind the opening one. Refuses what nlohmann/json
// refuses: control bytes, ill-formed UTF-8 (RFC 3629), unknown escapes, half surrogate pairs.
[[nodiscard]] inline Step skip_json_string(const char* at, const char* end) {
  // Most names, and values such as "user", end within eight bytes.
  const Word special = special_json_bytes(load_word(at, end));
  if (special != 0 && byte_at(at + first_byte(special), end) == '"') {
    return {at + first_byte(special) + 1, true};
  }
  return skip_long_json_string(at, end);
}

}  // namespace sluice
