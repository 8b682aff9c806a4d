#include "config.h"

#include "text.h"
#include "url.h"

namespace sluice {
namespace {

// Returns what is wrong with the URL, or an empty string. Never quotes it: it may hold a secret.
std::string compile_upstream(std::string_view text, Upstream& upstream) {
  const Url url = split_url(text);
  const bool is_https = equals_ignoring_case(url.scheme, "https");
  if (!is_https && !equals_ignoring_case(url.scheme, "http")) {
    return R"(write the whole base URL, as in "https://api.openai.com")";
  }
  if (text.find_first_of("?#") != std::string_view::npos) return "a base URL has no ? or #";
  if (text.find_first_of(" \\\"<>^`{|}") != std::string_view::npos) {
    return "contains a character that URLs do not allow";
  }
  if (text.find('@') != std::string_view::npos) {
    return "contains a user name or password; remove it, a key belongs in a secret";
  }
  if (!is_host_and_port(url.host)) {
    return "its host or port is not valid; write international names in punycode";
  }

  upstream.is_https = is_https;
  upstream.host = lowercase(url.host);
  upstream.origin = (is_https ? "https://" : "http://") + upstream.host;
  upstream.prefix.clear();
  append_without_dot_segments(upstream.prefix, url.path);
  while (upstream.prefix.ends_with('/')) upstream.prefix.pop_back();
  return {};
}

void read_allowed_origins(ConfigTable& table, OriginList& allowed) {
  constexpr std::string_view kName = "ALLOWED_ORIGINS";
  const std::optional<std::size_t> count =
      table.list(kName, [&](std::string_view origin) { return allowed.add(origin); });
  if (!count) {
    (void)allowed.add("*");
  } else if (*count == 0) {
    table.problem(kName, R"(is empty; write "*" for any page, or remove it)");
  } else if (allowed.allows_any() && *count > 1) {
    table.problem(kName, R"("*" allows every origin; remove it or the others)");
  }
}

void read_config_table(const JsonValue& object, Config& config, Problems& problems) {
  ConfigTable table(object, "CONFIG.", problems);
  if (const int word = table.choice("api", {"openai", "none"}); word >= 0) {
    config.api = static_cast<Api>(word);
  }
  // Timers of the platform wrap around at 2^31 ms, and no request lives for a day.
  if (table.duration("timeout", config.timeout) &&
      (config.timeout < std::chrono::milliseconds(1) || config.timeout > std::chrono::hours(24))) {
    table.problem("timeout", R"(must be between "1ms" and "24h")");
  }
  table.finish(ConfigTable::Unknown::is_error);
}

}  // namespace

Problems load_config(std::string_view environment, Config& config) {
  config = {};
  Problems problems;
  const JsonParse parse = parse_json(environment);
  if (!parse.problem.empty() || parse.value.kind != JsonValue::Kind::object) {
    problems.emplace_back("environment: not a JSON object");
    return problems;
  }
  ConfigTable table(parse.value, "", problems);
  if (const std::string* url = table.text("UPSTREAM_URL")) {
    const std::string wrong = compile_upstream(trim(*url), config.upstream);
    if (!wrong.empty()) table.problem("UPSTREAM_URL", wrong);
  }
  read_allowed_origins(table, config.allowed_origins);

  JsonValue parsed;
  if (const JsonValue* object = table.table("CONFIG", parsed)) {
    read_config_table(*object, config, problems);
  }
  // Other bindings may be anybody's, but a slip of one of ours must not pass for absent.
  table.finish(ConfigTable::Unknown::is_error_if_near);
  return problems;
}

}  // namespace sluice
