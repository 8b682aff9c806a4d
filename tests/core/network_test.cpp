// Client addresses as limits count them.
#include "network.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "exact.h"

namespace {

std::string network(std::string_view address) {
  std::string out;
  sluice::append_network(out, Exact(address));
  return out;
}

TEST(AppendNetwork, KeepsAnIpv4AddressWhole) {
  EXPECT_EQ(network("203.0.113.9"), "203.0.113.9");
  EXPECT_NE(network("203.0.113.9"), network("203.0.113.8"));
  EXPECT_NE(network("::ffff:203.0.113.9"), network("::ffff:203.0.113.8"));
}

TEST(AppendNetwork, TakesAnIpv6AddressForItsSixtyFourBits) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
      {"2001:db8:1:2::", "2001:db8:1:2::/64"},
      {"2001:db8:1:2::1", "2001:db8:1:2::/64"},
      {"2001:DB8:1:2::A", "2001:db8:1:2::/64"},
      {"2001:0db8:0001:0002::", "2001:db8:1:2::/64"},
      {"2001:db8::1", "2001:db8:0:0::/64"},
      {"2001:db8:0:0::1", "2001:db8:0:0::/64"},
      {"2001:db8:0000::1", "2001:db8:0:0::/64"},
      {"2001:db8:0::1:2:3:4", "2001:db8:0:0::/64"},
      {"2001:db8::1:2:3:4:5", "2001:db8:0:1::/64"},
      {"2001::1:2:3:4:5:6", "2001:0:1:2::/64"},
      {"::1:2:3:4:5:6:7", "0:1:2:3::/64"},
      {"1:2:3:4:5:6:7::", "1:2:3:4::/64"},
      {"1:2:3::", "1:2:3:0::/64"},
      {"1::", "1:0:0:0::/64"},
      {"::1", "0:0:0:0::/64"},
      {"::", "0:0:0:0::/64"},
      {"1:2:3::5:6:7:8", "1:2:3:0::/64"}};
  for (const auto& [address, expected] : kCases) EXPECT_EQ(network(address), expected) << address;
}

TEST(AppendNetwork, TellsNeighbouringNetworksApart) {
  EXPECT_NE(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
  EXPECT_NE(network("2001:db8::1:0:0:0:1"), network("2001:db8::1"));
  EXPECT_NE(network("2001:db80::"), network("2001:db8::"));
}

TEST(AppendNetwork, TakesWhatIsNoAddress) {
  for (const char* text : {"", ":", ":::", "::::::::::", "1:2", "x", "1:2:3:4:5:6:7:8:9", "[::1]",
                           "fe80::1%eth0", "1::2::3"}) {
    std::string out = "address:";
    sluice::append_network(out, Exact(text));
    EXPECT_TRUE(out.starts_with("address:")) << text;
  }
  EXPECT_EQ(network(""), "");
}

}  // namespace
