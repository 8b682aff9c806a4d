// Requests in steady state allocate nothing in the core. Counts every operator new of the program.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "gateway.h"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* block = std::malloc(size)) return block;
  std::abort();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t /*size*/) noexcept { std::free(block); }

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

}  // namespace
