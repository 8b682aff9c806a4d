// ACCESS_KEYS, compiled: the keys that callers must present, and the rules that hold for each.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keyed_hash.h"
#include "rate.h"

namespace sluice {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// CONFIG.access.keys.<name>. An empty list of patterns allows everything.
struct AccessRules {
  std::vector<std::string> models;
  std::vector<std::string> paths;
  std::int64_t expires = kNever;  // milliseconds since 1970
  std::optional<Rate> rate;
};

struct AccessKey {
  std::string name;  // "#3" for the third, if it has none of its own
  std::string secret;
  AccessRules rules;
};

class AccessKeys {
 public:
  // Adds "key" or "name=key". Returns what is wrong with it, without quoting it, or an empty
  // string.
  [[nodiscard]] std::string add(std::string_view item);

  // Makes the table that find() uses; call once, after the last add().
  // Returns what is wrong with the keys together, or an empty string.
  [[nodiscard]] std::string seal();

  [[nodiscard]] bool empty() const { return keys_.empty(); }
  [[nodiscard]] std::vector<AccessKey>& all() { return keys_; }
  [[nodiscard]] const std::vector<AccessKey>& all() const { return keys_; }

  // The key that `presented` is, or null. Takes the same time for any number of keys, and tells
  // nothing by its time about a key that is only nearly right. Valid as long as this object.
  [[nodiscard]] const AccessKey* find(std::string_view presented) const;

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t key = 0;  // index + 1; 0 is an empty slot
  };

  std::vector<AccessKey> keys_;
  std::vector<Slot> slots_;  // open addressing; a power of two, at most half full
  HashKey hash_key_;
};

// What is wrong with a secret as a header's value, or an empty string. Never quotes it.
[[nodiscard]] std::string check_secret(std::string_view secret);

}  // namespace sluice
