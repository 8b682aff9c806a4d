// The gateway's own pages: what it is and which base URL to use, and its health.
#pragma once

#include <string_view>

#include "cors.h"
#include "lines.h"
#include "request.h"

namespace sluice {

// GET /: HTML for a browser, JSON otherwise.
void write_welcome(LineWriter& out, const Request& request, CorsVerdict cors);

// GET /_sluice/health. Only written when the configuration is good.
void write_health(LineWriter& out, const Request& request, CorsVerdict cors);

}  // namespace sluice
