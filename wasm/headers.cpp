#include "headers.h"

#include <array>

namespace sluice {
namespace {

struct Entry {
  std::string_view name;
  HeaderRule rule{Field::none, false};
};

constexpr HeaderRule read_only_here(Field field) { return {field, false}; }
constexpr HeaderRule read_and_forwarded(Field field) { return {field, true}; }

constexpr Entry kEntries[] = {
    // Connection-specific, RFC 9110 section 7.6.1 and RFC 9113 section 8.2.2.
    {"connection", read_only_here(Field::connection)},
    {"http2-settings"},
    {"keep-alive"},
    {"proxy-connection"},
    {"te"},
    {"trailer"},
    {"transfer-encoding", read_only_here(Field::transfer_encoding)},
    {"upgrade", read_only_here(Field::upgrade)},
    // The WebSocket handshake of this hop; the platform makes its own for the next (RFC 6455).
    {"sec-websocket-extensions"},
    {"sec-websocket-key"},
    {"sec-websocket-version"},
    // Answered or checked here already.
    {"expect"},
    {"proxy-authorization"},
    // Who the client is and where it comes from.
    {"cdn-loop"},
    {"cf-connecting-ip", read_only_here(Field::cf_connecting_ip)},
    {"client-ip"},
    {"fastly-client-ip"},
    {"forwarded"},
    {"proxy-client-ip"},
    {"true-client-ip"},
    {"via"},
    {"wl-proxy-client-ip"},
    {"x-azure-clientip"},
    {"x-azure-socketip"},
    {"x-client-ip"},
    {"x-cluster-client-ip"},
    {"x-envoy-external-address"},
    {"x-forwarded"},
    {"x-original-forwarded-for"},
    {"x-original-host"},
    {"x-originating-ip"},
    {"x-proxyuser-ip"},
    {"x-real-ip"},
    {"x-remote-addr"},
    {"x-remote-ip"},
    {"x-vercel-forwarded-for"},
    // What a browser says of the page that calls.
    {"cookie"},
    {"cookie2"},
    {"origin", read_only_here(Field::origin)},
    {"referer"},
    // Of the gateway's own.
    {":now", read_and_forwarded(Field::now)},
    {"x-openai-key", read_only_here(Field::x_openai_key)},
    // Read, and none of the gateway's own.
    {"accept", read_and_forwarded(Field::accept)},
    {"access-control-request-headers", read_and_forwarded(Field::access_control_request_headers)},
    {"access-control-request-method", read_and_forwarded(Field::access_control_request_method)},
    {"api-key", read_and_forwarded(Field::api_key)},
    {"authorization", read_and_forwarded(Field::authorization)},
    {"content-encoding", read_and_forwarded(Field::content_encoding)},
    {"content-length", read_and_forwarded(Field::content_length)},
    {"content-type", read_and_forwarded(Field::content_type)},
    {"sec-fetch-site", read_and_forwarded(Field::sec_fetch_site)},
    {"sec-websocket-protocol", read_and_forwarded(Field::sec_websocket_protocol)},
    {"x-api-key", read_and_forwarded(Field::x_api_key)},
    {"x-goog-api-key", read_and_forwarded(Field::x_goog_api_key)},
};

// Families of names: Cloudflare's own, and what proxies say of the client.
constexpr std::string_view kFamilies[] = {"cf-", "x-forwarded-"};

constexpr std::size_t kEntryCount = std::size(kEntries);
constexpr std::size_t kLongestName = 32;

// The entries by length of name: those of length n are order[first[n]] up to order[first[n + 1]].
// A look-up then compares the few names of its own length, and for most lengths none.
struct Index {
  std::array<std::uint8_t, kEntryCount> order{};
  std::array<std::uint8_t, kLongestName + 2> first{};
};

constexpr Index make_index() {
  Index index;
  std::uint8_t next = 0;
  for (std::size_t length = 0; length <= kLongestName; ++length) {
    index.first[length] = next;
    for (std::size_t i = 0; i < kEntryCount; ++i) {
      if (kEntries[i].name.size() == length) index.order[next++] = static_cast<std::uint8_t>(i);
    }
  }
  index.first[kLongestName + 1] = next;
  return index;
}

constexpr Index kIndex = make_index();
static_assert(kIndex.first[kLongestName + 1] == kEntryCount, "a name is longer than kLongestName");

}  // namespace

HeaderRule rule_for(std::string_view name) {
  if (name.size() <= kLongestName) {
    for (std::size_t i = kIndex.first[name.size()]; i < kIndex.first[name.size() + 1]; ++i) {
      const Entry& entry = kEntries[kIndex.order[i]];
      if (entry.name == name) return entry.rule;
    }
  }
  for (std::string_view family : kFamilies) {
    if (name.starts_with(family)) return {Field::none, false};
  }
  return {};
}

void append_request_headers(std::string& out, const FieldSet& read) {
  const auto is_read = [&](const Entry& entry) {
    return read[static_cast<std::size_t>(entry.rule.field)];
  };
  for (const Entry& entry : kEntries) {
    if (is_read(entry)) (out += entry.name) += ' ';
  }
  out += '\n';
  for (const Entry& entry : kEntries) {
    if (!is_read(entry) && !entry.rule.forwarded) (out += entry.name) += ' ';
  }
  for (std::string_view family : kFamilies) (out += family) += "* ";
  out += '\n';
}

}  // namespace sluice
