// Any environment is either compiled or refused with problems that fit a log line each.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config.h"
#include "text.h"
#include "url.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(std::string_view environment) {
  sluice::Config config;
  const sluice::Problems problems = sluice::load_config(environment, config);
  for (const std::string& problem : problems) {
    for (char c : problem) require(!sluice::is_control(c));
  }
  if (!problems.empty()) return;
  const sluice::Url url = sluice::split_url(config.upstream.origin);
  require(url.host == config.upstream.host && sluice::is_host_and_port(url.host));
  require(url.path.empty() && url.query.empty());
  require(config.upstream.prefix.empty() || config.upstream.prefix.front() == '/');
  require(!config.upstream.prefix.ends_with('/'));
  require(config.timeout.count() > 0);
  require(!config.allowed_origins.contains("null") && !config.allowed_origins.contains(""));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text);
  // The members one by one, so that the fuzzer need not find JSON first.
  for (const char* name : {"UPSTREAM_URL", "ALLOWED_ORIGINS", "CONFIG"}) {
    std::string environment = std::string("{\"") + name + "\":";
    sluice::append_json_string(environment, text);
    check(environment + "}");
  }
  return 0;
}
