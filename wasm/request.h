// The request head as the shim hands it over, read once.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "headers.h"
#include "url.h"

namespace sluice {

// Views into the input. Reused from request to request, so that steady state allocates nothing.
struct Request {
  std::string_view method;
  Url url;
  std::vector<std::string_view> not_forwarded;  // names of headers that must not go upstream

  [[nodiscard]] std::string_view field(Field field) const {
    return fields[static_cast<std::size_t>(field)];
  }
  [[nodiscard]] bool is_websocket() const;  // asks for an upgrade to WebSocket (RFC 6455)
  [[nodiscard]] bool is_safe() const { return method == "GET" || method == "HEAD"; }
  [[nodiscard]] bool has_body() const;
  [[nodiscard]] bool is_preflight() const;  // Fetch standard, "CORS-preflight request"

  std::array<std::string_view, kFieldCount> fields;
};

// Reads "METHOD\nURL\nname\nvalue\n…". False if the input has no method or no absolute URL.
[[nodiscard]] bool read_request(std::string_view input, Request& request);

}  // namespace sluice
