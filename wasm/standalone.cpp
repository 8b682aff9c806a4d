// What the C and C++ libraries would ask of a system, answered here, so that core.wasm needs none:
// it imports nothing, and leaves out what only error texts that nobody reads would use.
#ifdef __EMSCRIPTEN__
#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" {

// abort() and exit() end here. A trap is what the shim can see and survive.
[[noreturn]] void __wasi_proc_exit(std::uint32_t /*code*/) { __builtin_trap(); }

// The shim looks at the memory's buffer instead.
void emscripten_notify_memory_growth(std::size_t /*index*/) {}

// What follows is called by nlohmann/json alone, and nobody looks at the results: the core words
// its own error messages, and keeps a number as it is written (json_value.cpp). The library's own
// would add 11 KB gzipped of printing and reading floating point.
int snprintf(char* out, std::size_t size, const char* /*format*/, ...) {
  if (size > 0) *out = '\0';
  return 0;
}

float strtof(const char* text, char** end) {
  *end = const_cast<char*>(text) + std::strlen(text);  // NOLINT: the signature is C's
  return 0;
}

double strtod(const char* text, char** end) { return strtof(text, end); }

long double strtold(const char* text, char** end) { return strtof(text, end); }

}  // extern "C"
#endif
