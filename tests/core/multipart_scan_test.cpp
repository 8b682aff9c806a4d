// Form fields are found as strict and lenient parsers agree on them, else the body is malformed.
#include "multipart_scan.h"

#include <gtest/gtest.h>

#include <string>

#include "exact.h"

namespace {

using sluice::find_form_field;
using sluice::FormField;
using Status = sluice::FormField::Status;

constexpr const char* kType = "multipart/form-data; boundary=B";

struct Found {
  Found(std::string_view type, std::string_view body) {
    const Exact exact(body);
    const FormField field = find_form_field(Exact(type), exact, "model");
    status = field.status;
    is_repeated = field.is_repeated;
    value = field.value;
  }

  Status status;
  bool is_repeated;
  std::string value;
};

std::string part(std::string_view head, std::string_view content) {
  return "--B\r\n" + std::string(head) + "\r\n\r\n" + std::string(content) + "\r\n";
}

std::string field(std::string_view parameters, std::string_view content) {
  return part("Content-Disposition: form-data; " + std::string(parameters), content);
}

const std::string kModel = field("name=\"model\"", "whisper-1");
const std::string kFile = part(
    "Content-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
    "Content-Type: audio/mpeg",
    std::string("\0\r\r\n-\n--\r\n--\r\n--A\r\n-B--B\n\n", 25));

Found in(std::string_view parts) { return {kType, std::string(parts) + "--B--\r\n"}; }

TEST(FindFormField, FindsAFieldBesideFiles) {
  for (const std::string& parts :
       {kModel, kFile + kModel, kModel + kFile, kFile + kModel + kFile}) {
    EXPECT_EQ(in(parts).status, Status::found) << parts;
    EXPECT_EQ(in(parts).value, "whisper-1");
    EXPECT_FALSE(in(parts).is_repeated);
  }
  EXPECT_EQ(in(kFile).status, Status::absent);
  EXPECT_EQ(in("").status, Status::absent);
  EXPECT_EQ(in(field("name=\"model\"", "")).status, Status::found);
  EXPECT_EQ(in(field("name=\"model\"", "a\r\nb\n--c")).value, "a\r\nb\n--c");
}

TEST(FindFormField, SaysWhenAFieldIsRepeated) {
  const Found found = in(kModel + kFile + field("name=model", "second"));
  EXPECT_EQ(found.value, "second");
  EXPECT_TRUE(found.is_repeated);
}

TEST(FindFormField, ReadsHeadersInAnyCaseAndForm) {
  for (const char* head :
       {"content-disposition:form-data;name=model",
        "CONTENT-DISPOSITION: Form-Data ; NAME=\"model\"",
        "X-A: b\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=\"mo\\del\"",
        "Content-Disposition: form-data; x=\"a;\\\\\"; name=\"model\"",
        "Content-Transfer-Encoding: 8BIT\r\nContent-Disposition: form-data; name=\"model\""}) {
    EXPECT_EQ(in(part(head, "x")).value, "x") << head;
  }
  for (const char* name :
       {"\"models\"", "\"mode\"", "MODEL", "\"\"", "\"model \"", "\"\xc3\xa9\""}) {
    EXPECT_EQ(in(field(std::string("name=") + name, "x")).status, Status::absent) << name;
  }
}

TEST(FindFormField, ReadsTheBoundaryInAnyForm) {
  const std::string body = kModel + "--B--";
  for (const char* type :
       {"multipart/form-data;boundary=B", "Multipart/Form-Data ; x=y; BOUNDARY=\"B\"",
        "multipart/form-data; charset=UTF-8; boundary=B"}) {
    EXPECT_EQ(Found(type, body).value, "whisper-1") << type;
  }
  EXPECT_EQ(Found("multipart/form-data; boundary=\"a=b c\"",
                  "--a=b c\r\nContent-Disposition: form-data; name=model\r\n\r\nx\r\n--a=b c--")
                .value,
            "x");
}

TEST(FindFormField, RefusesContentTypesThatParsersReadDifferently) {
  const std::string body = kModel + "--B--";
  for (const std::string& type : {
           std::string(),
           std::string("application/json"),
           std::string("multipart/form-data"),
           std::string("multipart/mixed; boundary=B"),
           std::string("multipart/form-data; boundary="),
           std::string("multipart/form-data; boundary=\"\""),
           std::string("multipart/form-data; boundary=\"B"),
           std::string("multipart/form-data; boundary=\"B \""),
           std::string("multipart/form-data; boundary=\"\\B\""),
           std::string("multipart/form-data; boundary=A; boundary=B"),
           std::string("multipart/form-data; boundary=A; boundary*=B"),
           std::string("multipart/form-data; boundary=B; charset=unicode_escape"),
           std::string("multipart/form-data; boundary=B x"),
           std::string("multipart/form-data; boundary=B;;"),
           "multipart/form-data; boundary=" + std::string(71, 'B'),
       }) {
    EXPECT_EQ(Found(type, body).status, Status::malformed) << type;
  }
}

TEST(FindFormField, ToleratesPreambleAndEpilogue) {
  EXPECT_EQ(Found(kType, "a\r\n--\r\n\n" + ("b\r\n" + kModel) + "--B--\r\nc\r\n").value,
            "whisper-1");
  EXPECT_EQ(Found(kType, "\r\n" + kModel + "--B--").value, "whisper-1");
}

TEST(FindFormField, RefusesWhatSomeParsersTakeForADelimiter) {
  for (const char* text : {"\n--B\r\n", "\r--B\r\n", "\r\n--B \r\n", "\r\n--B\n", "\r\n--BC",
                           "\r\n--B-", "\r\n--B--x", "\r\n--B--\n", "\n--B--"}) {
    for (const std::string& body :
         {text + kModel, kFile + text + kModel,
          field("name=\"model\"", std::string("a") + text + "b"), kModel + "--B--\r\n" + text}) {
      EXPECT_EQ(Found(kType, body + "--B--\r\n").status, Status::malformed) << body;
    }
  }
  EXPECT_EQ(Found(kType, kModel + "--B--\r\n" + kModel + "--B--\r\n").status, Status::malformed);
}

TEST(FindFormField, RefusesHeadersThatParsersReadDifferently) {
  for (const char* head : {
           "",
           "Content-Type: text/plain",
           "Content-Disposition: form-data",
           "Content-Disposition: attachment; name=\"model\"",
           "Content-Disposition: form-data; name=\"model\"; name=\"x\"",
           "Content-Disposition: form-data; name=\"x\"\r\nContent-Disposition: form-data; "
           "name=model",
           "Content-Disposition: form-data; name*=utf-8''model",
           "Content-Disposition: form-data; name=\"a\"; name*0=\"model\"",
           "Content-Disposition: form-data; name=\"a\"; y=\"\\\"; name=model; z=\"",
           "Content-Disposition: form-data; name=\"model\"; filename=\"\"",
           "Content-Disposition: form-data; name=\"model\"; filename*=utf-8''a",
           "Content-Disposition: form-data; name=\"model\" x",
           "Content-Disposition: form-data; name=\"model",
           "Content-Disposition: form-data; name=\"model\\\"",
           "Content-Disposition: form-data; name=mod el",
           "Content-Disposition: form-data; name=mo\"del\"",
           "Content-Disposition: form-data;; name=model",
           "Content-Disposition: form-data;\r\n name=model",
           "Content-Disposition : form-data; name=model",
           "Content-Disposition: form-data; name=model\nX: y",
           "Content-Disposition: form-data; name=model\rX: y",
           "Content-Disposition: form-data; name=model\r\nx",
           "Content-Disposition: form-data; name=model\r\nContent-Transfer-Encoding: base64",
       }) {
    EXPECT_EQ(in(kModel + part(head, "x")).status, Status::malformed) << head;
  }
}

TEST(FindFormField, RefusesBareLineFeeds) {
  std::string body = kModel + "--B--\r\n";
  std::erase(body, '\r');
  EXPECT_EQ(Found(kType, body).status, Status::malformed);
}

TEST(FindFormField, FindsEveryTruncationMalformed) {
  const std::string body = kFile + kModel + "--B--";
  ASSERT_EQ(Found(kType, body).status, Status::found);
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_EQ(Found(kType, body.substr(0, size)).status, Status::malformed) << size;
  }
}

TEST(FindFormField, RefusesAPartWithoutAnEmptyLine) {
  EXPECT_EQ(Found(kType, "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n--B--").status,
            Status::malformed);
}

}  // namespace
