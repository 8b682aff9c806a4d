// CORS (Fetch standard, "HTTP extensions"): which pages may read answers, and how they are told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lines.h"

namespace sluice {

// ALLOWED_ORIGINS, compiled: any origin, or a set of origins and wildcards.
class OriginList {
 public:
  // Adds "*", "https://app.example.com" or "https://*.example.com" (one or more labels).
  // Returns what is wrong with it, or an empty string.
  [[nodiscard]] std::string add(std::string_view origin);

  [[nodiscard]] bool allows_any() const { return any_; }

  // Whether the value of an Origin header is on the list. "null" and malformed ones never are.
  [[nodiscard]] bool contains(std::string_view origin) const;

 private:
  struct Wildcard {
    std::string scheme;  // "https://"
    std::string suffix;  // ".example.com" or ".example.com:8443"
  };

  bool any_ = false;
  std::vector<std::string> exact_;  // sorted
  std::vector<Wildcard> wildcards_;
};

// The verdict on one request. One word, so that it can travel through the shim and back:
// "*", an origin, "vary" (this caller gets no access, others may) or "-" (leave the head alone).
struct CorsVerdict {
  std::string_view word;
};
inline constexpr CorsVerdict kCorsUntouched{"-"};

// For a request with this Origin header (empty: it had none).
[[nodiscard]] CorsVerdict cors_verdict(const OriginList& allowed, std::string_view origin);

// Edits for an answer: exactly one set of access-control-* headers, whatever the upstream sent.
void write_cors_over(LineWriter& out, CorsVerdict verdict);

// The same for an answer of the gateway's own, which has none yet.
void write_cors(LineWriter& out, CorsVerdict verdict);

// What a preflight adds: the requested method and headers, by name ("*" does not cover
// Authorization).
void write_preflight(LineWriter& out, std::string_view method, std::string_view headers);

}  // namespace sluice
