// What judge() must know of its plan. It travels through the shim and back as one line of words, so
// that the core keeps nothing between two calls, however many requests are under way.
#pragma once

#include <cstdint>
#include <string_view>

#include "cors.h"
#include "lines.h"
#include "text.h"

namespace sluice {

// No real API redirects more often.
inline constexpr int kMostRedirects = 5;

struct Context {
  std::string_view method;
  CorsVerdict cors;
  std::int64_t redirects_left = 0;  // how many more may be followed; 0 for what is never followed
  std::string_view gateway;         // host[:port] by which the caller reached the gateway
  std::string_view url;             // the upstream's, just fetched

  static Context read(std::string_view line) {
    Context context;
    context.method = next_piece(line, " ");
    context.cors.word = next_piece(line, " ");
    context.redirects_left = parse_decimal(next_piece(line, " ")).value_or(0);
    context.gateway = next_piece(line, " ");
    context.url = line;  // last, since a Location may contain blanks
    return context;
  }

  // Starts a "forward" or an "again": the URL, milliseconds to the response's head, and this.
  void write_fetch(LineWriter& out, std::string_view verb, std::int64_t timeout) const {
    out.line(verb);
    out.line(url);
    std::string& text = out.text();
    append_decimal(text, static_cast<std::uint64_t>(timeout));
    text += '\n';
    text += method;
    text += ' ';
    text += cors.word;
    text += ' ';
    append_decimal(text, static_cast<std::uint64_t>(redirects_left));
    text += ' ';
    text += gateway;
    text += ' ';
    out.line(url);
  }

  // Ends it: the status that nearly all responses have, and how such a response is delivered,
  // without asking judge(). Not looked at is its Location, which means nothing there (RFC 9110
  // section 10.2.2).
  void write_delivery(LineWriter& out) const {
    out.line("");
    out.line("200");
    write_cors_over(out, cors);
  }
};

}  // namespace sluice
