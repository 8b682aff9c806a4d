#include "config_reader.h"

#include <algorithm>
#include <charconv>
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

// Optimal string alignment distance, case aside: insertions, deletions, replacements, swaps.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
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

std::optional<std::size_t> ConfigTable::list(
    std::string_view name, const std::function<std::string(std::string_view)>& use) {
  const JsonValue* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::size_t count = 0;
  const auto use_item = [&](std::string_view item) {
    const std::string wrong = has_control(item) ? std::string(kControlProblem) : use(item);
    if (!wrong.empty()) {
      std::string label(name);
      label += '[';
      append_decimal(label, static_cast<long long>(count));
      label += ']';
      problem(label, wrong);
    }
    ++count;
  };
  if (value->kind == JsonValue::Kind::string) {
    for (std::string_view rest = value->string; !rest.empty();) {
      const std::string_view item = next_piece(rest, ",\r\n");
      if (!item.empty()) use_item(item);
    }
    return count;
  }
  const auto is_string = [](const JsonValue& item) { return item.kind == JsonValue::Kind::string; };
  if (value->kind != JsonValue::Kind::array ||
      !std::all_of(value->items.begin(), value->items.end(), is_string)) {
    problem(name, "expected a string or an array of strings");
    return std::nullopt;
  }
  for (const JsonValue& item : value->items) use_item(item.string);
  return count;
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

bool parse_duration(std::string_view text, std::chrono::milliseconds& value) {
  constexpr std::pair<std::string_view, long long> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  constexpr long long kCentury = 36'525 * 86'400'000LL;
  long long count = 0;
  const char* const end = text.data() + text.size();
  const auto [unit_start, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || count < 0) return false;
  const std::string_view unit(unit_start, static_cast<std::size_t>(end - unit_start));
  for (const auto& [name, milliseconds] : kUnits) {
    if (unit != name) continue;
    if (count > kCentury / milliseconds) return false;
    value = std::chrono::milliseconds(count * milliseconds);
    return true;
  }
  return false;
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& names) {
  std::string_view best;
  std::size_t best_distance = 0;
  for (std::string_view candidate : names) {
    const std::size_t distance = edit_distance(name, candidate);
    const bool near = distance <= std::max<std::size_t>(1, candidate.size() / 4);
    if (near && (best.empty() || distance < best_distance)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace sluice
