// What the C and C++ libraries would ask of a system, answered here, so that core.wasm needs none:
// it imports nothing, and leaves out what only error texts that nobody reads would use.
#ifdef __EMSCRIPTEN__
#include <cstddef>
#include <cstdint>

extern "C" {

// abort() and exit() end here. A trap is what the shim can see and survive.
[[noreturn]] void __wasi_proc_exit(std::uint32_t /*code*/) { __builtin_trap(); }

// The shim looks at the memory's buffer instead.
void emscripten_notify_memory_growth(std::size_t /*index*/) {}

// nlohmann/json formats parts of its error messages with it. The core words its own
// (json_value.cpp), and printf is 10 KB of floating point.
int snprintf(char* out, std::size_t size, const char* /*format*/, ...) {
  if (size > 0) *out = '\0';
  return 0;
}

}  // extern "C"
#endif
