// The golden cases (tests/cases/README.md says their format), natively under the sanitizers.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "exact.h"
#include "gateway.h"

namespace {

struct Section {
  std::string verb;
  std::string text;
};

struct GoldenCase {
  std::string name;
  std::vector<Section> sections;
};

// The parts of `text` that start with `mark` at the beginning of a line, without it.
std::vector<std::string> parts_of(const std::string& text, const std::string& mark) {
  std::vector<std::string> parts;
  const std::string marked = "\n" + text;
  const std::string separator = "\n" + mark;
  std::size_t at = marked.find(separator);
  while (at != std::string::npos) {
    const std::size_t start = at + separator.size();
    at = marked.find(separator, start);
    parts.push_back(marked.substr(start, at == std::string::npos ? at : at - start));
  }
  return parts;
}

std::string without_line_ends(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::vector<GoldenCase> golden_cases() {
  std::vector<GoldenCase> cases;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SLUICE_CASES_DIR)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    for (const std::string& part : parts_of(text.str(), "=== ")) {
      GoldenCase golden;
      golden.name = file.filename().string() + ": " + part.substr(0, part.find('\n'));
      for (const std::string& section : parts_of(part, "--- ")) {
        const std::size_t end = section.find('\n');
        golden.sections.push_back(
            {section.substr(0, end), without_line_ends(section.substr(end + 1))});
      }
      cases.push_back(golden);
    }
  }
  return cases;
}

// What a case expects of an answer: how a response of the expected status is delivered, behind an
// empty line, only where the case says it, too.
std::string compared_part(const std::string& answer, const std::string& expected) {
  const bool fetches = answer.starts_with("forward\n") || answer.starts_with("again\n");
  if (!fetches || expected.find("\n\n") != std::string::npos) return answer;
  return answer.substr(0, answer.find("\n\n"));
}

// `answer` with the lines for which `expected` has "…" replaced by it.
std::string masked(const std::string& answer, const std::string& expected) {
  std::istringstream answer_lines(answer);
  std::istringstream expected_lines(expected);
  std::string out;
  std::string line;
  std::string expected_line;
  while (std::getline(answer_lines, line)) {
    const bool any = std::getline(expected_lines, expected_line) && expected_line == "…";
    out += (any ? "…" : line) + "\n";
  }
  return without_line_ends(out);
}

// What GoogleTest shows of a case.
void PrintTo(const GoldenCase& golden, std::ostream* out) { *out << golden.name; }

class Golden : public testing::TestWithParam<GoldenCase> {};

TEST_P(Golden, IsAnswered) {
  sluice::Gateway gateway;
  std::string answer;
  std::string head;
  ASSERT_TRUE(gateway.configure("{}", answer));
  for (const auto& [verb, text] : GetParam().sections) {
    const Exact input(text);
    if (verb == "answers") {
      EXPECT_EQ(masked(compared_part(answer, text), text), text);
      continue;
    }
    answer.clear();
    if (verb == "configure") {
      if (gateway.configure(input, answer)) answer.clear();
    } else if (verb == "plan") {
      head = text;
      EXPECT_TRUE(gateway.plan(input, answer));
    } else if (verb == "body") {
      EXPECT_TRUE(gateway.plan_body(Exact(head), input, answer));
    } else if (verb == "judge") {
      EXPECT_TRUE(gateway.judge(input, answer));
    } else if (verb == "refuse") {
      EXPECT_TRUE(gateway.refuse(input, answer));
    } else {
      FAIL() << "a section is called \"" << verb << '"';
    }
  }
}

std::string test_name(const testing::TestParamInfo<GoldenCase>& info) {
  std::string name = info.param.name;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(golden_cases()), test_name);

TEST(GoldenFiles, AreFound) { EXPECT_GT(golden_cases().size(), 50U); }

}  // namespace
