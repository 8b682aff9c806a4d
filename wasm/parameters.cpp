// A quoted string is read with its backslash escapes (RFC 9110 section 5.6.4), but not where a
// parser that knows none would see another parameter.
#include "parameters.h"

#include <cstddef>

namespace sluice {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

}  // namespace

bool Parameters::next() {
  if (rest_.empty()) return false;
  const std::size_t equals = rest_.find('=');
  if (rest_.front() != ';' || equals == kNone) return stop();
  name_ = trim(rest_.substr(1, equals - 1));
  rest_ = trim(rest_.substr(equals + 1));
  if (!is_token(name_)) return stop();
  if (!rest_.starts_with('"')) {
    is_quoted_ = false;
    const std::size_t end = rest_.find(';');
    value_ = trim(rest_.substr(0, end));
    rest_.remove_prefix(end == kNone ? rest_.size() : end);
    return (!value_.empty() && value_.find('"') == kNone) || stop();
  }
  return quoted() || stop();
}

bool Parameters::quoted() {
  is_quoted_ = true;
  std::size_t end = 1;
  bool has_escaped_quote = false;
  while (end < rest_.size() && rest_[end] != '"') {
    if (rest_[end] == '\\') {
      ++end;
      has_escaped_quote = has_escaped_quote || (end < rest_.size() && rest_[end] == '"');
    }
    ++end;
  }
  if (end >= rest_.size()) return false;
  value_ = rest_.substr(1, end - 1);
  rest_ = trim(rest_.substr(end + 1));
  // Browsers do not escape backslashes: parsers that follow them would see a parameter in here.
  return !has_escaped_quote || value_.find(';') == kNone;
}

}  // namespace sluice
