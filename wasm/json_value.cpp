#include "json_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "text.h"

namespace sluice {
namespace {

constexpr std::size_t kDeepest = 32;

// Receives the parser's events; returning false ends the parse. A handler of our own, since the
// library's DOM costs 6 KB more and reports neither duplicate keys nor where the text broke.
class TreeBuilder {
 public:
  TreeBuilder(JsonParse& result, std::string_view text) : result_(result), text_(text) {}

  bool null() { return put({}); }
  bool boolean(bool value) {
    JsonValue node;
    node.kind = JsonValue::Kind::boolean;
    node.boolean = value;
    return put(std::move(node));
  }
  bool number_integer(std::int64_t value) { return put_number(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return put_number(std::to_string(value)); }
  bool number_float(double /*value*/, const std::string& text) { return put_number(text); }
  bool string(std::string& value) {
    JsonValue node;
    node.kind = JsonValue::Kind::string;
    node.string = std::move(value);
    return put(std::move(node));
  }
  bool binary(nlohmann::json::binary_t& /*value*/) { return false; }  // not in text

  bool start_object(std::size_t /*size*/) { return open(JsonValue::Kind::object); }
  bool start_array(std::size_t /*size*/) { return open(JsonValue::Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    auto& members = open_.back()->members;
    const bool taken = std::any_of(members.begin(), members.end(),
                                   [&](const auto& member) { return member.name == name; });
    if (taken) return fail("the key \"" + name + "\" stands twice in one object");
    members.push_back({std::move(name), {}});
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) {
    // The position counts the bytes read, the offending one included.
    const std::size_t offset = std::min(position == 0 ? 0 : position - 1, text_.size());
    const std::string_view before = text_.substr(0, offset);
    std::string where = "not JSON: unexpected ";
    where += offset == text_.size() ? "end" : "character";
    where += " at line ";
    const auto lines = std::count(before.begin(), before.end(), '\n');
    append_decimal(where, 1 + static_cast<std::uint64_t>(lines));
    where += ", column ";
    append_decimal(where, offset - (before.rfind('\n') + 1) + 1);
    return fail(std::move(where));
  }

 private:
  bool put_number(std::string text) {
    JsonValue node;
    node.kind = JsonValue::Kind::number;
    node.string = std::move(text);
    return put(std::move(node));
  }

  JsonValue* place(JsonValue&& node) {
    if (open_.empty()) {
      result_.value = std::move(node);
      return &result_.value;
    }
    JsonValue& parent = *open_.back();
    if (parent.kind == JsonValue::Kind::array) {
      parent.items.push_back(std::move(node));
      return &parent.items.back();
    }
    parent.members.back().value = std::move(node);
    return &parent.members.back().value;
  }

  bool put(JsonValue&& node) {
    place(std::move(node));
    return true;
  }

  // Pointers in open_ stay good: a container gets no sibling while it is open.
  bool open(JsonValue::Kind kind) {
    if (open_.size() == kDeepest) return fail("nested too deeply");
    JsonValue node;
    node.kind = kind;
    open_.push_back(place(std::move(node)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  bool fail(std::string problem) {
    result_.problem = std::move(problem);
    return false;
  }

  JsonParse& result_;
  std::string_view text_;
  std::vector<JsonValue*> open_;
};

void append_array(std::string& out, const std::vector<JsonValue>& items) {
  std::string_view separator;
  out += '[';
  for (const JsonValue& item : items) {
    out += separator;
    separator = ",";
    append_json(out, item);
  }
  out += ']';
}

void append_object(std::string& out, const std::vector<JsonMember>& members) {
  std::string_view separator;
  out += '{';
  for (const JsonMember& member : members) {
    out += separator;
    separator = ",";
    append_json_string(out, member.name);
    out += ':';
    append_json(out, member.value);
  }
  out += '}';
}

}  // namespace

void append_json(std::string& out, const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::null: out += "null"; break;
    case JsonValue::Kind::boolean: out += value.boolean ? "true" : "false"; break;
    case JsonValue::Kind::number: out += value.string; break;
    case JsonValue::Kind::string: append_json_string(out, value.string); break;
    case JsonValue::Kind::array: append_array(out, value.items); break;
    case JsonValue::Kind::object: append_object(out, value.members); break;
  }
}

JsonParse parse_json(std::string_view text) {
  JsonParse result;
  TreeBuilder builder(result, text);
  const bool good = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  if (!good && result.problem.empty()) result.problem = "not JSON";
  return result;
}

}  // namespace sluice
