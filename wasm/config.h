// The configuration, compiled: what requests need, in the form in which they need it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

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
  OriginList allowed_origins;
  Api api = Api::openai;
  std::chrono::milliseconds timeout = std::chrono::minutes(10);  // to the response's head
};

// Compiles the Worker's environment, a JSON object of its variables and secrets, into `config`.
// Returns what is wrong; if that is not empty, `config` must not be used.
[[nodiscard]] Problems load_config(std::string_view environment, Config& config);

}  // namespace sluice
