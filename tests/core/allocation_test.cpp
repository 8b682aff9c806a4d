// Requests in steady state allocate nothing in the core.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "allocations.h"
#include "gateway.h"

namespace {

TEST(SteadyState, AllocatesNothing) {
  sluice::Gateway gateway;
  std::string out;
  ASSERT_TRUE(gateway.configure(R"({"ALLOWED_ORIGINS": "https://*.example.com"})", out));
  std::string request = "POST\nhttps://gateway.example/v1/v1/chat/../chat/completions?a=1\n";
  request += "connection\nkeep-alive, x-one, x-two\norigin\nhttps://app.example.com\n";
  for (int i = 0; i < 30; ++i) request += "x-forwarded-" + std::to_string(i) + "\n\n";
  const std::string response =
      "POST https://app.example.com 0 gateway.example https://api.openai.com/v1/x\n"
      "201\nlocation\nhttps://api.openai.com/v1/y\n";

  const auto serve = [&] {
    out.clear();
    EXPECT_TRUE(gateway.plan(request, out));
    out.clear();
    EXPECT_TRUE(gateway.judge(response, out));
  };
  serve();  // buffers grow once
  const std::size_t before = allocations;
  for (int i = 0; i < 100; ++i) serve();
  EXPECT_EQ(allocations, before);
}

TEST(SteadyState, AllocatesNothingForAccessKeysAndRates) {
  sluice::Gateway gateway;
  std::string out;
  ASSERT_TRUE(gateway.configure(
      R"({"OPENAI_API_KEY": "sk-a, sk-b", "ACCESS_KEYS": "alice=key-1, key-2", "CONFIG": {"access":)"
      R"({"rate": "65536/d", "allow_own_keys": true, "keys": {"alice": {"models": ["gpt-*"],)"
      R"( "paths": ["/v1/*"], "expires": "2099-12-31", "rate": "65536/h"}}}}})",
      out));
  const std::string head =
      "POST\nhttps://gateway.example/v1/chat/completions\n:now\n1800000000000\n";
  const std::string with_rules =
      head + "authorization\nBearer key-1\ncontent-type\napplication/json\ncontent-length\n99\n";
  const std::string subprotocol =
      "GET\nhttps://gateway.example/v1/realtime?model=gpt-realtime\n:now\n1800000000000\n"
      "connection\nupgrade\nupgrade\nwebsocket\nsec-websocket-protocol\n"
      "realtime, openai-insecure-api-key.key-2\n";
  const std::string own =
      head + "api-key\nsk-own\ncf-connecting-ip\n2001:db8::1:2:3:4:5\ncontent-length\n99\n";
  const std::string body = R"({"model": "gpt-5-mini", "messages": [{"content": "Hello!"}]})";

  const auto serve = [&] {
    out.clear();
    EXPECT_TRUE(gateway.plan(with_rules, out));
    EXPECT_TRUE(out.starts_with("read\n")) << out;
    out.clear();
    EXPECT_TRUE(gateway.plan_body(with_rules, body, out));
    EXPECT_TRUE(out.starts_with("forward\n")) << out;
    for (const std::string* request : {&subprotocol, &own}) {
      out.clear();
      EXPECT_TRUE(gateway.plan(*request, out));
      EXPECT_TRUE(out.starts_with("forward\n")) << out;
    }
  };
  serve();
  const std::size_t before = allocations;
  for (int i = 0; i < 100; ++i) serve();
  EXPECT_EQ(allocations, before);
}

TEST(SteadyState, TakesNoMemoryForAMillionAddresses) {
  sluice::Gateway gateway;
  std::string out;
  ASSERT_TRUE(gateway.configure(
      R"({"OPENAI_API_KEY": "sk-a", "ACCESS": "open", "CONFIG": {"access": {"rate": "60/min"}}})",
      out));
  std::string request =
      "POST\nhttps://gateway.example/v1/responses\n:now\n1800000000000\ncf-connecting-ip\n";
  const std::size_t prefix = request.size();
  const auto serve = [&](unsigned i) {
    char address[40];
    const int length =
        std::snprintf(address, sizeof address, "2001:db8:%x:%x::1\n", i >> 8U, i & 255U);
    request.resize(prefix);
    request.append(address, static_cast<std::size_t>(length));
    out.clear();
    ASSERT_TRUE(gateway.plan(request, out));
    ASSERT_TRUE(out.starts_with("forward\n")) << out;
  };
  serve(0xFFFFFF);  // the longest address: buffers grow once
  const std::size_t before = allocations;
  for (unsigned i = 0; i < 1'000'000; ++i) serve(i);
  EXPECT_EQ(allocations, before);
}

}  // namespace
