// Errors that the gateway itself makes, in OpenAI's shape.
#pragma once

#include <string_view>

#include "cors.h"
#include "lines.h"

namespace sluice {

enum class Error {
  not_found,
  method_not_allowed,
  config_invalid,
  internal_error,
  upstream_unreachable,
  upstream_timeout,
  upstream_loop,
};

// Writes a whole reply. `method` is the request's: HEAD gets no body. `allow` names the allowed
// methods, for method_not_allowed alone.
void write_error(LineWriter& out, Error error, std::string_view method, CorsVerdict cors,
                 std::string_view allow = {});

}  // namespace sluice
