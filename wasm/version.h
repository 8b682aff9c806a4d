// What this build of the core calls itself; shown by /_sluice/health.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

// Version of the boundary between shim and core. The shim refuses a core with another one.
inline constexpr std::uint32_t kAbiVersion = 3;

extern const std::string_view kVersion;  // the package's version, "0.1.0"
extern const std::string_view kBuild;    // first 12 hex digits of the hash of the core's sources

}  // namespace sluice
