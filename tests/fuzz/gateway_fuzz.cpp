// Any request and any response head: answers keep to the boundary's form, requests stay on the
// upstream, and no Location leads a caller elsewhere than it said.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway.h"
#include "lines.h"
#include "text.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// Checks that only edits are left, up to an empty line if the verb is "reply".
void check_edits(sluice::LineReader& lines) {
  while (!lines.done()) {
    const std::string_view edit = lines.next();
    if (edit.empty()) return;
    require(edit[0] == '-' || edit[0] == '=' || edit[0] == '+');
    const std::string_view name = edit.substr(1);
    if (edit[0] != '-') {
      require(sluice::is_token(name));
      std::string value(lines.next());
      // Two slashes in front of a Location without a scheme would name a host; URL parsers leave
      // out tabs before they look.
      std::erase(value, '\t');
      if (name == "location" && value.starts_with('/')) {
        require(!value.starts_with("//") && !value.starts_with("/\\"));
      }
    }
  }
}

void check_answer(std::string_view answer, std::string_view upstream) {
  sluice::LineReader lines(answer);
  const std::string_view verb = lines.next();
  if (verb == "forward" || verb == "again") {
    const std::string_view url = lines.next();
    if (verb == "forward") {
      require(url.starts_with(upstream));
      const std::string_view rest = url.substr(upstream.size());
      require(rest.empty() || rest[0] == '/' || rest[0] == '?');
    } else {
      require(sluice::equals_ignoring_case(url.substr(0, 4), "http"));
    }
    require(lines.next() == "600000");
    require(lines.next().ends_with(url));
    sluice::LineReader behind = lines;
    if (behind.next().starts_with("@")) lines = behind;
  } else if (verb == "read") {
    require(!lines.next().empty());
  } else if (verb == "reply") {
    require(lines.next().size() == 3);
  } else {
    require(verb == "deliver");
  }
  check_edits(lines);
  if (verb != "forward" && verb != "again") return;
  require(lines.next() == "200");
  check_edits(lines);
  require(lines.done());
}

// `head` with only the headers that the shim hands over.
std::string as_handed_over(std::string_view head, std::string_view read) {
  sluice::LineReader lines(head);
  std::string out;
  for (int i = 0; i < 2; ++i) (out += lines.next()) += '\n';
  while (!lines.done()) {
    const std::string_view name = lines.next();
    const std::string_view value = lines.next();
    const std::string needle = " " + std::string(name) + " ";
    if (read.find(needle) == std::string_view::npos) continue;
    ((out += name) += '\n') += value;
    out += '\n';
  }
  return out;
}

// `answer` without the edits that remove headers: the shim leaves out by itself what it does not
// hand over.
std::string without_removals(std::string_view answer) {
  sluice::LineReader lines(answer);
  std::string out;
  while (!lines.done()) {
    const std::string_view line = lines.next();
    if (!line.starts_with('-')) (out += line) += '\n';
  }
  return out;
}

// A gateway, and what it says that it reads of a request's head.
struct Configured {
  explicit Configured(std::string_view environment) {
    require(gateway.configure(environment, read));
    read = " " + read.substr(0, read.find('\n'));
  }
  sluice::Gateway gateway;
  std::string read;
};

// What the core says that it does not read of a head makes no difference to its plan.
void check_plan_by_what_is_read(std::string_view head) {
  static Configured configured[] = {
      Configured("{}"),
      Configured(R"({"OPENAI_API_KEY":"sk-1","ACCESS_KEYS":"a=ak-1","ALLOWED_ORIGINS":"https://a",)"
                 R"("CONFIG":{"access":{"keys":{"a":{"expires":"2026-01-01"}}}}})"),
      Configured(R"({"ACCESS_KEYS":"a=ak-1","RATE_LIMIT":true,)"
                 R"("CONFIG":{"access":{"keys":{"a":{"models":["m*"]}}}}})"),
  };
  for (Configured& each : configured) {
    std::string whole;
    if (!each.gateway.plan(head, whole)) continue;
    std::string part;
    require(each.gateway.plan(as_handed_over(head, each.read), part));
    require(without_removals(whole) == without_removals(part));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sluice::Gateway gateway;
  static const bool configured = [] {
    std::string names;
    return gateway.configure(
        R"({"UPSTREAM_URL":"http://u.example/p/v1","ALLOWED_ORIGINS":"https://*.a.example",)"
        R"("OPENAI_API_KEY":"sk-1","ACCESS_KEYS":"a=ak-1","CONFIG":{"access":{"keys":{"a":)"
        R"({"models":["m*"]}},"rate":"60000/s"}}})",
        names);
  }();
  require(configured);
  constexpr std::string_view kUpstream = "http://u.example/p/v1";
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string answer;
  // Header names reach the core as the platform lets them through: tokens.
  for (const std::string& head :
       {std::string(text), "GET\nhttp://g.example/" + std::string(text),
        "POST\nhttp://g.example/v1/x\nauthorization\nBearer ak-1\nconnection\n" +
            std::string(text)}) {
    answer.clear();
    if (gateway.plan(head, answer)) check_answer(answer, kUpstream);
    check_plan_by_what_is_read(head);
  }
  for (const char* head : {"POST\nhttp://g.example/\nx-api-key\nak-1\n",
                           "POST\nhttp://g.example/v1/x\nx-api-key\nak-1\n"}) {
    answer.clear();
    require(gateway.plan_body(head, text, answer));
    check_answer(answer, kUpstream);
  }
  answer.clear();
  if (gateway.refuse(text, answer)) check_answer(answer, kUpstream);
  for (const char* start : {"", "GET * 5 g.example http://u.example/p/v1/x\n302\nlocation\n",
                            "POST - 0 g.example http://u.example/p/v1/x\n307\nlocation\n"}) {
    answer.clear();
    if (gateway.judge(start + std::string(text), answer)) check_answer(answer, kUpstream);
  }
  return 0;
}
