// How configuration is read: each member by name and type, each mistake noted by its path, and what
// nobody asked for reported as unknown, with the nearest name that somebody did ask for.
// A new setting is one more call; it needs no mechanism of its own.
#pragma once

#include <chrono>
#include <initializer_list>
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
  bool size(std::string_view name, std::size_t& bytes);
  bool flag(std::string_view name, bool& value);
  // Index of the string in `words`, or -1.
  int choice(std::string_view name, std::initializer_list<std::string_view> words);
  // The items, none empty, of an array of strings, or of a string of items separated by commas or
  // line breaks. Views into the configuration.
  bool list(std::string_view name, std::vector<std::string_view>& items);
  const JsonValue* object(std::string_view name);
  // A table, or a string that holds one as JSON. Null if absent or wrong. `parsed` keeps the
  // latter's tree and must outlive the result.
  const JsonValue* table(std::string_view name, JsonValue& parsed);

  void problem(std::string_view name, std::string_view what);
  void item_problem(std::string_view name, std::size_t index, std::string_view what);

  // Takes note of a member that must not be quoted as unknown.
  void pass_over(std::string_view name) { asked_.push_back(name); }

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

// "64KiB", "32MiB", "1GiB", "512B". False if it is none of these, or more than 32 bits can count.
[[nodiscard]] bool parse_size(std::string_view text, std::size_t& bytes);

// The member of `names` that `name` is a slip of, or empty: few edits apart, case aside.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            const std::vector<std::string_view>& names);

}  // namespace sluice
