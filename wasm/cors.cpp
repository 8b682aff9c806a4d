#include "cors.h"

#include <algorithm>

#include "text.h"
#include "url.h"

namespace sluice {
namespace {

// Read by the official clients and by front ends that show quotas.
constexpr std::string_view kExposedHeaders =
    "x-request-id, retry-after, retry-after-ms, x-should-retry, "
    "x-ratelimit-limit-requests, x-ratelimit-limit-tokens, "
    "x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens, "
    "x-ratelimit-reset-requests, x-ratelimit-reset-tokens, "
    "openai-model, openai-organization, openai-processing-ms, openai-project, openai-version, "
    "x-sluice-error";

// Response headers of CORS that write_cors() does not set itself.
constexpr std::string_view kPreflightOnly[] = {
    "access-control-allow-credentials",     "access-control-allow-headers",
    "access-control-allow-methods",         "access-control-max-age",
    "access-control-allow-private-network",
};

}  // namespace

std::string OriginList::add(std::string_view origin) {
  if (origin == "*") {
    any_ = true;
    return {};
  }
  if (origin == "null") return R"("null" is what any sandboxed page sends; it cannot be allowed)";
  const Url url = split_url(origin);
  if (url.scheme.empty()) return R"(write scheme and host, as in "https://app.example.com")";
  if (!url.path.empty() || !url.query.empty() || origin.find('#') != std::string_view::npos) {
    return "an origin has no path; end it after the host or port, without a slash";
  }
  const std::string scheme = lowercase(url.scheme) + "://";
  const std::string host = lowercase(url.host);
  const bool wildcard = host.starts_with("*.");
  if (!is_host_and_port(std::string_view(host).substr(wildcard ? 2 : 0))) {
    return R"(not a host; a wildcard stands for whole labels in front, as in "https://*.example.com";)"
           R"( write international names in punycode)";
  }
  if (wildcard) {
    wildcards_.push_back({scheme, host.substr(1)});
  } else {
    exact_.insert(std::lower_bound(exact_.begin(), exact_.end(), scheme + host), scheme + host);
  }
  return {};
}

bool OriginList::contains(std::string_view origin) const {
  const auto less = [](std::string_view a, std::string_view b) { return a < b; };
  const auto found = std::lower_bound(exact_.begin(), exact_.end(), origin, less);
  if (found != exact_.end() && *found == origin) return true;
  return std::any_of(wildcards_.begin(), wildcards_.end(), [&](const Wildcard& wildcard) {
    if (origin.size() <= wildcard.scheme.size() + wildcard.suffix.size()) return false;
    if (!origin.starts_with(wildcard.scheme) || !origin.ends_with(wildcard.suffix)) return false;
    const std::string_view labels = origin.substr(
        wildcard.scheme.size(), origin.size() - wildcard.scheme.size() - wildcard.suffix.size());
    return is_registered_name(labels);
  });
}

CorsVerdict cors_verdict(const OriginList& allowed, std::string_view origin) {
  if (allowed.allows_any()) return {"*"};
  if (!origin.empty() && allowed.contains(origin)) return {origin};
  return {"vary"};
}

void write_cors(LineWriter& out, CorsVerdict verdict) {
  if (verdict.word == "-") return;
  if (verdict.word != "vary") {
    out.set("access-control-allow-origin", verdict.word);
    out.set("access-control-expose-headers", kExposedHeaders);
  }
  if (verdict.word != "*") out.append("vary", "Origin");
}

void write_cors_over(LineWriter& out, CorsVerdict verdict) {
  if (verdict.word == "-") return;
  if (verdict.word == "vary") {
    out.remove("access-control-allow-origin");
    out.remove("access-control-expose-headers");
  }
  for (std::string_view name : kPreflightOnly) out.remove(name);
  write_cors(out, verdict);
}

void write_preflight(LineWriter& out, std::string_view method, std::string_view headers) {
  if (is_token(method)) out.set("access-control-allow-methods", method);
  const auto is_list_char = [](char c) { return is_token_char(c) || c == ',' || c == ' '; };
  if (!headers.empty() && std::all_of(headers.begin(), headers.end(), is_list_char)) {
    out.set("access-control-allow-headers", headers);
  }
  out.set("access-control-max-age", "86400");
}

}  // namespace sluice
