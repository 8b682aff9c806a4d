// The C boundary itself: buffers, statuses, and inputs that are not of the form it takes.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

extern "C" {
std::uint32_t sluice_abi_version();
char* sluice_reserve(std::uint32_t length);
std::uint32_t sluice_configure(std::uint32_t length);
std::uint32_t sluice_plan(std::uint32_t length);
std::uint32_t sluice_judge(std::uint32_t length);
std::uint32_t sluice_refuse(std::uint32_t length);
const char* sluice_output();
std::size_t sluice_output_size();
}

namespace {

using Call = std::uint32_t (*)(std::uint32_t);

std::uint32_t call(Call function, std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  std::memcpy(sluice_reserve(length + 1), text.data(), text.size());
  return function(length);
}

std::string_view output() { return {sluice_output(), sluice_output_size()}; }

TEST(Abi, ReservedInputOnlyGrows) {
  char* const large = sluice_reserve(100'000);
  EXPECT_EQ(sluice_reserve(10), large);
}

TEST(Abi, OutputIsThatOfTheLastCall) {
  EXPECT_EQ(call(sluice_configure, "{}"), 0U);
  EXPECT_EQ(call(sluice_plan, "POST\nhttps://g.example/v1/x\n"), 0U);
  EXPECT_EQ(output().substr(0, 8), "forward\n");
  EXPECT_EQ(call(sluice_judge, "POST - 0 g.example https://api.openai.com/v1/x\n200\n"), 0U);
  EXPECT_EQ(output(), "deliver\n");
}

TEST(Abi, AWrongConfigurationStatesItsProblems) {
  EXPECT_EQ(call(sluice_configure, "[]"), 1U);
  EXPECT_EQ(output(), "environment: not a JSON object\n");
  EXPECT_EQ(call(sluice_configure, "{}"), 0U);
}

TEST(Abi, InputOfAnotherFormIsRefused) {
  EXPECT_EQ(call(sluice_configure, "{}"), 0U);
  EXPECT_EQ(call(sluice_plan, ""), 1U);
  EXPECT_EQ(call(sluice_plan, "GET"), 1U);
  for (const char* text : {"", "\n", "GET\n200", "GET * 5 g\n200", "GET * 5 g https://a/\nx"}) {
    EXPECT_EQ(call(sluice_judge, text), 1U) << text;
  }
  for (const char* text : {"", "timeout", "timeout\n", "timeout\nGET\n"}) {
    EXPECT_EQ(call(sluice_refuse, text), 1U) << text;
  }
}

TEST(Abi, ALengthBeyondTheInputIsCut) {
  EXPECT_EQ(call(sluice_configure, "{}"), 0U);
  call(sluice_plan, "POST\nhttps://g.example/v1/x\n");
  EXPECT_LE(sluice_plan(0xFFFFFFFF), 1U);
}

}  // namespace
