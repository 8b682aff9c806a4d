// URLs as the gateway needs them: taken apart without copying, compared by origin, resolved.
// What the platform's fetch() does anyway (WHATWG URL) is not done again here.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Views into an absolute URL. Empty scheme: it was not absolute.
struct Url {
  std::string_view scheme;  // without "://"
  std::string_view host;    // host[:port], without userinfo and without the scheme's default port
  std::string_view path;    // begins with a slash, or is empty
  std::string_view query;   // begins with "?", or is empty
};

[[nodiscard]] Url split_url(std::string_view text);

// Labels of letters, digits, "-" and "_", as in a host name; an IPv4 address is one, too.
[[nodiscard]] bool is_registered_name(std::string_view host);

// A name or a bracketed IPv6 address, with or without a port (RFC 3986 section 3.2.2).
[[nodiscard]] bool is_host_and_port(std::string_view host);

// Same scheme, host and port (RFC 6454 section 5).
[[nodiscard]] bool same_origin(const Url& a, const Url& b);

// Makes `reference`, the value of a Location header, absolute (RFC 3986 section 5.2.2; dot
// segments are left to fetch). `base` is an absolute http(s) URL. Appends to `out`.
void append_resolved(std::string& out, std::string_view base, std::string_view reference);

// Appends `path` with "." and ".." segments carried out, "%2e" and backslashes understood as
// fetch does (WHATWG URL, path state), so that no path climbs above where it starts.
void append_without_dot_segments(std::string& out, std::string_view path);

// Whether append_without_dot_segments() would change anything: almost never.
[[nodiscard]] bool has_dot_segments(std::string_view path);

// Whether `path` starts with the whole segments of `prefix`: "/v1" heads "/v1" and "/v1/x".
[[nodiscard]] bool starts_with_segments(std::string_view path, std::string_view prefix);

}  // namespace sluice
