#include "url.h"

#include <algorithm>

#include "text.h"

namespace sluice {
namespace {

// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ), RFC 3986 section 3.1. Empty if none.
std::string_view scheme_of(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return {};
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return text.substr(0, i);
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return {};
  }
  return {};
}

std::string_view without_default_port(std::string_view scheme, std::string_view host) {
  const std::string_view port = equals_ignoring_case(scheme, "https")  ? ":443"
                                : equals_ignoring_case(scheme, "http") ? ":80"
                                                                       : "";
  if (!port.empty() && host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

enum class Segment { plain, here, up };

// "." and "..", each dot also as "%2e" (WHATWG URL, single- and double-dot path segments).
Segment kind_of(std::string_view segment) {
  int dots = 0;
  while (!segment.empty()) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (segment.size() >= 3 && equals_ignoring_case(segment.substr(0, 3), "%2e")) {
      segment.remove_prefix(3);
    } else {
      return Segment::plain;
    }
    if (++dots > 2) return Segment::plain;
  }
  return dots == 1 ? Segment::here : dots == 2 ? Segment::up : Segment::plain;
}

}  // namespace

Url split_url(std::string_view text) {
  Url url;
  const std::string_view scheme = scheme_of(text);
  if (scheme.empty()) return url;
  std::string_view rest = text.substr(scheme.size() + 1);
  if (!rest.starts_with("//")) return url;
  rest.remove_prefix(2);
  rest = rest.substr(0, rest.find('#'));

  const std::size_t authority_end = std::min(rest.find_first_of("/?\\"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
  rest.remove_prefix(authority_end);

  const std::size_t path_end = std::min(rest.find('?'), rest.size());
  url.scheme = scheme;
  url.host = without_default_port(scheme, authority);
  url.path = rest.substr(0, path_end);
  url.query = rest.substr(path_end);
  return url;
}

bool is_registered_name(std::string_view host) {
  const auto is_name_char = [](char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
  };
  return !host.empty() && !host.starts_with('.') && host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), is_name_char);
}

bool is_host_and_port(std::string_view host) {
  const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
  const std::size_t colon = host.find(':', bracket);
  if (colon != std::string_view::npos) {
    const auto port = parse_decimal(host.substr(colon + 1));
    if (!port || *port > 65'535) return false;
    host = host.substr(0, colon);
  }
  if (!host.starts_with('[')) return is_registered_name(host);
  constexpr std::string_view kAddress = "0123456789abcdefABCDEF:.";
  return host.size() > 2 && host.ends_with(']') &&
         host.substr(1, host.size() - 2).find_first_not_of(kAddress) == std::string_view::npos;
}

bool same_origin(const Url& a, const Url& b) {
  return equals_ignoring_case(a.scheme, b.scheme) && equals_ignoring_case(a.host, b.host);
}

void append_resolved(std::string& out, std::string_view base, std::string_view reference) {
  if (!scheme_of(reference).empty()) {
    out += reference;
    return;
  }
  const Url url = split_url(base);
  const auto is_slash = [&](std::size_t i) {
    return i < reference.size() && (reference[i] == '/' || reference[i] == '\\');
  };
  out += url.scheme;
  out += ':';
  if (is_slash(0) && is_slash(1)) {
    out += "//";
    out += reference.substr(2);
    return;
  }
  out += "//";
  out += url.host;
  if (!is_slash(0)) {
    const bool keeps_path = reference.empty() || reference[0] == '?' || reference[0] == '#';
    const std::size_t length = keeps_path ? url.path.size() : url.path.rfind('/') + 1;
    out += url.path.substr(0, length);
    if (length == 0) out += '/';
  }
  out += reference;
}

bool has_dot_segments(std::string_view path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\\') return true;
    if (path[i] != '/') continue;
    const std::string_view rest = path.substr(i + 1);
    if (rest.starts_with('.') || rest.starts_with("%2e") || rest.starts_with("%2E")) return true;
  }
  return false;
}

void append_without_dot_segments(std::string& out, std::string_view path) {
  const std::size_t start = out.size();
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash before the segment
    const std::size_t end = std::min(path.find_first_of("/\\"), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    switch (kind_of(segment)) {
      case Segment::plain:
        out += '/';
        out += segment;
        continue;
      case Segment::up:
        out.resize(std::max(start, std::min(out.rfind('/'), out.size())));
        [[fallthrough]];
      case Segment::here:
        if (path.empty()) out += '/';
    }
  }
}

bool starts_with_segments(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace sluice
