// Client addresses, as limits count them.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Appends an IPv4 address as it is, and of an IPv6 address the network of 64 bits: one subscriber
// has all the addresses in it (RFC 6177).
void append_network(std::string& out, std::string_view address);

}  // namespace sluice
