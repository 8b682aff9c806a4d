// Installs the system packages that the C++ side, the tests and the benchmarks need, with apt-get,
// where they are missing. What is missing is found by looking for the thing itself, not for a
// package: a machine may have it from elsewhere (emsdk, a newer clang …).
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** @param {string} command */
function inPath(command) {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.some((folder) => folder !== "" && existsSync(`${folder}/${command}`));
}

/** @param {string} header as the compiler finds it */
function hasHeader(header) {
  const input = `#include <${header}>\n`;
  return spawnSync("c++", ["-E", "-x", "c++", "-", "-o", "/dev/null"], { input }).status === 0;
}

/** libFuzzer is a package of its own. */
function hasFuzzer() {
  const args = ["-fsanitize=fuzzer,address,undefined", "-x", "c++", "-", "-o", "/dev/null"];
  const input = 'extern "C" int LLVMFuzzerTestOneInput(const char*, long) { return 0; }\n';
  return inPath("clang++") && spawnSync("clang++", args, { input }).status === 0;
}

/**
 * What is needed, for which test layers, how to find it, and Debian's packages for it. The order
 * matters: finding a header takes the compiler.
 * @type {{ what: string, layers: string[], isThere: () => boolean, packages: string[] }[]}
 */
const NEEDS = [
  {
    what: "a C++ compiler",
    layers: ["lint", "core", "fuzz", "wasm", "bench"],
    isThere: () => inPath("c++"),
    packages: ["g++"],
  },
  {
    what: "cmake",
    layers: ["lint", "core", "fuzz", "wasm", "worker", "bench"],
    isThere: () => inPath("cmake"),
    packages: ["cmake"],
  },
  {
    what: "make",
    layers: ["lint", "core", "fuzz", "wasm", "worker", "bench"],
    isThere: () => inPath("make"),
    packages: ["make"],
  },
  {
    what: "nlohmann/json",
    layers: ["lint", "core", "fuzz", "wasm", "worker", "bench"],
    isThere: () => hasHeader("nlohmann/json.hpp"),
    packages: ["nlohmann-json3-dev"],
  },
  {
    what: "GoogleTest",
    layers: ["lint", "core"],
    isThere: () => hasHeader("gtest/gtest.h"),
    packages: ["libgtest-dev"],
  },
  {
    what: "clang with libFuzzer",
    layers: ["fuzz"],
    isThere: hasFuzzer,
    packages: ["clang", "libclang-rt-dev"],
  },
  {
    what: "clang-format",
    layers: ["lint"],
    isThere: () => inPath("clang-format"),
    packages: ["clang-format"],
  },
  {
    what: "clang-tidy",
    layers: ["lint"],
    isThere: () => inPath("clang-tidy"),
    packages: ["clang-tidy"],
  },
  {
    what: "Emscripten",
    layers: ["wasm", "worker"],
    isThere: () => inPath("emcc"),
    packages: ["emscripten"],
  },
  {
    what: "Chromium",
    layers: ["browser"],
    isThere: () => inPath("chromium"),
    packages: ["chromium"],
  },
  {
    what: "curl",
    layers: ["docs", "worker", "clients"],
    isThere: () => inPath("curl"),
    packages: ["curl"],
  },
  {
    what: "nginx",
    layers: ["docs", "ship", "bench"],
    // Debian installs it where only root's PATH leads.
    isThere: () => inPath("nginx") || existsSync("/usr/sbin/nginx"),
    packages: ["nginx"],
  },
  {
    what: "openssl",
    layers: ["ship"],
    isThere: () => inPath("openssl"),
    packages: ["openssl"],
  },
  {
    what: "wrk",
    layers: ["bench"],
    isThere: () => inPath("wrk"),
    packages: ["wrk"],
  },
  {
    what: "Google Benchmark",
    layers: ["bench"],
    isThere: () => hasHeader("benchmark/benchmark.h"),
    packages: ["libbenchmark-dev"],
  },
];

/**
 * @param {string[]} args of apt-get
 * @returns {string | undefined} its output, when it failed
 */
function aptGet(args) {
  const command = ["apt-get", "-q", "-y", ...args];
  if (process.getuid?.() !== 0) {
    // Debian's sudo drops the environment; -n, as nobody can type a password without a terminal.
    command.unshift(
      "sudo",
      ...(process.stdin.isTTY ? [] : ["-n"]),
      "DEBIAN_FRONTEND=noninteractive",
    );
  }
  const [program = "", ...rest] = command;
  const run = spawnSync(program, rest, {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["inherit", "pipe", "pipe"],
    maxBuffer: 1 << 28,
  });
  return run.status === 0
    ? undefined
    : `${run.stdout ?? ""}${run.stderr ?? run.error?.message ?? ""}`;
}

/**
 * Installs what is missing, or says what to install and exits.
 * @param {string} [layer] of the tests; all of them by default
 */
export function installPackages(layer) {
  const needs = NEEDS.filter(({ layers }) => layer === undefined || layers.includes(layer));
  const missing = needs.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const packages = missing.flatMap((need) => need.packages);
  const names = missing.map(({ what }) => what).join(", ");
  const root = process.getuid?.() === 0;

  /** @param {string} reason */
  const giveUp = (reason) => {
    console.error(
      `This needs what the machine lacks: ${names}.\n${reason}\n` +
        `On Debian 12: ${root ? "" : "sudo "}apt-get install --no-install-recommends ${packages.join(" ")}`,
    );
    process.exit(1);
  };
  if (!inPath("apt-get")) giveUp("There is no apt-get to install it with; please install it.");
  if (!root && !inPath("sudo")) giveUp("Installing it takes root or sudo; please install it.");

  console.log(`Installing ${names} (apt-get, once, a few minutes) …`);
  const failure =
    aptGet(["update"]) ?? aptGet(["install", "--no-install-recommends", "--", ...packages]);
  if (failure !== undefined) giveUp(`${failure}\napt-get failed (its output is above).`);

  const still = needs.filter(({ isThere }) => !isThere()).map(({ what }) => what);
  if (still.length > 0) {
    console.error(`apt-get has run, but these are still not found: ${still.join(", ")}.`);
    process.exit(1);
  }
}
