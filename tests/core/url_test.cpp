// Taking URLs apart, resolving them, and paths with dots.
#include "url.h"

#include <gtest/gtest.h>

#include "exact.h"

namespace {

using sluice::split_url;

TEST(SplitUrl, TakesSchemeHostPathAndQuery) {
  const Exact text("https://a.example:8443/b/c?d=e?f");
  const sluice::Url url = split_url(text);
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "a.example:8443");
  EXPECT_EQ(url.path, "/b/c");
  EXPECT_EQ(url.query, "?d=e?f");
}

TEST(SplitUrl, LeavesOutUserinfoFragmentAndDefaultPort) {
  const Exact text("http://user:pass@a.example:80?q#f");
  const sluice::Url url = split_url(text);
  EXPECT_EQ(url.host, "a.example");
  EXPECT_EQ(url.path, "");
  EXPECT_EQ(url.query, "?q");
}

TEST(SplitUrl, HasNoSchemeForWhatIsNotAbsolute) {
  for (const char* text : {"", "/", "//a", "a", ":", "a:", "a:/b", "1://a", "ht tp://a", "é://a"}) {
    EXPECT_EQ(split_url(Exact(text)).scheme, "") << text;
  }
}

TEST(SameOrigin, ComparesSchemeHostAndPortWithoutCase) {
  const auto same = [](const char* a, const char* b) {
    return sluice::same_origin(split_url(a), split_url(b));
  };
  EXPECT_TRUE(same("https://a.example/x", "HTTPS://A.EXAMPLE:443"));
  EXPECT_FALSE(same("https://a.example", "http://a.example"));
  EXPECT_FALSE(same("https://a.example", "https://a.example:80"));
  EXPECT_FALSE(same("https://a.example", "https://a.example.evil"));
}

std::string resolved(const char* base, const char* reference) {
  std::string out;
  sluice::append_resolved(out, Exact(base), Exact(reference));
  return out;
}

TEST(AppendResolved, FollowsRfc3986) {
  constexpr const char* kBase = "http://a/b/c/d?q";
  EXPECT_EQ(resolved(kBase, "g://x"), "g://x");
  EXPECT_EQ(resolved(kBase, "//g"), "http://g");
  EXPECT_EQ(resolved(kBase, "\\/g"), "http://g");
  EXPECT_EQ(resolved(kBase, "/g"), "http://a/g");
  EXPECT_EQ(resolved(kBase, "g"), "http://a/b/c/g");
  EXPECT_EQ(resolved(kBase, "./g"), "http://a/b/c/./g");
  EXPECT_EQ(resolved(kBase, "?y"), "http://a/b/c/d?y");
  EXPECT_EQ(resolved("http://a", "g"), "http://a/g");
  EXPECT_EQ(resolved("http://a?q", "g"), "http://a/g");
}

std::string without_dots(const char* path) {
  std::string out = "kept/";
  sluice::append_without_dot_segments(out, Exact(path));
  return out.substr(5);
}

TEST(AppendWithoutDotSegments, NeverClimbsAboveItsStart) {
  EXPECT_EQ(without_dots("/../../a"), "/a");
  EXPECT_EQ(without_dots("/a/../../.."), "/");
  EXPECT_EQ(without_dots("/a/./b/../c"), "/a/c");
  EXPECT_EQ(without_dots("/a/%2E%2e/%2e/b"), "/b");
  EXPECT_EQ(without_dots("/a/.%2e/b/."), "/b/");
  EXPECT_EQ(without_dots("\\a\\..\\b"), "/b");
  EXPECT_EQ(without_dots("/a//../b"), "/a/b");
  EXPECT_EQ(without_dots("/%2"), "/%2");
}

TEST(HasDotSegments, SeesWhatWouldChange) {
  for (const char* path : {"/..", "/a/.", "/%2e", "/a/%2E%2E/b", "/a\\b"}) {
    EXPECT_TRUE(sluice::has_dot_segments(Exact(path))) << path;
  }
  for (const char* path : {"", "/", "/a.b/c..", "/a%2fb", "/%"}) {
    EXPECT_FALSE(sluice::has_dot_segments(Exact(path))) << path;
  }
}

TEST(IsHostAndPort, AcceptsNamesAndAddresses) {
  for (const char* host : {"a", "a.b-c_d:1", "127.0.0.1:65535", "[::1]", "[fe80::1]:443"}) {
    EXPECT_TRUE(sluice::is_host_and_port(Exact(host))) << host;
  }
  for (const char* host : {"", ":1", "a:", "a:b", "a:65536", "a:-1", ".a", "a..b", "[", "[]",
                           "[::1", "[::1]x", "[::1]:", "a]", "é", "a b", "a/b", "*"}) {
    EXPECT_FALSE(sluice::is_host_and_port(Exact(host))) << host;
  }
}

TEST(StartsWithSegments, MatchesWholeSegments) {
  EXPECT_TRUE(sluice::starts_with_segments("/v1/x", "/v1"));
  EXPECT_TRUE(sluice::starts_with_segments("/v1", "/v1"));
  EXPECT_FALSE(sluice::starts_with_segments("/v1x", "/v1"));
}

}  // namespace
