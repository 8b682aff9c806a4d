// The only file that sees the build's version macros, so that a new version recompiles one file.
#include "version.h"

#ifndef SLUICE_VERSION
#define SLUICE_VERSION "0.0.0"
#endif
#ifndef SLUICE_BUILD
#define SLUICE_BUILD "dev"
#endif

namespace sluice {

const std::string_view kVersion = SLUICE_VERSION;
const std::string_view kBuild = SLUICE_BUILD;

}  // namespace sluice
