// A boundary counts only at the start of a line, so only line ends are searched for: no body makes
// the search compare a byte twice. Where lenient parsers part ways, the body is malformed.
#include "multipart_scan.h"

#include <cstddef>

#include "parameters.h"
#include "text.h"
#include "words.h"

namespace sluice {

namespace {

using Status = FormField::Status;

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kLineEnd = "\r\n";

// Whether a quoted string's text, its backslashes taken out, is `text`.
bool unescapes_to(std::string_view quoted, std::string_view text) {
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && ++i == quoted.size()) return false;
    if (!text.starts_with(quoted[i])) return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

// RFC 2046 section 5.1.1.
bool is_boundary(std::string_view text) {
  constexpr std::size_t kLongest = 70;
  for (char c : text) {
    if (!is_alpha(c) && !is_digit(c) && std::string_view("'()+_,-./:=? ").find(c) == kNone) {
      return false;
    }
  }
  return !text.empty() && text.size() <= kLongest && text.back() != ' ';
}

// Empty: the header is not good for finding parts with.
std::string_view boundary_of(std::string_view content_type) {
  HeaderValue header(content_type);
  if (!equals_ignoring_case(header.word, "multipart/form-data")) return {};
  std::string_view boundary;
  while (header.parameters.next()) {
    const std::string_view value = header.parameters.value();
    if (header.parameters.is_extended()) return {};
    if (header.parameters.is_named("boundary")) {
      if (!boundary.empty() || !is_boundary(value)) return {};
      boundary = value;
    }
    // Some servers read the parts' names in this charset.
    if (header.parameters.is_named("charset") && !equals_ignoring_case(value, "utf-8")) return {};
  }
  return header.parameters.is_malformed() ? std::string_view{} : boundary;
}

// The start of the line behind the next CR or LF.
std::size_t next_line(std::string_view text, std::size_t from) {
  const char* end = text.data() + text.size();
  for (std::size_t at = from; at < text.size(); at += sizeof(Word)) {
    const Word word = load_word(text.data() + at, end);
    const Word ends = zero_bytes(word ^ every_byte('\r')) | zero_bytes(word ^ every_byte('\n'));
    if (ends != 0) return at + first_byte(ends) + 1;
  }
  return kNone;
}

struct Delimiter {
  enum class Kind : std::uint8_t { none, part, closing, malformed };

  Kind kind = Kind::none;
  std::size_t at = 0;      // its first dash
  std::size_t behind = 0;  // what follows its line
};

// The next delimiter line. A line starts at `from`.
Delimiter find_delimiter(std::string_view body, std::string_view boundary, std::size_t from) {
  using Kind = Delimiter::Kind;
  for (std::size_t at = from; at != kNone; at = next_line(body, at)) {
    if (at == body.size() || body[at] != '-') continue;
    std::string_view rest = body.substr(at);
    if (!rest.starts_with("--") || !rest.substr(2).starts_with(boundary)) continue;
    const std::size_t behind = at + 2 + boundary.size();
    rest = body.substr(behind);
    if (at != 0 && !body.substr(0, at).ends_with(kLineEnd)) return {Kind::malformed, at, behind};
    if (rest.starts_with(kLineEnd)) return {Kind::part, at, behind + 2};
    if (rest == "--" || rest.starts_with("--\r\n")) return {Kind::closing, at, behind + 2};
    return {Kind::malformed, at, behind};
  }
  return {};
}

// Reads one part's headers.
class PartHead {
 public:
  PartHead(std::string_view body, std::size_t from, std::string_view name)
      : name_(name), behind_(from) {
    while (is_good_) {
      const std::string_view rest = body.substr(behind_);
      const std::size_t size = rest.find(kLineEnd);
      is_good_ = size != kNone;
      behind_ += is_good_ ? size + 2 : 0;
      if (size == 0) break;
      if (is_good_) is_good_ = read(rest.substr(0, size));
    }
    // `filename=""` is a file to some parsers, and none to others; encoded values likewise.
    is_good_ = is_good_ && has_name_ && !(is_wanted_ && (is_file_ || is_encoded_));
  }

  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] bool is_wanted() const { return is_wanted_; }
  [[nodiscard]] std::size_t behind() const { return behind_; }

 private:
  bool read(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == kNone || !is_token(line.substr(0, colon))) return false;
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != kNone) return false;
    const std::string_view value = trim(line.substr(colon + 1));
    if (equals_ignoring_case(line.substr(0, colon), "content-disposition")) {
      return read_disposition(value);
    }
    if (equals_ignoring_case(line.substr(0, colon), "content-transfer-encoding")) {
      is_encoded_ = !equals_ignoring_case(value, "7bit") && !equals_ignoring_case(value, "8bit") &&
                    !equals_ignoring_case(value, "binary");
    }
    return true;
  }

  // RFC 7578 section 4.2.
  bool read_disposition(std::string_view value) {
    HeaderValue header(value);
    if (has_name_ || !equals_ignoring_case(header.word, "form-data")) return false;
    Parameters& parameters = header.parameters;
    while (parameters.next()) {
      const bool is_filename = equals_ignoring_case(parameters.extended_name(), "filename");
      if (parameters.is_extended() && !is_filename) return false;
      is_file_ = is_file_ || is_filename;
      if (!parameters.is_named("name")) continue;
      if (has_name_) return false;
      has_name_ = true;
      const bool is_quoted = parameters.is_quoted();
      if (!is_quoted && !is_token(parameters.value())) return false;
      is_wanted_ =
          is_quoted ? unescapes_to(parameters.value(), name_) : parameters.value() == name_;
    }
    return has_name_ && !parameters.is_malformed();
  }

  std::string_view name_;
  std::size_t behind_;
  bool is_good_ = true;
  bool has_name_ = false;
  bool is_wanted_ = false;
  bool is_file_ = false;
  bool is_encoded_ = false;
};

}  // namespace

FormField find_form_field(std::string_view content_type, std::string_view body,
                          std::string_view name) {
  constexpr FormField kMalformed{.status = Status::malformed};
  const std::string_view boundary = boundary_of(content_type);
  if (boundary.empty()) return kMalformed;
  FormField field;
  Delimiter delimiter = find_delimiter(body, boundary, 0);
  while (delimiter.kind == Delimiter::Kind::part) {
    const PartHead head(body, delimiter.behind, name);
    if (!head.is_good()) return kMalformed;
    delimiter = find_delimiter(body, boundary, head.behind());
    // The empty line's end is not the delimiter's as well.
    if (delimiter.kind == Delimiter::Kind::none || delimiter.at == head.behind()) return kMalformed;
    if (!head.is_wanted()) continue;
    field.is_repeated = field.status == Status::found;
    field.status = Status::found;
    field.value = body.substr(head.behind(), delimiter.at - 2 - head.behind());
  }
  if (delimiter.kind != Delimiter::Kind::closing) return kMalformed;
  // An epilogue that goes on like a body is one to some parser.
  const Delimiter more = find_delimiter(body, boundary, delimiter.behind);
  return more.kind == Delimiter::Kind::none ? field : kMalformed;
}

}  // namespace sluice
