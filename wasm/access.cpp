#include "access.h"

#include "pattern.h"
#include "text.h"

namespace sluice {
namespace {

// A browser cannot set headers on a WebSocket; OpenAI's clients put the key here instead.
constexpr std::string_view kKeySubprotocol = "openai-insecure-api-key.";

// Between these, pieces of a credential header stand: a scheme, a key, or several of them.
constexpr std::string_view kBetweenPieces = " \t,";

// The value, but for a bare "Bearer", as front ends send whose user has not entered a key.
std::string_view credentials_in(std::string_view value) {
  value = trim(value);
  return equals_ignoring_case(value, "bearer") ? std::string_view{} : value;
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  for (const std::string& pattern : patterns) {
    if (matches(pattern, text)) return true;
  }
  return patterns.empty();
}

void write_bearer(LineWriter& out, std::string_view key) {
  out.line("=authorization");
  out.text() += "Bearer ";
  out.line(key);
}

// Looks at every piece of every header, so that an access key is known however clumsily a caller
// puts it, and never passes for a part of the caller's own.
const AccessKey* find_access_key(const AccessKeys& keys, const Credentials& presented) {
  if (keys.empty()) return nullptr;
  for (std::string_view rest :
       {presented.authorization, presented.api_key, presented.x_api_key, presented.x_goog_api_key,
        presented.x_openai_key, presented.subprotocols}) {
    while (!rest.empty()) {
      std::string_view piece = next_piece(rest, kBetweenPieces);
      if (piece.starts_with(kKeySubprotocol)) piece.remove_prefix(kKeySubprotocol.size());
      if (const AccessKey* key = keys.find(piece)) return key;
    }
  }
  return nullptr;
}

// Whether a page made the request whose origin may not spend the owner's money. Browsers leave out
// Origin where a page loads without asking to read (images, no-cors), but say that it was a page
// of another site (Fetch Metadata Request Headers, Sec-Fetch-Site).
bool is_foreign_page(const OriginList& allowed, const Request& request) {
  if (allowed.allows_any()) return false;
  const std::string_view origin = request.field(Field::origin);
  if (!origin.empty()) return !allowed.contains(origin);
  const std::string_view site = request.field(Field::sec_fetch_site);
  return site == "cross-site" || site == "same-site";
}

}  // namespace

bool Credentials::any() const {
  return !authorization.empty() || !api_key.empty() || !x_api_key.empty() ||
         !x_goog_api_key.empty() || !x_openai_key.empty() || !subprotocols.empty();
}

Credentials read_credentials(const Request& request) {
  Credentials found;
  found.authorization = credentials_in(request.field(Field::authorization));
  found.api_key = credentials_in(request.field(Field::api_key));
  found.x_api_key = credentials_in(request.field(Field::x_api_key));
  found.x_goog_api_key = credentials_in(request.field(Field::x_goog_api_key));
  found.x_openai_key = credentials_in(request.field(Field::x_openai_key));
  const std::string_view offered = request.field(Field::sec_websocket_protocol);
  if (offered.find(kKeySubprotocol) != std::string_view::npos) found.subprotocols = offered;
  return found;
}

Access decide_access(const Config& config, const Request& request, const Credentials& presented,
                     std::string_view path, std::int64_t now) {
  Access access;
  access.key = find_access_key(config.access_keys, presented);
  if (access.key != nullptr) {
    access.spends = Access::Spends::gateways;
    if (now >= access.key->rules.expires) {
      access.refusal = Error::access_key_expired;
    } else if (!matches_any(access.key->rules.paths, path)) {
      access.refusal = Error::path_not_allowed;
    }
  } else if (!config.access_keys.empty()) {
    if (!presented.any()) {
      access.refusal = Error::access_key_missing;
    } else if (!config.allow_own_keys) {
      access.refusal = Error::access_key_unknown;
    }
  } else if (!config.upstream_keys.empty() && !presented.any()) {
    access.spends = Access::Spends::gateways;
    if (!config.is_open) access.refusal = Error::own_key_missing;
  }

  // Also without a preflight, which such a page may not have needed.
  if (!access.refusal && access.spends == Access::Spends::gateways &&
      is_foreign_page(config.allowed_origins, request)) {
    access.refusal = Error::origin_not_allowed;
  }
  return access;
}

bool allows_model(const AccessKey* key, std::string_view model) {
  return key == nullptr || matches_any(key->rules.models, model);
}

void write_gateway_credentials(LineWriter& out, const Credentials& presented,
                               std::string_view upstream_key) {
  if (upstream_key.empty()) {
    out.remove("authorization");
  } else {
    write_bearer(out, upstream_key);
  }
  if (!presented.api_key.empty()) out.remove("api-key");
  if (!presented.x_api_key.empty()) out.remove("x-api-key");
  if (!presented.x_goog_api_key.empty()) out.remove("x-goog-api-key");
  if (presented.subprotocols.empty()) return;
  std::string_view offered = presented.subprotocols;
  out.remove("sec-websocket-protocol");
  while (!offered.empty()) {
    const std::string_view subprotocol = next_piece(offered, ",");
    if (!subprotocol.empty() && !subprotocol.starts_with(kKeySubprotocol)) {
      out.append("sec-websocket-protocol", subprotocol);
    }
  }
}

void write_own_credentials(LineWriter& out, const Credentials& presented) {
  if (!presented.authorization.empty() || presented.x_openai_key.empty()) return;
  // Without a scheme of its own, if it has one.
  const std::string_view value = presented.x_openai_key;
  write_bearer(out, value.substr(value.find_last_of(kBetweenPieces) + 1));  // npos + 1 is 0
}

}  // namespace sluice
