#include "config_reader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "text.h"

namespace sluice {
namespace {

std::string_view name_of(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::null: return "null";
    case JsonValue::Kind::boolean: return "true or false";
    case JsonValue::Kind::number: return "a number";
    case JsonValue::Kind::string: return "a string";
    case JsonValue::Kind::array: return "an array";
    case JsonValue::Kind::object: return "a table";
  }
  return "something else";
}

std::string expected(std::string_view what, const JsonValue& got) {
  std::string text = "expected ";
  text += what;
  text += ", got ";
  text += name_of(got.kind);
  return text;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

constexpr std::string_view kControlProblem =
    "contains a control character (a line break, perhaps); remove it";

// Levenshtein distance, case aside.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char c : a) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(c) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

ConfigTable::ConfigTable(const JsonValue& object, std::string path, Problems& problems)
    : object_(object), path_(std::move(path)), problems_(problems) {}

const JsonValue* ConfigTable::find(std::string_view name) {
  asked_.push_back(name);
  for (const auto& [key, value] : object_.members) {
    if (key == name) return &value;
  }
  return nullptr;
}

void ConfigTable::problem(std::string_view name, std::string_view what) {
  std::string text = path_;
  text += name;
  text += ": ";
  text += what;
  problems_.push_back(std::move(text));
}

const std::string* ConfigTable::text(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr) return nullptr;
  if (value->kind != JsonValue::Kind::string) {
    problem(name, expected("a string", *value));
    return nullptr;
  }
  if (has_control(value->string)) {
    problem(name, kControlProblem);
    return nullptr;
  }
  return &value->string;
}

bool ConfigTable::duration(std::string_view name, std::chrono::milliseconds& value) {
  const std::string* string = text(name);
  if (string == nullptr) return false;
  if (parse_duration(*string, value)) return true;
  problem(name, R"(not a duration; write a number and a unit, as in "500ms", "10s", "2m", "12h")");
  return false;
}

bool ConfigTable::size(std::string_view name, std::size_t& bytes) {
  const std::string* string = text(name);
  if (string == nullptr) return false;
  if (parse_size(*string, bytes)) return true;
  problem(name, R"(not a size; write a number and a unit, as in "64KiB", "32MiB")");
  return false;
}

bool ConfigTable::flag(std::string_view name, bool& value) {
  const JsonValue* found = find(name);
  if (found == nullptr) return false;
  if (found->kind != JsonValue::Kind::boolean) {
    problem(name, expected("true or false", *found));
    return false;
  }
  value = found->boolean;
  return true;
}

const JsonValue* ConfigTable::object(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr || value->kind == JsonValue::Kind::object) return value;
  problem(name, expected("a table", *value));
  return nullptr;
}

int ConfigTable::choice(std::string_view name, std::initializer_list<std::string_view> words) {
  const std::string* string = text(name);
  if (string == nullptr) return -1;
  const auto* found = std::find(words.begin(), words.end(), *string);
  if (found != words.end()) return static_cast<int>(found - words.begin());
  std::string what = "expected";
  std::string_view separator = " ";
  for (std::string_view word : words) {
    what += separator;
    append_json_string(what, word);
    separator = " or ";
  }
  problem(name, what);
  return -1;
}

bool ConfigTable::list(std::string_view name, std::vector<std::string_view>& items) {
  const JsonValue* value = find(name);
  if (value == nullptr) return false;
  if (value->kind == JsonValue::Kind::string) {
    for (std::string_view rest = value->string; !rest.empty();) {
      const std::string_view item = next_piece(rest, ",\r\n");
      if (!item.empty()) items.push_back(item);
    }
  } else if (value->kind == JsonValue::Kind::array) {
    for (const JsonValue& item : value->items) {
      if (item.kind != JsonValue::Kind::string) {
        problem(name, expected("an array of strings", item));
        return false;
      }
      if (!item.string.empty()) items.push_back(item.string);
    }
  } else {
    problem(name, expected("a string or an array of strings", *value));
    return false;
  }
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!has_control(items[i])) continue;
    item_problem(name, i, kControlProblem);
    ++wrong;
  }
  return wrong == 0;
}

void ConfigTable::item_problem(std::string_view name, std::size_t index, std::string_view what) {
  std::string label(name);
  label += '[';
  append_decimal(label, index);
  label += ']';
  problem(label, what);
}

const JsonValue* ConfigTable::table(std::string_view name, JsonValue& parsed) {
  const JsonValue* value = find(name);
  if (value == nullptr) return nullptr;
  if (value->kind == JsonValue::Kind::string) {
    JsonParse result = parse_json(value->string);
    if (!result.problem.empty()) {
      problem(name, result.problem);
      return nullptr;
    }
    parsed = std::move(result.value);
    value = &parsed;
  }
  if (value->kind == JsonValue::Kind::object) return value;
  problem(name, expected("a table", *value));
  return nullptr;
}

void ConfigTable::finish(Unknown unknown) {
  for (const auto& [key, value] : object_.members) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    const std::string_view nearest = nearest_name(key, asked_);
    if (nearest.empty() && unknown == Unknown::is_error_if_near) continue;
    std::string what = "unknown";
    if (!nearest.empty()) {
      what += "; did you mean ";
      what += nearest;
      what += '?';
    }
    std::string shown;
    append_json_string(shown, key);  // escapes control bytes: the log stays one line a problem
    problem(std::string_view(shown).substr(1, shown.size() - 2), what);
  }
}

namespace {

using Unit = std::pair<std::string_view, std::int64_t>;

// A whole number and one of `units`, up to `most` in the smallest. -1 if it is not that.
template <std::size_t kCount>
std::int64_t parse_quantity(std::string_view text, const Unit (&units)[kCount], std::int64_t most) {
  const auto count = take_decimal(text);
  if (!count) return -1;
  for (const auto& [name, factor] : units) {
    if (text == name) return *count > most / factor ? -1 : *count * factor;
  }
  return -1;
}

}  // namespace

bool parse_duration(std::string_view text, std::chrono::milliseconds& value) {
  constexpr Unit kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  constexpr std::int64_t kCentury = 36'525 * 86'400'000LL;
  const std::int64_t count = parse_quantity(text, kUnits, kCentury);
  if (count >= 0) value = std::chrono::milliseconds(count);
  return count >= 0;
}

bool parse_size(std::string_view text, std::size_t& bytes) {
  constexpr Unit kUnits[] = {{"B", 1}, {"KiB", 1 << 10U}, {"MiB", 1 << 20U}, {"GiB", 1 << 30U}};
  const std::int64_t count = parse_quantity(text, kUnits, 0xFFFF'FFFFLL);
  if (count >= 0) bytes = static_cast<std::size_t>(count);
  return count >= 0;
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& names) {
  std::string_view best;
  std::size_t best_distance = 0;
  for (std::string_view candidate : names) {
    const std::size_t distance = edit_distance(name, candidate);
    const bool near = distance <= std::max<std::size_t>(1, (candidate.size() + 1) / 4);
    if (near && (best.empty() || distance < best_distance)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace sluice
