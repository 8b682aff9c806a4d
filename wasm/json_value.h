// Configuration as a tree, and the parser that makes it: the only user of nlohmann/json.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct JsonMember;

struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::string string;               // a number's, too: as it is written
  std::vector<JsonValue> items;     // of an array
  std::vector<JsonMember> members;  // of an object, in the order given
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

struct JsonParse {
  JsonValue value;
  std::string problem;  // empty if `value` is good, else what is wrong and where
};

// Appends the value as JSON.
void append_json(std::string& out, const JsonValue& value);

// Parses a whole text. Refuses duplicate keys and nesting deeper than configuration needs.
[[nodiscard]] JsonParse parse_json(std::string_view text);

}  // namespace sluice
