#include "gateway.h"

#include <algorithm>
#include <utility>

#include "context.h"
#include "errors.h"
#include "lines.h"
#include "network.h"
#include "pages.h"
#include "reply.h"
#include "route.h"
#include "text.h"

namespace sluice {
namespace {

constexpr std::string_view kReservedPrefix = "/_sluice";

}  // namespace

bool Gateway::configure(std::string_view environment, std::string& out) {
  const Problems problems = load_config(environment, config_);
  config_is_good_ = problems.empty();
  LineWriter lines(out);
  for (const std::string& problem : problems) lines.line(problem);
  if (!config_is_good_) return false;

  windows_.clear();
  const auto add_window = [&](const std::optional<Rate>& rate) {
    if (rate && find_window(rate->period) == nullptr) windows_.emplace_back(rate->period);
  };
  add_window(config_.rate);
  for (const AccessKey& key : config_.access_keys.all()) add_window(key.rules.rate);
  window_key_ = derive_hash_key(environment);  // with the secrets in it

  append_request_headers(out, fields_read());
  out += "location\n";
  return true;
}

// The fields that decisions of this configuration turn on.
FieldSet Gateway::fields_read() const {
  const auto has_rules_on_models = [](const AccessKey& key) { return !key.rules.models.empty(); };
  const auto expires = [](const AccessKey& key) { return key.rules.expires != kNever; };
  const std::vector<AccessKey>& keys = std::as_const(config_.access_keys).all();
  const bool has_keys = !keys.empty() || !config_.upstream_keys.empty();
  const bool has_rates = !windows_.empty();

  FieldSet read;
  read.set();
  const auto set = [&](Field field, bool is_read) {
    read.set(static_cast<std::size_t>(field), is_read);
  };
  set(Field::none, false);
  set(Field::now, has_rates || std::any_of(keys.begin(), keys.end(), expires));
  set(Field::cf_connecting_ip, has_rates || config_.has_rate_limit_binding);
  set(Field::sec_fetch_site, !config_.allowed_origins.allows_any());
  for (Field field :
       {Field::api_key, Field::x_api_key, Field::x_goog_api_key, Field::sec_websocket_protocol}) {
    set(field, has_keys);
  }
  for (Field field : {Field::content_encoding, Field::content_type}) {
    set(field, std::any_of(keys.begin(), keys.end(), has_rules_on_models));
  }
  return read;
}

bool Gateway::plan(std::string_view head, std::string& out) {
  return plan_request(head, nullptr, out);
}

bool Gateway::plan_body(std::string_view head, std::string_view body, std::string& out) {
  return plan_request(head, &body, out);
}

bool Gateway::plan_request(std::string_view head, const std::string_view* body, std::string& out) {
  if (!read_request(head, request_)) return false;
  LineWriter writer(out);
  const CorsVerdict cors = cors_for_reply();
  request_.url.path = routed_path(config_.api, request_.url.path, path_space_);
  const bool is_root = request_.url.path == "/" && config_.api == Api::openai;
  if (!config_is_good_) {
    write_error(writer, Error::config_invalid, request_.method, cors);
  } else if (request_.is_preflight()) {
    begin_reply(writer, 204, cors);
    write_preflight(writer, request_.field(Field::access_control_request_method),
                    request_.field(Field::access_control_request_headers));
    end_reply_head(writer);
  } else if (request_.method == "TRACE") {
    // Its answer repeats the request, added credentials included (RFC 9110 section 9.3.8).
    write_error(writer, Error::method_not_allowed, request_.method, cors,
                {.allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"});
  } else if (starts_with_segments(request_.url.path, kReservedPrefix) ||
             (is_root && request_.method != "POST")) {
    plan_reserved(writer, cors);
  } else if (equals_ignoring_case(request_.url.host, config_.upstream.host)) {
    write_error(writer, Error::upstream_loop, request_.method, cors);
  } else {
    plan_call(writer, cors, is_root, body);
  }
  return true;
}

void Gateway::plan_reserved(LineWriter& out, CorsVerdict cors) {
  const std::string_view path = request_.url.path;
  const std::string_view allow = path == "/" ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS";
  if (path != "/" && path != "/_sluice/health") {
    write_error(out, Error::not_found, request_.method, cors);
  } else if (request_.method == "OPTIONS") {
    begin_reply(out, 204, cors);
    out.set("allow", allow);
    end_reply_head(out);
  } else if (!request_.is_safe()) {
    write_error(out, Error::method_not_allowed, request_.method, cors, {.allow = allow});
  } else if (path == "/") {
    write_welcome(out, request_, cors);
  } else {
    write_health(out, request_, cors);
  }
}

void Gateway::plan_call(LineWriter& out, CorsVerdict cors, bool is_one_line,
                        const std::string_view* body) {
  Call call;
  call.cors = cors;
  call.is_one_line = is_one_line;
  if (is_one_line) request_.url.path = kChatPath;
  call.now = parse_decimal(request_.field(Field::now)).value_or(0);
  call.presented = read_credentials(request_);
  call.access = decide_access(config_, request_, call.presented, request_.url.path, call.now);
  if (call.access.refusal) return refuse_call(out, call, *call.access.refusal);
  if (!allows_url(call.access.key, request_.url)) {
    return refuse_call(out, call, Error::model_not_allowed);
  }
  insert_.clear();
  if (body == nullptr) {
    // Counted once, before the body of a request that is one too many is read.
    if (const std::int64_t wait = time_over_rate(call); wait > 0) {
      return refuse_call(out, call, Error::rate_limited, {.retry_after_ms = wait});
    }
    if (needs_body(call)) return write_read(out, call);
  } else if (needs_body(call)) {
    const BodyVerdict verdict =
        is_one_line ? judge_chat(config_.chat_defaults, call.access.key, *body, insert_)
                    : judge_model(*call.access.key, request_, *body);
    if (verdict.refusal) return refuse_call(out, call, *verdict.refusal, verdict.details);
    call.insert_at = verdict.insert_at;
  }
  write_forward(out, call);
}

bool Gateway::needs_body(const Call& call) const {
  if (call.is_one_line) return true;
  // Whatever its head says: over HTTP/2 a body needs no header (RFC 9113 section 8.1).
  return call.access.key != nullptr && !call.access.key->rules.models.empty() &&
         !request_.is_safe();
}

// Asks for the body, unless its length says already that it is too long.
void Gateway::write_read(LineWriter& out, const Call& call) {
  const auto length = parse_decimal(request_.field(Field::content_length));
  if (length && *length > static_cast<std::int64_t>(config_.max_body)) {
    return refuse_call(out, call, Error::body_too_large);
  }
  out.line("read");
  append_decimal(out.text(), config_.max_body);
  out.line("");
}

void Gateway::write_forward(LineWriter& out, const Call& call) {
  url_.clear();
  append_upstream_url(url_, config_, request_.url.path, request_.url.query);

  // An answer that no page reads and no cache keeps needs no CORS, and is returned as it is.
  const bool is_untouched =
      request_.is_websocket() || (request_.field(Field::origin).empty() && !request_.is_safe());
  // A body cannot be sent twice, and other methods are the caller's to repeat.
  const bool is_repeatable = request_.is_safe() && !request_.has_body() && !request_.is_websocket();
  Context context;
  context.method = request_.method;
  context.cors = is_untouched ? kCorsUntouched : call.cors;
  context.redirects_left = is_repeatable ? kMostRedirects : 0;
  context.gateway = request_.url.host;
  context.url = url_;
  context.write_fetch(out, "forward", config_.timeout.count());
  if (config_.has_rate_limit_binding) {
    out.text() += '?';
    out.line(caller_of(call));
  }
  if (!insert_.empty()) {
    out.text() += '@';
    append_decimal(out.text(), call.insert_at);
    out.text() += ' ';
    out.line(insert_);
  }

  for (std::string_view name : request_.not_forwarded) out.remove(name);
  // A page's plain fetch() says text/plain, which spares it a preflight.
  if (call.is_one_line) out.set("content-type", "application/json");
  if (call.access.spends == Access::Spends::gateways) {
    write_gateway_credentials(out, call.presented, next_upstream_key());
  } else {
    write_own_credentials(out, call.presented);
  }
  context.write_delivery(out);
}

bool Gateway::refuse(std::string_view input, std::string& out) {
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos || !read_request(input.substr(end + 1), request_)) return false;
  const std::string_view reason = input.substr(0, end);
  LineWriter writer(out);
  const CorsVerdict cors = cors_for_reply();
  if (reason == "rate_limited") {
    // The binding does not say when; its period is 10 or 60 seconds.
    write_error(writer, Error::rate_limited, request_.method, cors, {.retry_after_ms = 10'000});
    return true;
  }
  const Error error = reason == "timeout"          ? Error::upstream_timeout
                      : reason == "unreachable"    ? Error::upstream_unreachable
                      : reason == "body_too_large" ? Error::body_too_large
                                                   : Error::internal_error;
  write_error(writer, error, request_.method, cors);
  return true;
}

void Gateway::refuse_call(LineWriter& out, const Call& call, Error error,
                          const ErrorDetails& details) const {
  write_error(out, error, request_.method, call.cors, details);
}

CorsVerdict Gateway::cors_for_reply() const {
  // Which origins are meant is not known then; the answer says nothing that a page may not read.
  if (!config_is_good_) return {"*"};
  return cors_verdict(config_.allowed_origins, request_.field(Field::origin));
}

std::string_view Gateway::next_upstream_key() {
  if (config_.upstream_keys.empty()) return {};
  next_upstream_key_ %= config_.upstream_keys.size();
  return config_.upstream_keys[next_upstream_key_++];
}

// By whom limits count: an access key's name, or the address of who has none.
std::string_view Gateway::caller_of(const Call& call) {
  caller_.clear();
  if (call.access.key != nullptr) {
    caller_ += "key:";
    caller_ += call.access.key->name;
  } else {
    caller_ += "address:";
    append_network(caller_, request_.field(Field::cf_connecting_ip));
  }
  return caller_;
}

SlidingWindow* Gateway::find_window(std::int64_t period) {
  const auto found =
      std::find_if(windows_.begin(), windows_.end(),
                   [&](const SlidingWindow& window) { return window.period() == period; });
  return found == windows_.end() ? nullptr : &*found;
}

// Counts the call. Returns 0, or in how many milliseconds its caller may make the next one.
std::int64_t Gateway::time_over_rate(const Call& call) {
  const AccessKey* key = call.access.key;
  const std::optional<Rate>& rate =
      key != nullptr && key->rules.rate ? key->rules.rate : config_.rate;
  if (!rate) return 0;
  const std::uint64_t caller = keyed_hash(window_key_, caller_of(call));
  return find_window(rate->period)->admit(caller, rate->count, call.now);
}

}  // namespace sluice
