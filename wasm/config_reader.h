// How configuration is read: each member by name and type, each mistake noted by its path, and what
// nobody asked for reported as unknown, with the nearest name that somebody did ask for.
// A new setting is one more call; it needs no mechanism of its own.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json_value.h"

namespace sluice {

using Problems = std::vector<std::string>;  // "CONFIG.timeout: …", one line each

// One object of the configuration. Problems go to a list that outlives it.
class ConfigTable {
 public:
  enum class Unknown { is_error, is_error_if_near };

  // `path` is what stands before a member's name in a problem: "" or "CONFIG.".
  ConfigTable(const JsonValue& object, std::string path, Problems& problems);

  // Each returns null or false if the member is absent or wrong (then noted).
  // Strings with control bytes are refused.
  const std::string* text(std::string_view name);
  bool duration(std::string_view name, std::chrono::milliseconds& value);
  // Index of the string in `words`, or -1.
  int choice(std::string_view name, std::initializer_list<std::string_view> words);
  // Calls `use` with each item of an array of strings, or of a string of items separated by
  // commas or line breaks. `use` returns what is wrong with the item, or an empty string.
  // Returns how many items there were, or nothing if the member is absent or wrong.
  std::optional<std::size_t> list(std::string_view name,
                                  const std::function<std::string(std::string_view)>& use);
  // A table, or a string that holds one as JSON. Null if absent or wrong. `parsed` keeps the
  // latter's tree and must outlive the result.
  const JsonValue* table(std::string_view name, JsonValue& parsed);

  void problem(std::string_view name, std::string_view what);

  // Ends the reading: members that were not asked for are problems.
  void finish(Unknown unknown);

 private:
  const JsonValue* find(std::string_view name);

  const JsonValue& object_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string_view> asked_;
};

// "500ms", "10s", "2m", "12h", "30d". False if it is none of these, or beyond a century.
[[nodiscard]] bool parse_duration(std::string_view text, std::chrono::milliseconds& value);

// The member of `names` that `name` is a slip of, or empty: few edits apart, case aside.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            const std::vector<std::string_view>& names);

}  // namespace sluice
