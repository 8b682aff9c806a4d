// The boundary's format: lines in, edits out. Fetch forbids LF in methods, URLs and header values,
// and configuration is checked for control bytes, so that a line feed can stand between fields.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Takes lines off the front of a text. Views into that text.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  // Up to the next LF, or to the end. Empty when done.
  std::string_view next() {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return line;
  }

  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// Writes an answer for the shim to the end of a string that outlives it.
class LineWriter {
 public:
  explicit LineWriter(std::string& out) : out_(out) {}

  void line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }

  // Edits of a head. `name` must be a token, `value` free of control bytes.
  void remove(std::string_view name) { edit('-', name); }
  void set(std::string_view name, std::string_view value) { edit('=', name, value); }
  void append(std::string_view name, std::string_view value) { edit('+', name, value); }

  // For text made of several pieces: append them, end with LF.
  [[nodiscard]] std::string& text() { return out_; }

 private:
  void edit(char verb, std::string_view name) {
    out_ += verb;
    line(name);
  }
  void edit(char verb, std::string_view name, std::string_view value) {
    edit(verb, name);
    line(value);
  }

  std::string& out_;
};

}  // namespace sluice
