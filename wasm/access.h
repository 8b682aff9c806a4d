// Who may call, and with whose key the upstream is asked.
#pragma once

#include <optional>
#include <string_view>

#include "access_keys.h"
#include "config.h"
#include "errors.h"
#include "request.h"

namespace sluice {

// The credentials that a request carries, wherever a caller may put them. Views into the request.
struct Credentials {
  std::string_view authorization;  // with its scheme
  std::string_view api_key;
  std::string_view x_api_key;
  std::string_view x_goog_api_key;
  std::string_view x_openai_key;
  std::string_view subprotocols;  // if "openai-insecure-api-key.<key>", of a browser, is among them

  [[nodiscard]] bool any() const;
};

[[nodiscard]] Credentials read_credentials(const Request& request);

struct Access {
  enum class Spends { callers_own, gateways };

  std::optional<Error> refusal;  // the request goes no further
  Spends spends = Spends::callers_own;
  const AccessKey* key = nullptr;  // the access key that was presented, if one was
};

// `path` is the upstream's, behind a mended base URL. `now`: milliseconds since 1970.
[[nodiscard]] Access decide_access(const Config& config, const Request& request,
                                   const Credentials& presented, std::string_view path,
                                   std::int64_t now);

// Whether the rules of `key` (null: there are none) allow `model`.
[[nodiscard]] bool allows_model(const AccessKey* key, std::string_view model);

// Edits of the request's headers: the gateway's key in place of whatever the caller sent.
// `upstream_key` may be empty: an upstream that needs none.
void write_gateway_credentials(LineWriter& out, const Credentials& presented,
                               std::string_view upstream_key);

// Edits for a caller's own key: moved to Authorization if it came in a header of the gateway's.
void write_own_credentials(LineWriter& out, const Credentials& presented);

}  // namespace sluice
