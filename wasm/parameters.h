// The parameters of Content-Type and Content-Disposition, read strictly: what parsers are known to
// read differently is malformed.
#pragma once

#include <string_view>

#include "text.h"

namespace sluice {

// The parameters of a header value, RFC 9110 section 5.6.6: *( OWS ";" OWS [ name "=" value ] ).
class Parameters {
 public:
  // `text` is what is behind the header's first word.
  explicit Parameters(std::string_view text) : rest_(trim(text)) {}

  // To the next one. False at the end, and where it is malformed.
  bool next();

  [[nodiscard]] bool is_malformed() const { return is_malformed_; }
  [[nodiscard]] bool is_named(std::string_view name) const {
    return equals_ignoring_case(name_, name);
  }
  // "name*" and "name*0" (RFC 2231) are "name" to some parsers. RFC 7578 section 4.2 forbids them.
  [[nodiscard]] bool is_extended() const { return name_.find('*') != std::string_view::npos; }
  [[nodiscard]] std::string_view extended_name() const { return name_.substr(0, name_.find('*')); }
  [[nodiscard]] bool is_quoted() const { return is_quoted_; }
  [[nodiscard]] std::string_view value() const { return value_; }  // with its backslashes

 private:
  bool stop() {
    is_malformed_ = true;
    return false;
  }

  bool quoted();

  std::string_view rest_;
  std::string_view name_;
  std::string_view value_;
  bool is_quoted_ = false;
  bool is_malformed_ = false;
};

// A header value's first word, and what is behind it.
struct HeaderValue {
  explicit HeaderValue(std::string_view text)
      : word(trim(text.substr(0, text.find(';')))),
        parameters(text.find(';') == std::string_view::npos ? std::string_view{}
                                                            : text.substr(text.find(';'))) {}

  std::string_view word;
  Parameters parameters;
};

}  // namespace sluice
