// The configuration, compiled: what requests need, in the form in which they need it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access_keys.h"
#include "chat.h"
#include "config_reader.h"
#include "cors.h"

namespace sluice {

// What the upstream is taken to speak. With `openai`, slips in base URLs are mended.
enum class Api { openai, none };

struct Upstream {
  std::string origin = "https://api.openai.com";  // scheme://host[:port], lower case
  std::string host = "api.openai.com";            // host[:port], without the default port
  std::string prefix;                             // path before every request's: "" or "/a/b"
  bool is_https = true;
};

struct Config {
  Upstream upstream;
  std::vector<std::string> upstream_keys;  // OPENAI_API_KEY, used in turn
  AccessKeys access_keys;
  bool is_open = false;         // ACCESS: callers without a key use the upstream's
  bool allow_own_keys = false;  // besides access keys, callers may bring an upstream's key
  std::optional<Rate> rate;
  bool has_rate_limit_binding = false;  // RATE_LIMIT is bound, and to be asked as well
  OriginList allowed_origins;
  Api api = Api::openai;
  ChatDefaults chat_defaults;
  std::chrono::milliseconds timeout = std::chrono::minutes(10);  // to the response's head
  std::size_t max_body = std::size_t{32} << 20U;                 // bytes, of bodies that are read
};

// Compiles the Worker's environment, a JSON object of its variables and secrets, into `config`.
// Returns what is wrong; if that is not empty, `config` must not be used.
[[nodiscard]] Problems load_config(std::string_view environment, Config& config);

}  // namespace sluice
