#include "request.h"

#include "lines.h"
#include "text.h"

namespace sluice {

bool Request::is_websocket() const {
  return equals_ignoring_case(field(Field::upgrade), "websocket");
}

bool Request::has_body() const {
  const std::string_view length = field(Field::content_length);
  return !field(Field::transfer_encoding).empty() || (!length.empty() && length != "0");
}

bool Request::is_preflight() const {
  return method == "OPTIONS" && !field(Field::origin).empty() &&
         !field(Field::access_control_request_method).empty();
}

bool read_request(std::string_view input, Request& request) {
  LineReader lines(input);
  request.fields.fill({});
  request.not_forwarded.clear();
  request.method = lines.next();
  request.url = split_url(lines.next());
  if (!is_token(request.method) || request.url.scheme.empty()) return false;

  while (!lines.done()) {
    const std::string_view name = lines.next();
    const std::string_view value = lines.next();
    const HeaderRule rule = rule_for(name);
    request.fields[static_cast<std::size_t>(rule.field)] = value;
    if (!rule.forwarded) request.not_forwarded.push_back(name);
  }
  // A WebSocket's "Upgrade" goes on, the platform's fetch needs it; any other ends at this hop.
  if (request.is_websocket()) {
    std::erase(request.not_forwarded, "upgrade");
  }
  // "Connection" names further headers that end at this hop, RFC 9110 section 7.6.1.
  std::string_view named = request.field(Field::connection);
  while (!named.empty()) {
    const std::string_view name = next_piece(named, ",");
    if (is_token(name) && !equals_ignoring_case(name, "upgrade") && rule_for(name).forwarded) {
      request.not_forwarded.push_back(name);
    }
  }
  return true;
}

}  // namespace sluice
