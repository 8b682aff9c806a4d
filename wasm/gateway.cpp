#include "gateway.h"

#include <charconv>

#include "errors.h"
#include "lines.h"
#include "pages.h"
#include "reply.h"
#include "route.h"
#include "text.h"

namespace sluice {
namespace {

// No real API redirects more often.
constexpr int kMostRedirects = 5;

constexpr std::string_view kReservedPrefix = "/_sluice";

constexpr bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

int to_int(std::string_view text) {
  int value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// What judge() must know of its plan. Travels through the shim as one line of words, so that
// the core keeps nothing between two calls, however many requests are under way.
struct Context {
  std::string_view method;
  CorsVerdict cors;
  int redirects_left = 0;    // how many more may be followed; 0 for what is never followed
  std::string_view gateway;  // host[:port] by which the caller reached the gateway
  std::string_view url;      // the upstream's, just fetched

  static Context read(std::string_view line) {
    Context context;
    context.method = next_piece(line, " ");
    context.cors.word = next_piece(line, " ");
    context.redirects_left = to_int(next_piece(line, " "));
    context.gateway = next_piece(line, " ");
    context.url = line;  // last, since a Location may contain blanks
    return context;
  }

  void write(LineWriter& out) const {
    std::string& text = out.text();
    text += method;
    text += ' ';
    text += cors.word;
    text += ' ';
    append_decimal(text, redirects_left);
    text += ' ';
    text += gateway;
    text += ' ';
    text += url;
    text += '\n';
  }
};

// Verb, URL, time to the response's head in milliseconds, context. Edits of the head may follow.
void write_fetch(LineWriter& out, std::string_view verb, const Context& context,
                 const Config& config) {
  out.line(verb);
  out.line(context.url);
  append_decimal(out.text(), config.timeout.count());
  out.text() += '\n';
  context.write(out);
}

}  // namespace

bool Gateway::configure(std::string_view environment, std::string& out) {
  const Problems problems = load_config(environment, config_);
  config_is_good_ = problems.empty();
  LineWriter lines(out);
  for (const std::string& problem : problems) lines.line(problem);
  if (config_is_good_) {
    append_request_headers_read(out);
    out += "\nlocation\n";
  }
  return config_is_good_;
}

bool Gateway::plan(std::string_view input, std::string& out) {
  if (!read_request(input, request_)) return false;
  LineWriter writer(out);
  const CorsVerdict cors = cors_for_reply();
  request_.url.path = clean_path(request_.url.path, scratch_);
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
                "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  } else if (starts_with_segments(request_.url.path, kReservedPrefix) ||
             (request_.url.path == "/" && config_.api == Api::openai)) {
    plan_reserved(writer, cors);
  } else if (equals_ignoring_case(request_.url.host, config_.upstream.host)) {
    write_error(writer, Error::upstream_loop, request_.method, cors);
  } else {
    plan_forward(writer, cors);
  }
  return true;
}

void Gateway::plan_reserved(LineWriter& out, CorsVerdict cors) {
  constexpr std::string_view kAllow = "GET, HEAD, OPTIONS";
  const std::string_view path = request_.url.path;
  if (path != "/" && path != "/_sluice/health") {
    write_error(out, Error::not_found, request_.method, cors);
  } else if (request_.method == "OPTIONS") {
    begin_reply(out, 204, cors);
    out.set("allow", kAllow);
    end_reply_head(out);
  } else if (!request_.is_safe()) {
    write_error(out, Error::method_not_allowed, request_.method, cors, kAllow);
  } else if (path == "/") {
    write_welcome(out, request_, cors);
  } else {
    write_health(out, request_, cors);
  }
}

void Gateway::plan_forward(LineWriter& out, CorsVerdict cors) {
  url_.clear();
  append_upstream_url(url_, config_, request_.url.path, request_.url.query);

  // An answer that no page reads and no cache keeps needs no CORS, and is returned as it is.
  const bool untouched =
      request_.is_websocket() || (request_.field(Field::origin).empty() && !request_.is_safe());
  Context context;
  context.method = request_.method;
  context.cors = untouched ? kCorsUntouched : cors;
  // A body cannot be sent twice, and other methods are the caller's to repeat.
  const bool repeatable = request_.is_safe() && !request_.has_body() && !request_.is_websocket();
  context.redirects_left = repeatable ? kMostRedirects : 0;
  context.gateway = request_.url.host;
  context.url = url_;
  write_fetch(out, "forward", context, config_);
  for (std::string_view name : request_.not_forwarded) out.remove(name);
}

bool Gateway::judge(std::string_view input, std::string& out) {
  LineReader lines(input);
  const Context context = Context::read(lines.next());
  const int status = to_int(lines.next());
  if (context.url.empty() || status < 0) return false;
  std::string_view location;
  while (!lines.done()) {
    const std::string_view name = lines.next();
    const std::string_view value = lines.next();
    if (name == "location") location = value;
  }

  LineWriter writer(out);
  url_.clear();
  if (!location.empty()) {
    scratch_ = location;
    std::erase(scratch_, '\t');  // as URL parsers do, so that none can hide a slash from us
    append_resolved(url_, context.url, scratch_);
  }
  if (is_redirect(status) && !location.empty() && context.redirects_left > 0) {
    const Url target = split_url(url_);
    const bool is_https = equals_ignoring_case(target.scheme, "https");
    const bool is_http = equals_ignoring_case(target.scheme, "http");
    if (equals_ignoring_case(target.host, context.gateway)) {
      write_error(writer, Error::upstream_loop, context.method, context.cors);
      return true;
    }
    const bool may_follow = is_https || (is_http && !config_.upstream.is_https);
    if (may_follow && is_host_and_port(target.host)) {
      Context next = context;
      next.url = url_;
      --next.redirects_left;
      write_fetch(writer, "again", next, config_);
      if (!same_origin(target, split_url(context.url))) {
        for (std::string_view name : kCredentialHeaders) writer.remove(name);
      }
      return true;
    }
  }
  writer.line("deliver");
  scratch_.clear();
  if (!location.empty()) {
    // Left relative, a Location elsewhere would lead to the gateway.
    const bool is_here = append_gateway_path(scratch_, config_.upstream, url_);
    if (is_here || url_ != location) writer.set("location", is_here ? scratch_ : url_);
  }
  write_cors_over(writer, context.cors);
  return true;
}

bool Gateway::refuse(std::string_view input, std::string& out) {
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos || !read_request(input.substr(end + 1), request_)) return false;
  const std::string_view reason = input.substr(0, end);
  const Error error = reason == "timeout"       ? Error::upstream_timeout
                      : reason == "unreachable" ? Error::upstream_unreachable
                                                : Error::internal_error;
  LineWriter writer(out);
  write_error(writer, error, request_.method, cors_for_reply());
  return true;
}

CorsVerdict Gateway::cors_for_reply() const {
  // Which origins are meant is not known then; the answer says nothing that a page may not read.
  if (!config_is_good_) return {"*"};
  return cors_verdict(config_.allowed_origins, request_.field(Field::origin));
}

}  // namespace sluice
