// Patterns with "*", against every short text, and where a naive matcher never ends.
#include "pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "exact.h"

namespace {

using sluice::matches;

// By its definition: exponential, for short texts.
bool matches_by_definition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() != '*') {
    return !text.empty() && text.front() == pattern.front() &&
           matches_by_definition(pattern.substr(1), text.substr(1));
  }
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (matches_by_definition(pattern.substr(1), text.substr(i))) return true;
  }
  return false;
}

// Every text of up to `most` of these characters.
std::vector<std::string> all_texts(std::string_view characters, std::size_t most) {
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() == most) continue;
    for (char c : characters) texts.push_back(texts[i] + c);
  }
  return texts;
}

TEST(Matches, IsItsDefinitionForEveryShortPatternAndText) {
  const std::vector<std::string> texts = all_texts("ab", 6);
  for (const std::string& pattern : all_texts("ab*", 5)) {
    for (const std::string& text : texts) {
      ASSERT_EQ(matches(Exact(pattern), Exact(text)), matches_by_definition(pattern, text))
          << pattern << " on " << text;
    }
  }
}

TEST(Matches, TakesModelsAndPaths) {
  EXPECT_TRUE(matches("gpt-4o*", "gpt-4o-mini-2024-07-18"));
  EXPECT_FALSE(matches("gpt-4o*", "gpt-4"));
  EXPECT_FALSE(matches("gpt-4o*", "my-gpt-4o"));
  EXPECT_TRUE(matches("*/llama-*:free", "meta/llama-3:free"));
  EXPECT_TRUE(matches("/v1/chat/*", "/v1/chat/completions"));
  EXPECT_FALSE(matches("/v1/chat/*", "/v1/chat"));
}

TEST(Matches, TakesNothingElseForSpecialAndHeedsCase) {
  for (const char* pattern : {"a?c", "a.c", "[abc]", "a+c", "\\*", "ABC"}) {
    EXPECT_FALSE(matches(pattern, "abc")) << pattern;
  }
  EXPECT_TRUE(matches("a?c", "a?c"));
  EXPECT_TRUE(matches("a*c", "a*c"));
}

TEST(Matches, EndsSoonOnPatternsOfManyStars) {
  const std::string text(10'000, 'a');
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  EXPECT_FALSE(matches("*a*a*a*b", text));
  EXPECT_FALSE(matches(Exact(pattern + "*b"), Exact(text)));
  EXPECT_TRUE(matches(Exact(pattern + "*"), Exact(text)));
  EXPECT_TRUE(matches(Exact(std::string(1000, '*')), Exact(text)));
}

}  // namespace
