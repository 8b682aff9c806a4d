// Time and allocations of the core's decisions, natively. The first argument is a folder with a
// folder for each case (bench/core/cases.js): environment, head, and perhaps body and response.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "allocations.h"
#include "gateway.h"

namespace {

struct Case {
  sluice::Gateway gateway;
  std::string head;
  std::string body;
  std::string response;
};

std::string read(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

// Measures `decide(out)`, which says whether the core understood.
template <typename Decide>
void measure(const std::string& name, Decide decide) {
  benchmark::RegisterBenchmark(name.c_str(), [decide](benchmark::State& state) {
    std::string out;
    if (!decide(out)) state.SkipWithError("the core did not understand its input");
    const std::size_t before = allocations;
    for (auto _ : state) {
      out.clear();
      benchmark::DoNotOptimize(decide(out));
      benchmark::ClobberMemory();
    }
    state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                       benchmark::Counter::kAvgIterations);
  });
}

bool register_case(const std::filesystem::path& folder) {
  const auto input = std::make_shared<Case>();
  std::string out;
  if (!input->gateway.configure(read(folder / "environment"), out)) {
    std::fprintf(stderr, "%s: %s\n", folder.c_str(), out.c_str());
    return false;
  }
  input->head = read(folder / "head");
  input->body = read(folder / "body");
  input->response = read(folder / "response");
  const std::string name = folder.filename().string();
  measure(name + "/plan",
          [input](std::string& plan) { return input->gateway.plan(input->head, plan); });
  if (!input->body.empty()) {
    measure(name + "/plan_body", [input](std::string& plan) {
      return input->gateway.plan_body(input->head, input->body, plan);
    });
  }
  if (!input->response.empty()) {
    measure(name + "/judge",
            [input](std::string& edits) { return input->gateway.judge(input->response, edits); });
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::fprintf(stderr, "Usage: core_bench <folder of cases> [--benchmark_…]\n");
    return 1;
  }
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    if (!register_case(entry.path())) return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
}
