// JSON strings: which bytes are refused, and what escapes stand for.
#include <gtest/gtest.h>

#include <string>

#include "exact.h"
#include "json_escape.h"
#include "json_scan.h"

namespace {

using Status = sluice::JsonScan::Status;

TEST(JsonStrings, MayNotHoldControlBytesAtAnyPlace) {
  sluice::JsonScanner scanner;
  for (std::size_t place = 1; place < 20; ++place) {
    for (int byte = 0; byte < 0x80; ++byte) {
      std::string text = '"' + std::string(20, 'x') + '"';
      text[place] = static_cast<char>(byte);
      const bool is_refused = byte < 0x20 || byte == '"' || byte == '\\';
      EXPECT_EQ(scanner.scan(Exact(text), {}).status == Status::invalid, is_refused) << byte;
    }
  }
}

// RFC 3629 section 4, decoded the plain way.
bool is_utf8(unsigned code_point, std::size_t size) {
  constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  return code_point >= kLeast[size] && code_point <= 0x10ffff &&
         (code_point < 0xd800 || code_point > 0xdfff);
}

TEST(JsonStrings, HaveFourHexadecimalDigitsInAnEscape) {
  sluice::JsonScanner scanner;
  for (const std::size_t place : {0U, 1U, 2U, 3U, 6U, 7U, 8U, 9U}) {
    for (int byte = 0; byte < 0x100; ++byte) {
      std::string text = R"("\ud9ab\udcef")";
      text[3 + place] = static_cast<char>(byte);
      const std::string hexadecimal = place % 6 == 0 ? "dD"
                                      : place == 1   ? "89aAbB"
                                      : place == 7   ? "cCdDeEfF"
                                                     : "0123456789abcdefABCDEF";
      const bool is_good = byte != 0 && hexadecimal.find(text[3 + place]) != std::string::npos;
      EXPECT_EQ(scanner.scan(Exact(text), {}).status != Status::invalid, is_good) << text;
      std::string plain = R"("\u1234")";
      plain[3 + place % 6] = static_cast<char>(byte);
      const auto is_digit =
          std::string_view("0123456789abcdefABCDEF").find(static_cast<char>(byte));
      EXPECT_EQ(scanner.scan(Exact(plain), {}).status != Status::invalid,
                is_digit != std::string_view::npos)
          << plain;
    }
  }
}

TEST(JsonStrings, AreExactlyUtf8) {
  sluice::JsonScanner scanner;
  const auto is_valid = [&](std::string_view bytes) {
    const std::string text = '"' + std::string(bytes) + '"';
    const std::string twice = '"' + std::string(bytes) + std::string(bytes) + "text\"";
    const bool valid = scanner.scan(Exact(text), {}).status == Status::not_object;
    EXPECT_EQ(scanner.scan(Exact(twice), {}).status == Status::not_object, valid);
    return valid;
  };
  for (unsigned first = 0x80; first < 0x100; ++first) {
    EXPECT_FALSE(is_valid(std::string{static_cast<char>(first)}));
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    for (unsigned second = 0; second < 0x100; ++second) {
      std::string bytes{static_cast<char>(first), static_cast<char>(second)};
      unsigned code_point = (first & (0x7fU >> size)) << 6U | (second & 0x3fU);
      for (std::size_t i = 2; i < size; ++i) {
        EXPECT_FALSE(is_valid(bytes));
        bytes += '\xbf';
        code_point = code_point << 6U | 0x3fU;
      }
      const bool is_lead = first >= 0xc0 && first < 0xf8;
      const bool is_good = is_lead && (second & 0xc0U) == 0x80 && is_utf8(code_point, size);
      EXPECT_EQ(is_valid(bytes), is_good) << std::hex << first << ' ' << second;
      for (const char wrong : {'a', '\xc0', '\xff'}) {
        bytes.back() = wrong;
        EXPECT_FALSE(is_valid(bytes));
      }
    }
  }
}

TEST(AppendDecoded, DecodesEveryEscape) {
  const auto decoded = [](std::string_view raw) {
    std::string out = "kept ";
    sluice::append_decoded(out, Exact(raw));
    return out.substr(5);
  };
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("gpt-4o"), "gpt-4o");
  EXPECT_EQ(decoded(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(decoded(R"(a\u0062\u00e9\u4E2D\ud83d\ude00z)"),
            "ab\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80z");
  EXPECT_EQ(decoded(R"(\u0000)"), std::string(1, '\0'));
  EXPECT_EQ(decoded(R"(\u007f\u0080\u07ff\u0800\uffff)"),
            "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf");
  EXPECT_EQ(decoded(R"(\udbff\udfff)"), "\xf4\x8f\xbf\xbf");
}

TEST(StandsFor, ComparesWithoutDecoding) {
  EXPECT_TRUE(sluice::stands_for(Exact(""), ""));
  EXPECT_TRUE(sluice::stands_for(Exact(R"(\ud83d\ude00\n)"), Exact("\xf0\x9f\x98\x80\n")));
  EXPECT_FALSE(sluice::stands_for(Exact("a"), ""));
  EXPECT_FALSE(sluice::stands_for(Exact("a"), "ab"));
  EXPECT_FALSE(sluice::stands_for(Exact("ab"), "a"));
  EXPECT_FALSE(sluice::stands_for(Exact(R"(\u00e9)"), Exact("\xc3")));
}

}  // namespace
