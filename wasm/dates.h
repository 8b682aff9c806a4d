// Dates in configuration (RFC 3339).
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

// The first moment, in milliseconds since 1970, that is no longer allowed: for "2026-12-31" the end
// of that day in UTC, for "2026-12-31T12:00:00Z" that second. False if it is neither.
[[nodiscard]] bool parse_expiry(std::string_view text, std::int64_t& milliseconds);

}  // namespace sluice
