// Checks how the code is written: format and lint of JavaScript and JSON (Biome), types (tsc), format
// and lint of C++ (clang-format, clang-tidy). `--fix` writes the formats, and checks nothing else.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ROOT, run, runAll } from "./command.js";

/** Other releases format and warn differently, so they are not asked. Debian 12 has this one. */
const CLANG_TOOLS = "14";
const DEADLINE = Date.now() + 5 * 60_000;

const node = process.execPath;
const biome = [node, "node_modules/@biomejs/biome/bin/biome"];
const tsc = [node, "node_modules/typescript/bin/tsc"];

/**
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {string[]}
 */
function files(folder, pattern) {
  try {
    const names = readdirSync(join(ROOT, folder), { encoding: "utf8" });
    return names.filter((name) => pattern.test(name)).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

const cppFolders = ["wasm", "tests/core", "tests/fuzz", "bench/core"];
const cppFiles = cppFolders.flatMap((folder) => files(folder, /\.(cpp|h)$/));

/**
 * @param {string} tool
 * @returns {string | undefined} the command, when it is there in the release that counts
 */
function clangTool(tool) {
  return [`${tool}-${CLANG_TOOLS}`, tool].find((command) => {
    const version = spawnSync(command, ["--version"], { encoding: "utf8" }).stdout ?? "";
    return version.includes(`version ${CLANG_TOOLS}.`);
  });
}

/** clang-tidy on each source, as many at a time as there are cores. */
async function tidy() {
  const command = clangTool("clang-tidy");
  if (!command) return { ok: true, output: `Not run: clang-tidy ${CLANG_TOOLS} is not here.\n` };
  const configured = await run(["cmake", "--preset", "native"], { capture: true });
  if (!configured.ok) return configured;
  const sources = files("wasm", /\.cpp$/);
  let output = "";
  const worker = async () => {
    for (let source = sources.pop(); source; source = sources.pop()) {
      const args = [command, "-p", "build/native", "--quiet", source];
      const outcome = await run(args, { capture: true, deadline: DEADLINE });
      // How many warnings system headers have is of no use.
      if (!outcome.ok) output += outcome.output.replace(/^\d+ warnings.* generated\.\n/gm, "");
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return { ok: output === "", output };
}

function clangFormat(/** @type {string[]} */ ...options) {
  const command = clangTool("clang-format");
  if (command) return run([command, ...options, ...cppFiles], { capture: true });
  return { ok: true, output: `Not run: clang-format ${CLANG_TOOLS} is not here.\n` };
}

async function fix() {
  const outcomes = [
    await run([...biome, "check", "--write", "."], { capture: true }),
    await clangFormat("-i"),
  ];
  return outcomes;
}

async function check() {
  const capture = { capture: true, deadline: DEADLINE };
  return [
    await run([...biome, "check", "--error-on-warnings", "."], capture),
    await runAll(
      [
        [...tsc, "-p", "."],
        [...tsc, "-p", "shim"],
      ],
      capture,
    ),
    await clangFormat("--dry-run", "--Werror"),
    await tidy(),
  ];
}

for (const { ok, output } of await (process.argv.includes("--fix") ? fix() : check())) {
  if (!ok) process.exitCode = 1;
  if (!ok || output.startsWith("Not run")) process.stdout.write(output);
}
