// What the scanner takes for JSON, and which member it finds: the one a JSON parser would.
#include "json_scan.h"

#include <gtest/gtest.h>

#include <string>

#include "exact.h"

namespace {

using sluice::JsonScan;
using sluice::JsonSought;
using Kind = sluice::JsonSought::Kind;
using Status = sluice::JsonScan::Status;

JsonScan scan(std::string_view text) {
  sluice::JsonScanner scanner;
  return scanner.scan(Exact(text), {});
}

// The member's value as written. Texts are literals, but are read from a block of their size.
struct Model {
  explicit Model(std::string_view text) {
    const Exact exact(text);
    sluice::JsonScanner scanner;
    JsonSought sought[] = {{"model"}};
    status = scanner.scan(exact, sought).status;
    kind = sought[0].kind;
    value = sought[0].value;
    is_repeated = sought[0].is_repeated;
  }

  Status status;
  Kind kind;
  std::string value;
  bool is_repeated;
};

TEST(JsonScanner, FindsATopLevelMember) {
  const Model model(R"( { "messages" : [ ] , "model" : "gpt-4o" , "n" : 1 } )");
  EXPECT_EQ(model.status, Status::object);
  EXPECT_EQ(model.kind, Kind::string);
  EXPECT_EQ(model.value, "gpt-4o");
  EXPECT_FALSE(model.is_repeated);
}

TEST(JsonScanner, DoesNotTakeWhatIsNestedOrInAString) {
  for (const char* text :
       {R"({"metadata":{"model":"x"}})", R"({"a":[{"model":"x"}]})", R"({"a":"\"model\":\"x\""})",
        R"({"a":"model","models":"x","mode":"x","Model":"x","":1})", R"([{"model":"x"}])",
        R"({"a":{"b":{}},"c":[[],{"model":1}]})", R"({"a":"{\"model\":\"x\"}"})", R"("model")"}) {
    EXPECT_EQ(Model(text).kind, Kind::absent) << text;
    EXPECT_NE(Model(text).status, Status::invalid) << text;
  }
}

TEST(JsonScanner, KeepsAMemberApartFromItsOwnContents) {
  const Model model(R"({"model":{"model":"x","a":[{"model":1}]},"b":{"model":2}})");
  EXPECT_EQ(model.kind, Kind::object);
  EXPECT_EQ(model.value, R"({"model":"x","a":[{"model":1}]})");
  EXPECT_FALSE(model.is_repeated);
}

TEST(JsonScanner, TakesTheLastOfDuplicatesAsParsersDo) {
  const Model model(R"({"model":"a","model":null,"mod\u0065l":"c"})");
  EXPECT_EQ(model.value, "c");
  EXPECT_TRUE(model.is_repeated);
}

TEST(JsonScanner, UnderstandsEscapesInNames) {
  for (const char* text : {R"({"mod\u0065l":"x"})", R"({"\u006D\u006f\u0064\u0065\u006c":"x"})"}) {
    EXPECT_EQ(Model(text).value, "x") << text;
  }
  for (const char* text : {R"({"model\u0000":"x"})", R"({"mode\\u006c":"x"})", R"({"mode\/":0})"}) {
    EXPECT_EQ(Model(text).kind, Kind::absent) << text;
  }
}

TEST(JsonScanner, TellsTheKindsOfValues) {
  const auto kind = [](const char* value) {
    const Model model("{\"a\":1,\"model\": " + std::string(value) + " ,\"b\":[{}]}");
    EXPECT_EQ(model.value, model.kind == Kind::string ? "" : value);
    return model.kind;
  };
  EXPECT_EQ(kind("null"), Kind::null);
  EXPECT_EQ(kind("true"), Kind::boolean);
  EXPECT_EQ(kind("false"), Kind::boolean);
  EXPECT_EQ(kind("-0.5e+1"), Kind::number);
  EXPECT_EQ(kind("0"), Kind::number);
  EXPECT_EQ(kind("\"\""), Kind::string);
  EXPECT_EQ(kind("[1, [2]]"), Kind::array);
  EXPECT_EQ(kind("{\"a\" : {}}"), Kind::object);
}

TEST(JsonScanner, FindsSeveralNamesAndForgetsEarlierTexts) {
  sluice::JsonScanner scanner;
  JsonSought sought[] = {{"messages"}, {"model"}, {"n"}};
  const Exact first(R"({"n":1,"model":"m","messages":[]})");
  ASSERT_EQ(scanner.scan(first, sought).status, Status::object);
  EXPECT_EQ(sought[0].kind, Kind::array);
  EXPECT_EQ(sought[1].kind, Kind::string);
  EXPECT_EQ(sought[2].value, "1");
  ASSERT_EQ(scanner.scan("{}", sought).status, Status::object);
  for (const JsonSought& member : sought) {
    EXPECT_EQ(member.kind, Kind::absent);
    EXPECT_EQ(member.value, "");
  }
}

TEST(JsonScanner, SaysWhereMembersCanBePutIn) {
  EXPECT_EQ(scan("{}").members_offset, 1U);
  EXPECT_TRUE(scan("{ \n}").is_empty);
  EXPECT_EQ(scan(" \t{\"a\":{}}").members_offset, 3U);
  EXPECT_FALSE(scan("{\"a\":{}}").is_empty);
  EXPECT_EQ(scan("\xef\xbb\xbf{}").members_offset, 4U);
}

TEST(JsonScanner, TellsObjectsFromOtherTexts) {
  for (const char* text : {"[]", "[{}]", "\"{}\"", "0", "-1.5E-7", "null", " true ", "1e999"}) {
    EXPECT_EQ(scan(text).status, Status::not_object) << text;
  }
}

