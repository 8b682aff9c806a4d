// Every way to present keys, in every combination: no key reaches a side where it does not belong.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exact.h"
#include "gateway.h"

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kServerKey = "Server7Z";  // the keys are their own markers
constexpr std::string_view kAccessKey = "Access7Z";

const std::vector<std::string> kAuthorizations = {
    "", "Bearer", "Bearer Access7Z", "BEARER \t Access7Z ", "Bearer Own7Z", "Basic Own7Z"};
const std::vector<std::string> kKeys = {"", "Access7Z", "Own7Z"};
const std::vector<std::string> kSubprotocols = {
    "",
    "realtime",
    "realtime, openai-insecure-api-key.Access7Z",
    "openai-insecure-api-key.Own7Z,realtime",
    "openai-insecure-api-key.Access7Z, openai-insecure-api-key.",
    "openai-insecure-api-key.Own7Z, openai-insecure-api-key.Access7Z,realtime"};

// Calls `visit` with every combination.
template <typename Visit>
void for_each_presentation(const Visit& visit) {
  for (const std::string& authorization : kAuthorizations) {
    for (const std::string& subprotocol : kSubprotocols) {
      for (std::size_t i = 0; i < 81; ++i) {
        Headers headers = {{"api-key", kKeys[i % 3]},
                           {"x-api-key", kKeys[i / 3 % 3]},
                           {"x-goog-api-key", kKeys[i / 9 % 3]},
                           {"x-openai-key", kKeys[i / 27]},
                           {"authorization", authorization},
                           {"sec-websocket-protocol", subprotocol}};
        std::erase_if(headers, [](const auto& header) { return header.second.empty(); });
        visit(headers);
      }
    }
  }
}

std::string text_of(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) {
    text += name;
    text += '\n';
    text += value;
    text += '\n';
  }
  return text;
}

std::string next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string line(text.substr(0, end));
  text.remove_prefix(end + 1);
  return line;
}

// What reaches the upstream: the request's headers after the edits of "forward".
Headers sent_upstream(std::string_view answer, Headers headers) {
  for (int i = 0; i < 4; ++i) next_line(answer);  // verb, URL, time, context
  for (std::string edit = next_line(answer); !edit.empty(); edit = next_line(answer)) {
    const std::string name = edit.substr(1);
    if (edit[0] != '+') std::erase_if(headers, [&](const auto& it) { return it.first == name; });
    if (edit[0] != '-') headers.emplace_back(name, next_line(answer));
    if (answer.empty()) break;
  }
  return headers;
}

bool has(const std::string& text, std::string_view marker) {
  return text.find(marker) != std::string::npos;
}

struct Door {
  const char* environment;
  bool has_access_keys;
  bool has_server_key;
  bool takes_own_keys;
};

class Credentials : public testing::TestWithParam<Door> {};

TEST_P(Credentials, StayOnTheirSide) {
  const Door& door = GetParam();
  sluice::Gateway gateway;
  std::string out;
  ASSERT_TRUE(gateway.configure(door.environment, out)) << out;
  for_each_presentation([&](const Headers& headers) {
    const std::string presented = text_of(headers);
    out.clear();
    ASSERT_TRUE(gateway.plan(Exact("GET\nhttps://g.example/v1/realtime\n" + presented +
                                   "connection\nupgrade\nupgrade\nwebsocket\n"),
                             out));
    const bool is_known = door.has_access_keys && has(presented, kAccessKey);
    if (!out.starts_with("forward\n")) {
      ASSERT_TRUE(out.starts_with("reply\n401\n")) << presented << out;
      ASSERT_FALSE(has(out, kServerKey) || has(out, kAccessKey) || has(out, "Own7Z")) << out;
      ASSERT_FALSE(is_known) << presented;
      return;
    }
    const std::string sent = text_of(sent_upstream(out, headers));
    if (is_known) {
      ASSERT_FALSE(has(sent, kAccessKey) || has(sent, "Own7Z")) << presented << "sent:\n" << sent;
      ASSERT_EQ(has(sent, "authorization\nBearer Server7Z\n"), door.has_server_key) << presented;
      ASSERT_EQ(has(sent, "realtime"), has(presented, "realtime")) << presented << sent;
    } else if (has(presented, "Own7Z") || has(presented, kAccessKey)) {
      ASSERT_TRUE(door.takes_own_keys) << presented;
      ASSERT_FALSE(has(sent, kServerKey)) << presented << sent;
      ASSERT_TRUE(has(sent, "Own7Z") || has(sent, kAccessKey)) << presented << sent;
    }
  });
}

constexpr Door kDoors[] = {
    {R"({"OPENAI_API_KEY": "Server7Z", "ACCESS_KEYS": "a=Access7Z"})", true, true, false},
    {R"({"ACCESS_KEYS": "a=Access7Z"})", true, false, false},
    {R"({"OPENAI_API_KEY": "Server7Z", "ACCESS_KEYS": "a=Access7Z",
         "CONFIG": {"access": {"allow_own_keys": true}}})",
     true, true, true},
    {R"({"OPENAI_API_KEY": "Server7Z"})", false, true, true},
    {R"({"OPENAI_API_KEY": "Server7Z", "ACCESS": "open"})", false, true, true},
    {"{}", false, false, true}};

INSTANTIATE_TEST_SUITE_P(Doors, Credentials, testing::ValuesIn(kDoors));

}  // namespace
