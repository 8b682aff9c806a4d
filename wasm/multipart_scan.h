// Finds a form field in a multipart/form-data body (RFC 7578, RFC 2046) in place: `model` of the
// audio and image endpoints. Passes files at the speed of a search for line ends, without a copy.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

struct FormField {
  // malformed: also what parsers read differently, such as line ends without CR, so that nobody
  // behind the gateway sees another value than the gateway did.
  enum class Status : std::uint8_t { absent, found, malformed };

  Status status = Status::absent;
  bool is_repeated = false;     // several parts have this name; `value` is the last one's
  std::string_view value = {};  // a view into the body
};

// `content_type` is the Content-Type header's value. Linear in the body's size.
[[nodiscard]] FormField find_form_field(std::string_view content_type, std::string_view body,
                                        std::string_view name);

}  // namespace sluice
