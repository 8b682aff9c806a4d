// Request headers: which the gateway reads, and which it never sends upstream.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

// The headers whose values decisions turn on. `now` is none: the shim puts the time, milliseconds
// since 1970, in front of them under the name ":now".
enum class Field {
  none,
  now,
  accept,
  access_control_request_headers,
  access_control_request_method,
  api_key,
  authorization,
  cf_connecting_ip,
  connection,
  content_encoding,
  content_length,
  content_type,
  origin,
  sec_fetch_site,
  sec_websocket_protocol,
  transfer_encoding,
  upgrade,
  x_api_key,
  x_goog_api_key,
  x_openai_key,
};
inline constexpr std::size_t kFieldCount = 20;

struct HeaderRule {
  Field field = Field::none;  // where its value is read to
  bool forwarded = true;      // whether it goes upstream
};

// What to do with the request header `name` (lower case, as Headers iterates).
[[nodiscard]] HeaderRule rule_for(std::string_view name);

using FieldSet = std::bitset<kFieldCount>;

// Two lines of names, separated by spaces: the headers of the fields `read`, and others that never
// go upstream, among them families ("cf-*").
void append_request_headers(std::string& out, const FieldSet& read);

// Headers that carry credentials: not sent on when a redirect leads to another origin.
inline constexpr std::string_view kCredentialHeaders[] = {
    "authorization", "api-key", "x-api-key", "x-goog-api-key", "x-openai-key",
};

}  // namespace sluice
