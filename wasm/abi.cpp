// The boundary between shim and core, version kAbiVersion: the only extern "C", the only state.
//
// The shim writes UTF-8 text to what sluice_reserve() returned and calls with its length; the
// answer is at sluice_output() until the next call. Fields end with LF. Calls return 0, or 1 if
// the input was not of the form named here (for sluice_configure: if the configuration is wrong).
//
//   sluice_configure  environment as a JSON object
//                  -> three lines of names, separated by spaces: the request headers that
//                     sluice_plan reads; others that never go upstream, "cf-*" stands for all that
//                     start so; the response headers that sluice_judge reads. Or, with 1, the
//                     problems, a line each
//   sluice_plan       "METHOD\nURL\nname\nvalue\n…", names in lower case; what it does not read
//                     may be left out; the header ":now" is the time, milliseconds since 1970
//                  -> "forward\nURL\nmilliseconds\ncontext\n", then, where they apply,
//                     "?caller\n" and "@offset text\n", then edits of the request's headers, an
//                     empty line, "status\n", and edits of the headers of a response that has
//                     this status: deliver it so
//                  |  "read\nbytes\n": call sluice_plan_body with the body, unless it is longer
//                  |  "reply\nstatus\n" + headers as edits + "\n" + body
//   sluice_plan_body  the input of sluice_plan, and the body directly behind it
//                  -> "forward…" or "reply…" as above
//   sluice_judge      "context\nstatus\nname\nvalue\n…", the head of any other response
//                  -> "deliver\n" + edits of its headers
//                  |  "again\nURL\nmilliseconds\ncontext\n" + further edits of the request's
//                     headers, and the rest as in "forward"
//                  |  "reply…" as above, in place of the response
//   sluice_refuse     "reason\n" + the input of sluice_plan; the reason is unreachable, timeout,
//                     body_too_large, rate_limited or internal_error
//                  -> "reply…" as above
//
// Milliseconds: how long to wait for the response's head. Context: for sluice_judge, opaque.
// "?": ask the rate limiting binding about this caller first. "@": insert the text into the body
// that was read, at this offset in bytes. Edits: "-name\n" removes, "=name\nvalue\n" sets,
// "+name\nvalue\n" appends.
#include <cstddef>
#include <cstdint>
#include <string>

#include "gateway.h"
#include "version.h"

#ifdef __EMSCRIPTEN__
#include <emscripten/emscripten.h>
#define SLUICE_EXPORT extern "C" EMSCRIPTEN_KEEPALIVE
#else
#define SLUICE_EXPORT extern "C"
#endif

namespace {

struct Core {
  sluice::Gateway gateway;
  std::string input;  // grows, never shrinks: its address holds until a longer text comes
  std::string output;
};

Core& core() {
  static Core instance;
  return instance;
}

using Step = bool (sluice::Gateway::*)(std::string_view, std::string&);

std::uint32_t run(Step step, std::uint32_t length) {
  Core& self = core();
  self.output.clear();
  const std::string_view input = std::string_view(self.input).substr(0, length);
  return (self.gateway.*step)(input, self.output) ? 0 : 1;
}

}  // namespace

SLUICE_EXPORT std::uint32_t sluice_abi_version() { return sluice::kAbiVersion; }

SLUICE_EXPORT char* sluice_reserve(std::uint32_t length) {
  std::string& input = core().input;
  if (input.size() < length) input.resize(length);
  return input.data();
}

SLUICE_EXPORT std::uint32_t sluice_configure(std::uint32_t length) {
  return run(&sluice::Gateway::configure, length);
}

SLUICE_EXPORT std::uint32_t sluice_plan(std::uint32_t length) {
  return run(&sluice::Gateway::plan, length);
}

SLUICE_EXPORT std::uint32_t sluice_plan_body(std::uint32_t head_length, std::uint32_t body_length) {
  Core& self = core();
  self.output.clear();
  const std::string_view input = self.input;
  if (input.size() < head_length || input.size() - head_length < body_length) return 1;
  const std::string_view body = input.substr(head_length, body_length);
  return self.gateway.plan_body(input.substr(0, head_length), body, self.output) ? 0 : 1;
}

SLUICE_EXPORT std::uint32_t sluice_judge(std::uint32_t length) {
  return run(&sluice::Gateway::judge, length);
}

SLUICE_EXPORT std::uint32_t sluice_refuse(std::uint32_t length) {
  return run(&sluice::Gateway::refuse, length);
}

SLUICE_EXPORT const char* sluice_output() { return core().output.data(); }

SLUICE_EXPORT std::size_t sluice_output_size() { return core().output.size(); }
