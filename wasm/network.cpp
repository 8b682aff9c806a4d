#include "network.h"

#include <cstddef>

#include "text.h"

namespace sluice {
namespace {

constexpr std::size_t kNetworkGroups = 4;
constexpr std::size_t kAllGroups = 8;

std::size_t count_groups(std::string_view text) {
  std::size_t count = text.empty() ? 0 : 1;
  for (char c : text) count += c == ':' ? 1 : 0;
  return count;
}

// Appends up to `most` groups of `text`, without leading zeros, each with a colon behind it.
std::size_t append_groups(std::string& out, std::string_view text, std::size_t most) {
  std::size_t count = 0;
  for (; count < most && !text.empty(); ++count) {
    std::string_view group = next_piece(text, ":");
    while (group.size() > 1 && group.front() == '0') group.remove_prefix(1);
    for (char c : group) out += lower(c);
    out += ':';
  }
  return count;
}

}  // namespace

void append_network(std::string& out, std::string_view address) {
  const bool is_ipv6 =
      address.find(':') != std::string_view::npos && address.find('.') == std::string_view::npos;
  if (!is_ipv6) {
    out += address;
    return;
  }
  // "::" stands for as many groups of zeros as are missing (RFC 4291 section 2.2).
  const std::size_t gap = address.find("::");
  const std::string_view before = address.substr(0, gap);
  const std::string_view after =
      gap == std::string_view::npos ? std::string_view{} : address.substr(gap + 2);
  std::size_t count = append_groups(out, before, kNetworkGroups);
  const std::size_t given = count_groups(before) + count_groups(after);
  for (std::size_t missing = given < kAllGroups ? kAllGroups - given : 0;
       missing > 0 && count < kNetworkGroups; --missing, ++count) {
    out += "0:";
  }
  append_groups(out, after, kNetworkGroups - count);
  out += ":/64";
}

}  // namespace sluice
