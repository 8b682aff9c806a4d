// Where a request goes: the upstream's URL for a caller's path, and the way back for a Location.
#pragma once

#include <string>
#include <string_view>

#include "config.h"

namespace sluice {

// Working space for routed_path().
struct PathSpace {
  std::string clean;
  std::string mended;
};

// The caller's path as it is routed: one leading slash, dot segments carried out, and, if the
// upstream speaks the OpenAI API, the usual slips in base URLs mended. Almost always a view into
// `path`; else into `space`, which must outlive it.
[[nodiscard]] std::string_view routed_path(Api api, std::string_view path, PathSpace& space);

// Appends the upstream's URL for a routed path and a query, both byte for byte. Scheme, host and
// port are the upstream's alone.
void append_upstream_url(std::string& out, const Config& config, std::string_view path,
                         std::string_view query);

// If the absolute URL `target` lies under the upstream, appends the path (and query) by which the
// gateway serves it, and returns true.
[[nodiscard]] bool append_gateway_path(std::string& out, const Upstream& upstream,
                                       std::string_view target);

}  // namespace sluice
