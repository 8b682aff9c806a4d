// For trap.test.js: the core with a sluice_plan() in front that traps at a request which has
// "accept: sluice-test-trap", and ever after, as an instance may whose stack and heap are damaged.
#include <emscripten/emscripten.h>

#include <cstdint>
#include <string_view>

// Defined as real_sluice_plan for the whole target, so that abi.cpp's goes by that name.
#undef sluice_plan

extern "C" {

std::uint32_t real_sluice_plan(std::uint32_t length);
char* sluice_reserve(std::uint32_t length);

EMSCRIPTEN_KEEPALIVE std::uint32_t sluice_plan(std::uint32_t length) {
  static bool is_damaged = false;
  const std::string_view input(sluice_reserve(0), length);
  is_damaged = is_damaged || input.find("\naccept\nsluice-test-trap\n") != std::string_view::npos;
  if (is_damaged) __builtin_trap();
  return real_sluice_plan(length);
}

}  // extern "C"