TEST(JsonScanner, GoesAsDeepAsATextDoes) {
  constexpr std::size_t kDepth = 1'000'000;
  for (const char* brackets : {"[]", "{}"}) {
    std::string text;
    for (std::size_t i = 0; i < kDepth; ++i) text += brackets[0] == '{' ? "{\"a\":" : "[";
    text += "0";
    const std::size_t open = text.size();
    EXPECT_EQ(scan(text).error_offset, open);
    text.append(kDepth, brackets[1]);
    EXPECT_NE(scan(text).status, Status::invalid);
    text.back() ^= '}' ^ ']';
    EXPECT_EQ(scan(text).error_offset, text.size() - 1);
  }
}

TEST(JsonScanner, KeepsArraysAndObjectsApartAtEveryDepth) {
  std::string text = "0";
  for (int i = 0; i < 300; ++i) {
    const bool is_object = i % 3 == 0;
    text.insert(0, is_object ? "{\"a\":" : "[");
    text += is_object ? ",\"b\":1}" : ",1]";
    EXPECT_NE(scan(text).status, Status::invalid);
    EXPECT_EQ(scan(text + text.back()).error_offset, text.size());
  }
}

struct Wrong {
  std::string_view text;
  std::size_t offset;
};

TEST(JsonScanner, SaysWhereATextStoppedBeingJson) {
  using namespace std::string_view_literals;
  for (const auto& [text, offset] : std::initializer_list<Wrong>{
           {"", 0},
           {" ", 1},
           {"\0"sv, 0},
           {"{,", 1},
           {"{\"a\"}", 4},
           {"{\"a\" 1}", 5},
           {"{\"a\":}", 5},
           {"{\"a\":1,}", 7},
           {"{\"a\":1 \"b\"", 7},
           {"{a:1}", 1},
           {"{1:1}", 1},
           {"{'a'", 1},
           {"[,", 1},
           {"[1,]", 3},
           {"[1 2", 3},
           {"[1}", 2},
           {"{\"a\":1]", 6},
           {"]", 0},
           {"1,2", 1},
           {"{}{}", 2},
           {"{}x", 2},
           {"{} //", 3},
           {"01", 1},
           {"-", 1},
           {"-a", 1},
           {"+1", 0},
           {".5", 0},
           {"1.", 2},
           {"1.e", 2},
           {"1e", 2},
           {"1e+", 3},
           {"1e+-", 3},
           {"0x1", 1},
           {"[-01", 3},
           {"[1,-01", 5},
           {"[1,2,03", 6},
           {"nul", 3},
           {"nulL", 3},
           {"nullx", 4},
           {"TRUE", 0},
           {"NaN", 0},
           {"Infinity", 0},
           {"\xef", 1},
           {"\xef\xbb", 2},
           {"\xef\xbb\xbe{}", 2},
           {"\xef\xbb\xbf\xef\xbb\xbf{}", 3},
           {"\xfe\xff", 0},
           {"\"abc", 4},
           {"\"\n\"", 1},
           {"\"abcdefgh\t\"", 9},
           {"\"\0\""sv, 1},
           {"\"\\x\"", 2},
           {"\"\\", 2},
           {"\"\\u12", 5},
           {"\"\\u12g", 5},
           {"\"\\ud8", 5},
           {"\"\\ud800\"", 7},
           {"\"\\ud800\\n", 8},
           {"\"\\ud800\\u0", 9},
           {"\"\\uD800\\ud7", 10},
           {"\"\\ud800\\udc0g", 12},
           {"\"\\udc00", 4},
           {"{\"model\":\"\\ude00\"}", 13},
       }) {
    EXPECT_EQ(scan(text).status, Status::invalid) << text;
    EXPECT_EQ(scan(text).error_offset, offset) << text;
  }
}

TEST(JsonScanner, TakesANulBehindTheValueForTheEnd) {
  EXPECT_EQ(scan(std::string_view("{} \0x", 5)).status, Status::object);
}

constexpr std::string_view kSample =
    " {\"model\" : \"gpt-\\u0034o \\ud83d\\ude00\\n\\\\\",\r\n\t\"n\":[-0.25e-7,10,{\"a\":null}],"
    "\"text\":\"\xd0\xb0\xe4\xb8\xad\xe6\x96\x87\xf0\x9f\x98\x80 plain text\",\"b\":[true,false]}";

TEST(JsonScanner, FindsEveryTruncationIncomplete) {
  ASSERT_EQ(scan(kSample).status, Status::object);
  for (std::size_t size = 0; size < kSample.size(); ++size) {
    EXPECT_EQ(scan(kSample.substr(0, size)).status, Status::invalid) << size;
    EXPECT_EQ(scan(kSample.substr(0, size)).error_offset, size);
  }
}

TEST(JsonScanner, ReadsNumbersOfEveryLength) {
  for (const std::string before : {"", "[", "[1,", "[-1,", "[1, ", "[0,22,", "{\"a\":"}) {
    const std::string after = before.empty() ? "" : before[0] == '[' ? "]" : "}";
    for (std::size_t size = 1; size < 20; ++size) {
      const std::string digits(size, '7');
      for (const std::string& number :
           {digits, '-' + digits, digits + ".0" + digits, digits + "E-0"}) {
        for (const std::string& next : {std::string(), ',' + number, " ," + number}) {
          if (!next.empty() && (before.empty() || before[0] == '{')) continue;
          EXPECT_NE(scan(before + number + next + after).status, Status::invalid)
              << before << number;
        }
        const std::size_t end = before.size() + number.size();
        EXPECT_EQ(scan(before + number + 'x').error_offset, end);
        EXPECT_EQ(scan(before + number + ",,").error_offset, before.empty() ? end : end + 1);
      }
      EXPECT_EQ(scan(before + '0' + digits + after).error_offset, before.size() + 1);
    }
  }
}

}  // namespace
