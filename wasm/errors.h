// Errors that the gateway itself makes, in OpenAI's shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "cors.h"
#include "lines.h"

namespace sluice {

// One for each thing there is to say; several may share a code.
enum class Error {
  invalid_json,
  json_not_object,
  json_encoded,
  form_malformed,
  missing_messages,
  access_key_missing,
  access_key_unknown,
  access_key_expired,
  own_key_missing,
  origin_not_allowed,
  model_not_allowed,
  path_not_allowed,
  not_found,
  method_not_allowed,
  body_too_large,
  rate_limited,
  config_invalid,
  internal_error,
  upstream_unreachable,
  upstream_timeout,
  upstream_loop,
};

// What single errors say besides.
struct ErrorDetails {
  std::string_view allow = {};      // method_not_allowed: the methods that are
  std::int64_t retry_after_ms = 0;  // rate_limited
  std::optional<std::size_t> offset =
      std::nullopt;  // invalid_json: of the byte where it stops being JSON
};

// Writes a whole reply. `method` is the request's: HEAD gets no body.
void write_error(LineWriter& out, Error error, std::string_view method, CorsVerdict cors,
                 const ErrorDetails& details = {});

}  // namespace sluice
