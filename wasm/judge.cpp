// What to do with the upstream's response, by its head: follow a redirect, or deliver it.
#include "context.h"
#include "errors.h"
#include "gateway.h"
#include "headers.h"
#include "route.h"
#include "text.h"

namespace sluice {
namespace {

constexpr bool is_redirect(std::int64_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// http(s), and never from https down to http.
bool may_follow(const Url& target, const Upstream& upstream) {
  const bool is_https = equals_ignoring_case(target.scheme, "https");
  const bool is_http = equals_ignoring_case(target.scheme, "http");
  return (is_https || (is_http && !upstream.is_https)) && is_host_and_port(target.host);
}

}  // namespace

bool Gateway::judge(std::string_view input, std::string& out) {
  LineReader lines(input);
  const Context context = Context::read(lines.next());
  const auto status = parse_decimal(lines.next());
  if (context.url.empty() || !status) return false;
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
  if (is_redirect(*status) && !location.empty() && context.redirects_left > 0) {
    const Url target = split_url(url_);
    if (equals_ignoring_case(target.host, context.gateway)) {
      write_error(writer, Error::upstream_loop, context.method, context.cors);
      return true;
    }
    if (may_follow(target, config_.upstream)) {
      Context next = context;
      next.url = url_;
      --next.redirects_left;
      next.write_fetch(writer, "again", config_.timeout.count());
      if (!same_origin(target, split_url(context.url))) {
        for (std::string_view name : kCredentialHeaders) writer.remove(name);
      }
      next.write_delivery(writer);
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

}  // namespace sluice
