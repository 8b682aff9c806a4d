// Where a request goes: the upstream's URL for a caller's path, and the way back for a Location.
#pragma once

#include <string>
#include <string_view>

#include "config.h"

namespace sluice {

// The caller's path as it is routed: one leading slash, dot segments carried out. Almost always a
// view into `path`; else into `scratch`, which must outlive it.
[[nodiscard]] std::string_view clean_path(std::string_view path, std::string& scratch);

// Appends the upstream's URL for a clean path and a query. Scheme, host and port are the
// upstream's alone; path and query stay as they were, but for the usual slips in base URLs, which
// are mended if the upstream speaks the OpenAI API.
void append_upstream_url(std::string& out, const Config& config, std::string_view path,
                         std::string_view query);

// If the absolute URL `target` lies under the upstream, appends the path (and query) by which the
// gateway serves it, and returns true.
[[nodiscard]] bool append_gateway_path(std::string& out, const Upstream& upstream,
                                       std::string_view target);

}  // namespace sluice
