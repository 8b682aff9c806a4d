// Request headers: which the gateway reads, and which it never sends upstream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

// The headers whose values decisions turn on.
enum class Field {
  none,
  accept,
  access_control_request_headers,
  access_control_request_method,
  connection,
  content_length,
  origin,
  transfer_encoding,
  upgrade,
};
inline constexpr std::size_t kFieldCount = 9;

struct HeaderRule {
  Field field = Field::none;  // where its value is read to
  bool forwarded = true;      // whether it goes upstream
};

// What to do with the request header `name` (lower case, as Headers iterates).
[[nodiscard]] HeaderRule rule_for(std::string_view name);

// Names of the headers with a Field, separated by spaces: the shim sends no other values.
void append_request_headers_read(std::string& out);

// Headers that carry credentials: not sent on when a redirect leads to another origin.
inline constexpr std::string_view kCredentialHeaders[] = {
    "authorization", "api-key", "x-api-key", "x-goog-api-key", "x-openai-key",
};

}  // namespace sluice
