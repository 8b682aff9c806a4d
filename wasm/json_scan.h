// Reads a JSON request body in place: whether it is JSON, and where the top-level members that a
// rule asks for stand. No tree is built, nothing is copied, and nesting may be as deep as memory.
// Accepts what nlohmann/json 3.11 accepts (RFC 8259), and numbers too large for a double as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sluice {

// A top-level member to look for, and what was found. Views into the text.
struct JsonSought {
  enum class Kind : std::uint8_t { absent, null, boolean, number, string, array, object };

  std::string_view name = {};  // decoded; "mod\u0065l" in the text is "model"
  Kind kind = Kind::absent;
  std::string_view value = {};  // as written; of a string, what is between its quotes
  bool is_repeated = false;     // several members have this name; `value` is the last one's
};

struct JsonScan {
  enum class Status : std::uint8_t { object, not_object, invalid };

  Status status = Status::invalid;
  bool is_empty = false;           // of an object: it has no members
  std::size_t members_offset = 0;  // of an object: behind its opening brace
  // If invalid: of the first byte with which no JSON text goes on; the text's size if cut off.
  std::size_t error_offset = 0;
};

// Keeps the memory that deep nesting takes (a bit per level), so that later scans take none.
class JsonScanner {
 public:
  // Fills in `sought`; what was found in an invalid text is of no use. Linear in the text's size.
  [[nodiscard]] JsonScan scan(std::string_view text, std::span<JsonSought> sought);

 private:
  std::vector<std::uint64_t> outer_levels_;
};

}  // namespace sluice
