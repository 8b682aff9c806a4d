// Any body is read without harm; and of a well-formed one, the field is found unchanged behind any
// file, unless the file holds the delimiter.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "multipart_scan.h"

namespace {

using sluice::find_form_field;
using sluice::FormField;

constexpr std::string_view kContentType = "multipart/form-data; boundary=\"b\"";

void require(bool condition) {
  if (!condition) std::abort();
}

void check_view(std::string_view body, const FormField& field) {
  if (field.status != FormField::Status::found) return;
  require(field.value.data() >= body.data());
  require(field.value.data() + field.value.size() <= body.data() + body.size());
}

void append_part(std::string& body, std::string_view parameters, std::string_view content) {
  body += "--b\r\nContent-Disposition: form-data; ";
  body += parameters;
  body += "\r\n\r\n";
  body += content;
  body += "\r\n";
}

// Whether a line of `content` could pass for a delimiter.
bool has_delimiter(std::string_view content) {
  std::string lines = '\n' + std::string(content);
  for (char& c : lines) c = c == '\r' ? '\n' : c;
  return lines.find("\n--b") != std::string::npos;
}

void check_round_trip(std::string_view file, std::string_view model) {
  std::string body;
  append_part(body, "name=\"file\"; filename=\"a.mp3\"", file);
  append_part(body, "name=\"model\"", model);
  append_part(body, "name=\"file\"; filename=\"b.mp3\"", file);
  body += "--b--\r\n";
  const FormField field = find_form_field(kContentType, body, "model");
  if (has_delimiter(file) || has_delimiter(model)) return;
  require(field.status == FormField::Status::found && !field.is_repeated && field.value == model);
  // What is cut off is never whole, but for the last line's end.
  for (std::size_t size = 0; size + 2 < body.size(); size += 1 + size / 2) {
    const std::string_view cut = std::string_view(body).substr(0, size);
    require(find_form_field(kContentType, cut, "model").status == FormField::Status::malformed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_view(text, find_form_field(kContentType, text, "model"));
  const std::string part = "--b\r\nContent-Disposition: form-data; " + std::string(text) + "--b--";
  check_view(part, find_form_field(kContentType, part, "model"));
  const std::size_t line = text.find('\n');
  if (line != std::string_view::npos) {
    check_view(text, find_form_field(text.substr(0, line), text.substr(line + 1), "model"));
    check_round_trip(text.substr(0, line), text.substr(line + 1));
  }
  check_round_trip(text, "gpt-4o");
  return 0;
}
