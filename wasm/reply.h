// Answers that the gateway itself makes: verb, status, edits, an empty line, the body.
#pragma once

#include "cors.h"
#include "lines.h"
#include "text.h"

namespace sluice {

// Writes the head's start; the caller sets further headers with `out`.
inline void begin_reply(LineWriter& out, int status, CorsVerdict cors) {
  out.line("reply");
  append_decimal(out.text(), static_cast<std::uint64_t>(status));
  out.text() += '\n';
  write_cors(out, cors);
  // Made for one caller at one moment, and 404 and 405 would otherwise be cached by rule of thumb.
  out.set("cache-control", "no-store");
}

// All that is appended to out.text() from here on is the body.
inline void end_reply_head(LineWriter& out) { out.line(""); }

}  // namespace sluice
