// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): a hash that nobody
// who does not know its key can predict, so that tables filled by strangers cannot be flooded and a
// look-up's timing says nothing about the keys in a table.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

struct HashKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

[[nodiscard]] std::uint64_t keyed_hash(HashKey key, std::string_view text);

// A hash key derived from a text that strangers do not know.
[[nodiscard]] HashKey derive_hash_key(std::string_view secret);

// Whether two texts are the same, in a time that depends on their lengths alone.
[[nodiscard]] bool equals_in_constant_time(std::string_view a, std::string_view b);

}  // namespace sluice
