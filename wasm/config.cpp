#include "config.h"

#include "dates.h"
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

// Notes what is wrong with an item; an empty text is nothing.
void note(ConfigTable& table, std::string_view name, std::size_t index, std::string_view wrong) {
  if (!wrong.empty()) table.item_problem(name, index, wrong);
}

void read_allowed_origins(ConfigTable& table, OriginList& allowed) {
  constexpr std::string_view kName = "ALLOWED_ORIGINS";
  std::vector<std::string_view> origins;
  if (!table.list(kName, origins)) {
    (void)allowed.add("*");  // absent; what is wrong is no matter any more
    return;
  }
  for (std::size_t i = 0; i < origins.size(); ++i) note(table, kName, i, allowed.add(origins[i]));
  if (origins.empty()) {
    table.problem(kName, R"(is empty; write "*" for any page, or remove it)");
  } else if (allowed.allows_any() && origins.size() > 1) {
    table.problem(kName, R"("*" allows every origin; remove it or the others)");
  }
}

// Patterns with "*", matched as they stand.
void read_patterns(ConfigTable& table, std::string_view name, std::vector<std::string>& patterns) {
  std::vector<std::string_view> items;
  if (!table.list(name, items)) return;
  if (items.empty()) table.problem(name, "is empty; name what is allowed, or remove it");
  patterns.assign(items.begin(), items.end());
}

void read_rate(ConfigTable& table, std::string_view name, std::optional<Rate>& rate) {
  const std::string* text = table.text(name);
  if (text == nullptr) return;
  Rate parsed;
  if (parse_rate(*text, parsed)) {
    rate = parsed;
  } else {
    table.problem(name,
                  R"(not a rate; write a count up to 65536 and a period, as in "60/min", "10/s",)"
                  R"( "1000/h", "5000/d")");
  }
}

// CONFIG.access.keys.<name>
AccessRules read_key_rules(const JsonValue& object, const std::string& name, Problems& problems) {
  ConfigTable table(object, "CONFIG.access.keys." + name + ".", problems);
  AccessRules rules;
  read_patterns(table, "models", rules.models);
  read_patterns(table, "paths", rules.paths);
  read_rate(table, "rate", rules.rate);
  if (const std::string* text = table.text("expires")) {
    if (!parse_expiry(*text, rules.expires)) {
      table.problem("expires", R"(not a date; write "2026-12-31" (valid through that day, UTC) or)"
                               R"( "2026-12-31T12:00:00Z")");
    }
  }
  table.finish(ConfigTable::Unknown::is_error);
  return rules;
}

void read_access(ConfigTable& parent, Config& config, Problems& problems) {
  const JsonValue* object = parent.object("access");
  if (object == nullptr) return;
  ConfigTable table(*object, "CONFIG.access.", problems);
  table.flag("allow_own_keys", config.allow_own_keys);
  read_rate(table, "rate", config.rate);
  if (const JsonValue* keys_object = table.object("keys")) {
    ConfigTable keys(*keys_object, "CONFIG.access.keys.", problems);
    for (AccessKey& key : config.access_keys.all()) {
      const JsonValue* rules = keys.object(key.name);
      if (rules != nullptr) key.rules = read_key_rules(*rules, key.name, problems);
    }
    for (const JsonMember& member : keys_object->members) {
      if (config.access_keys.find(member.name) == nullptr) continue;
      keys.pass_over(member.name);
      table.problem(
          "keys",
          R"(names a key by the key itself; write "name=key" in ACCESS_KEYS, and the name here)");
    }
    keys.finish(ConfigTable::Unknown::is_error);
  }
  table.finish(ConfigTable::Unknown::is_error);
}

void read_chat(ConfigTable& parent, Config& config, Problems& problems) {
  const JsonValue* object = parent.object("chat");
  if (object == nullptr) return;
  ConfigTable table(*object, "CONFIG.chat.", problems);
  if (const JsonValue* defaults = table.object("defaults")) {
    config.chat_defaults = ChatDefaults(*defaults);
  }
  table.finish(ConfigTable::Unknown::is_error);
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
  // A body that is read is in memory twice, here and in the shim, and a Worker has 128 MB.
  if (table.size("max_body", config.max_body) &&
      (config.max_body < 1024 || config.max_body > (std::size_t{48} << 20U))) {
    table.problem("max_body", R"(must be between "1KiB" and "48MiB")");
  }
  read_access(table, config, problems);
  read_chat(table, config, problems);
  table.finish(ConfigTable::Unknown::is_error);
}

void read_keys(ConfigTable& table, Config& config) {
  std::vector<std::string_view> items;
  if (table.list("OPENAI_API_KEY", items)) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      note(table, "OPENAI_API_KEY", i, check_secret(items[i]));
    }
    config.upstream_keys.assign(items.begin(), items.end());
  }
  items.clear();
  if (table.list("ACCESS_KEYS", items)) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      note(table, "ACCESS_KEYS", i, config.access_keys.add(items[i]));
    }
    // Blank, it would leave the door open that it is meant to shut.
    if (items.empty()) table.problem("ACCESS_KEYS", "is empty; name the keys, or remove it");
  }
  if (std::string wrong = config.access_keys.seal(); !wrong.empty()) {
    table.problem("ACCESS_KEYS", wrong);
  }
  config.is_open = table.choice("ACCESS", {"open"}) == 0;
  if (config.is_open && !config.access_keys.empty()) {
    table.problem("ACCESS", R"("open" lets anyone in, and ACCESS_KEYS do not; remove one of them)");
  }
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
  read_keys(table, config);
  table.flag("RATE_LIMIT", config.has_rate_limit_binding);
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
