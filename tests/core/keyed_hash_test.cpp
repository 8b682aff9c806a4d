// SipHash-2-4 against its authors' vectors, and comparing in constant time.
#include "keyed_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "exact.h"

namespace {

using sluice::equals_in_constant_time;
using sluice::HashKey;
using sluice::keyed_hash;

// Key 00 01 .. 0f and inputs 00 01 .., as in vectors.h of the reference implementation.
constexpr HashKey kVectorKey = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

std::string counting_bytes(std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(i);
  return bytes;
}

TEST(KeyedHash, GivesTheAuthorsVectors) {
  constexpr std::uint64_t kVectors[] = {
      0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d,
      0xcf2794e0277187b7, 0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
      0x93f5f5799a932462, 0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
      0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee, 0xa129ca6149be45e5};
  std::size_t length = 0;
  for (const std::uint64_t expected : kVectors) {
    EXPECT_EQ(keyed_hash(kVectorKey, Exact(counting_bytes(length))), expected) << length;
    ++length;
  }
  EXPECT_EQ(keyed_hash(kVectorKey, Exact(counting_bytes(63))), 0x958a324ceb064572);
}

TEST(KeyedHash, DiffersByEitherHalfOfTheKeyAndByTrailingZeros) {
  std::set<std::uint64_t> seen;
  for (const HashKey key : {HashKey{0, 0}, HashKey{1, 0}, HashKey{0, 1}, HashKey{1, 1}}) {
    for (std::size_t zeros = 0; zeros < 20; ++zeros) {
      seen.insert(keyed_hash(key, Exact(std::string(zeros, '\0'))));
    }
  }
  EXPECT_EQ(seen.size(), 80U);
}

TEST(DeriveHashKey, IsTheSameForTheSameSecretAndAnotherForAnyOther) {
  const HashKey one = sluice::derive_hash_key(Exact("secret"));
  const HashKey again = sluice::derive_hash_key(Exact("secret"));
  const HashKey other = sluice::derive_hash_key(Exact("secres"));
  EXPECT_EQ(one.first, again.first);
  EXPECT_EQ(one.second, again.second);
  EXPECT_NE(one.first, one.second);
  EXPECT_NE(one.first, other.first);
  EXPECT_NE(one.second, other.second);
}

TEST(EqualsInConstantTime, IsEquality) {
  EXPECT_TRUE(equals_in_constant_time(Exact(""), Exact("")));
  EXPECT_TRUE(equals_in_constant_time(Exact("sk-1"), Exact("sk-1")));
  for (const char* other : {"", "s", "sk-", "sk-2", "Sk-1", "sk-1 ", "sk-11"}) {
    EXPECT_FALSE(equals_in_constant_time(Exact("sk-1"), Exact(other))) << other;
    EXPECT_FALSE(equals_in_constant_time(Exact(other), Exact("sk-1"))) << other;
  }
  // Every bit counts, also the highest, and bytes behind a NUL.
  for (unsigned bit = 0; bit < 8; ++bit) {
    std::string flipped("a\0b", 3);
    flipped[2] = static_cast<char>(static_cast<unsigned>(flipped[2]) ^ (1U << bit));
    EXPECT_FALSE(equals_in_constant_time(Exact(std::string("a\0b", 3)), Exact(flipped))) << bit;
  }
}

}  // namespace
