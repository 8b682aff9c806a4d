// The scanner against nlohmann/json: for any input both refuse, or both see the same `model`. And
// the offsets it gives are good for splicing and for telling where a text went wrong.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "json_escape.h"
#include "json_scan.h"

namespace {

using nlohmann::json;
using sluice::JsonScan;
using sluice::JsonSought;

void require(bool condition) {
  if (!condition) std::abort();
}

// Writes down what a parser sees: of an object's member `model`, or of the whole text. Flat, since
// inputs nest deeper than the stack. A later member replaces an earlier one, as in a parser's tree.
class Seen : public nlohmann::json_sax<json> {
 public:
  enum class Part { all, model };

  explicit Seen(Part part) : part_(part) {}

  bool null() override { return event("null"); }
  bool boolean(bool value) override { return event(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return event(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return event(std::to_string(value)); }
  bool number_float(number_float_t value, const string_t& /*text*/) override {
    return event(json(value).dump());
  }
  bool string(string_t& value) override { return event('"' + value); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open("{"); }
  bool start_array(std::size_t /*size*/) override { return open("["); }
  bool end_object() override { return close("}"); }
  bool end_array() override { return close("]"); }
  bool key(string_t& name) override {
    if (part_ == Part::all || depth_ > 1) return event("key " + name);
    is_in_part_ = name == "model";
    if (is_in_part_) events.clear();
    return true;
  }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    constexpr int kOutOfRange = 406;
    is_overflow = error.id == kOutOfRange;
    return false;
  }

  std::string events;
  bool is_overflow = false;

 private:
  bool event(std::string_view text) {
    if (part_ == Part::all || (depth_ > 0 && is_in_part_)) {
      events += std::to_string(text.size());
      events += ' ';
      events += text;
    }
    return true;
  }
  bool open(std::string_view text) {
    event(text);
    ++depth_;
    return true;
  }
  bool close(std::string_view text) {
    --depth_;
    return event(text);
  }

  Part part_;
  std::size_t depth_ = 0;
  bool is_in_part_ = false;
};

JsonSought::Kind kind_of(char first) {
  switch (first) {
    case '{': return JsonSought::Kind::object;
    case '[': return JsonSought::Kind::array;
    case 'n': return JsonSought::Kind::null;
    case 't':
    case 'f': return JsonSought::Kind::boolean;
    default: return JsonSought::Kind::number;
  }
}

void check_value(const JsonSought& model, const std::string& expected) {
  if (model.kind == JsonSought::Kind::absent) return require(expected.empty());
  std::string events;
  if (model.kind == JsonSought::Kind::string) {
    std::string decoded = "\"";
    sluice::append_decoded(decoded, model.value);
    events = std::to_string(decoded.size()) + ' ' + decoded;
  } else {
    Seen value(Seen::Part::all);
    require(json::sax_parse(model.value, &value));
    events = value.events;
    require(model.kind == kind_of(model.value.front()));
  }
  require(events == expected);
}

// A member put in first arrives, and changes nothing about the others.
void check_splice(std::string_view text, const JsonScan& scan, sluice::JsonScanner& scanner) {
  std::string spliced(text);
  spliced.insert(scan.members_offset, scan.is_empty ? R"("x":1)" : R"("x":1,)");
  JsonSought sought[] = {{"x"}, {"model"}};
  const JsonScan again = scanner.scan(spliced, sought);
  require(again.status == JsonScan::Status::object && !again.is_empty);
  require(sought[0].kind != JsonSought::Kind::absent);
  require(sought[0].is_repeated || sought[0].value == "1");
}

// A text that was refused might have gone on until there, and with no byte that is there.
void check_offset(std::string_view text, const JsonScan& scan, sluice::JsonScanner& scanner) {
  require(scan.error_offset <= text.size());
  const JsonScan before = scanner.scan(text.substr(0, scan.error_offset), {});
  require(before.status != JsonScan::Status::invalid || before.error_offset == scan.error_offset);
  if (scan.error_offset == text.size()) return;
  const JsonScan with = scanner.scan(text.substr(0, scan.error_offset + 1), {});
  require(with.status == JsonScan::Status::invalid && with.error_offset == scan.error_offset);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static sluice::JsonScanner scanner;
  JsonSought model[] = {{"model"}};
  const JsonScan scan = scanner.scan(text, model);
  Seen seen(Seen::Part::model);
  const bool is_valid = json::sax_parse(text, &seen);
  if (is_valid) require(scan.status != JsonScan::Status::invalid);
  // A number beyond a double's range is JSON, and passes; nlohmann/json refuses to represent it.
  if (seen.is_overflow) return 0;
  require(is_valid == (scan.status != JsonScan::Status::invalid));
  if (!is_valid) {
    check_offset(text, scan, scanner);
  } else if (scan.status == JsonScan::Status::object) {
    check_value(model[0], seen.events);
    check_splice(text, scan, scanner);
  } else {
    require(model[0].kind == JsonSought::Kind::absent);
  }
  return 0;
}
