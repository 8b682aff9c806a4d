// Eight bytes of text at a time, in plain 64-bit arithmetic: portable, and as fast in WebAssembly.
// The first byte in the text is the word's lowest, as on every little-endian machine.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sluice {

using Word = std::uint64_t;

static_assert(std::endian::native == std::endian::little);

constexpr Word every_byte(unsigned char byte) { return 0x0101010101010101U * byte; }

constexpr Word kTopBits = every_byte(0x80);

// The next eight bytes, with zeros in place of what would be behind `end`.
inline Word load_word(const char* at, const char* end) {
  Word word = 0;
  const auto left = static_cast<std::size_t>(end - at);
  if (left >= sizeof(word)) [[likely]] {
    std::memcpy(&word, at, sizeof(word));
  } else if (left != 0) {
    std::memcpy(&word, at, left);
  }
  return word;
}

// Which byte has the lowest bit that is set. `bits` is not zero.
constexpr std::size_t first_byte(Word bits) {
  return static_cast<std::size_t>(std::countr_zero(bits)) / 8;
}

// Top bits, of which the lowest marks the first zero byte; zero if there is none.
constexpr Word zero_bytes(Word word) { return (word - every_byte(1)) & ~word & kTopBits; }

// The byte there, or NUL at the end.
inline char byte_at(const char* at, const char* end) { return at < end ? *at : '\0'; }

// How far a check came.
struct Step {
  const char* at;  // behind what was checked; else the byte that is wrong, or the end of the text
  bool is_good;
};

static_assert(first_byte(zero_bytes(0x1100220033445566)) == 4);

}  // namespace sluice
