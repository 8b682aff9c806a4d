// Runs the tests, layer by layer: `npm test` all of them, with a summary; with a layer's name
// (`npm test -- core`) only that one, to the terminal, and with what follows it passed on to the layer's runner.
import { existsSync, globSync, mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ROOT, runAll } from "./command.js";

const TIME_LIMIT = 5 * 60_000;
const jobs = String(availableParallelism());
const node = process.execPath;
const buildCore = [node, "tools/build-core.js"];

const buildFaultyCore = [
  ["cmake", "--preset", "wasm"],
  ["cmake", "--build", "--preset", "wasm", "--target", "core_faulty"],
];

/**
 * @param {string} pattern
 * @returns {string[]}
 */
const find = (pattern) => globSync(pattern, { cwd: ROOT }).sort();

/** @typedef {(args: string[]) => string[][]} Layer commands, given the user's arguments */

/**
 * Tests in JavaScript. One file at a time: some measure time.
 * @param {string} folder
 * @returns {Layer}
 */
const nodeTests = (folder) => (args) => {
  const chosen = args.some((arg) => !arg.startsWith("-"));
  const tests = chosen ? [] : find(`tests/${folder}/*.test.js`);
  if (!chosen && tests.length === 0) return [];
  const options = ["--test-reporter=spec", "--test-concurrency=1", "--test-timeout=120000"];
  return [buildCore, [node, "--test", ...options, ...args, ...tests]];
};

/** @type {Layer} */
const core = (args) => {
  if (find("tests/core/*.cpp").length === 0) return [];
  return [
    ["cmake", "--preset", "native"],
    ["cmake", "--build", "--preset", "native", "--parallel", jobs],
    ["ctest", "--preset", "native", ...args],
  ];
};

/** A short run with a fixed seed: the same inputs each time. @type {Layer} */
const fuzz = (args) => {
  const names = find("tests/fuzz/*_fuzz.cpp").map((path) => path.slice(11, -4));
  if (names.length === 0) return [];
  const options = args.length > 0 ? args : ["-runs=20000", "-max_total_time=20", "-seed=1"];
  const artifacts = "-artifact_prefix=build/fuzz/";
  // libFuzzer writes what it finds into the first folder; it starts from the others.
  const found = join(ROOT, "build/fuzz/corpus");
  rmSync(found, { recursive: true, force: true });
  mkdirSync(found, { recursive: true });
  const corpus = existsSync(join(ROOT, "tests/cases")) ? ["tests/cases"] : [];
  return [
    ["cmake", "--preset", "fuzz"],
    ["cmake", "--build", "--preset", "fuzz", "--parallel", jobs],
    ...names.map((name) => [
      `build/fuzz/tests/fuzz/${name}`,
      ...options,
      artifacts,
      found,
      ...corpus,
    ]),
  ];
};

/** Everything that the bench measures, but for a moment only: that it works. @type {Layer} */
const bench = (args) => [[node, "bench/run.js", "--smoke", ...args]];

/** @type {Record<string, Layer>} in the order in which they run */
const LAYERS = {
  lint: (args) => [[node, "tools/lint.js", ...args]],
  core,
  fuzz,
  wasm: () => [[...buildCore, "--verify"]],
  notices: () => [[node, "tools/notices.js", "--check"]],
  cases: nodeTests("cases"),
  docs: nodeTests("docs"),
  check: nodeTests("check"),
  worker: (args) => [...buildFaultyCore, ...nodeTests("worker")(args)],
  ship: nodeTests("ship"),
  clients: nodeTests("clients"),
  browser: nodeTests("browser"),
  bench,
};

/** @param {string} output @returns {string} how much was tested, as far as the runners say */
function counts(output) {
  const notes = [];
  const ctest = output.match(/tests failed out of (\d+)/);
  const tests = ctest ?? output.match(/^ℹ tests (\d+)/m);
  if (tests) notes.push(`${tests[1]} tests`);
  const skipped = output.match(/^ℹ skipped ([1-9]\d*)/m);
  if (skipped) notes.push(`${skipped[1]} skipped`);
  notes.push(...(output.match(/^Not (run|compared).*/gm) ?? []));
  return notes.join(", ");
}

async function runAllLayers() {
  const started = Date.now();
  const failed = [];
  for (const [name, layer] of Object.entries(LAYERS)) {
    const start = Date.now();
    const commands = layer([]);
    const outcome = await runAll(commands, { capture: true, deadline: start + TIME_LIMIT });
    const seconds = `${((Date.now() - start) / 1000).toFixed(1)} s`;
    const ok = outcome.ok && commands.length > 0; // a layer without tests proves nothing
    const verdict = ok ? "ok" : "FAILED";
    console.log(
      `${name.padEnd(9)}${verdict.padEnd(9)}${seconds.padStart(8)}  ${counts(outcome.output)}`.trimEnd(),
    );
    if (ok) continue;
    failed.push(name);
    console.log(`\n${outcome.output.trimEnd()}\n`);
  }
  const minutes = `${((Date.now() - started) / 1000).toFixed(0)} s`;
  if (failed.length === 0) console.log(`\nAll layers pass (${minutes}).`);
  else console.log(`\nFailed: ${failed.join(", ")} (${minutes}). One alone: npm test -- <layer>`);
  return failed.length === 0;
}

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  process.exitCode = (await runAllLayers()) ? 0 : 1;
} else if (LAYERS[name]) {
  const { ok } = await runAll(LAYERS[name](args), { capture: false });
  process.exitCode = ok ? 0 : 1;
} else {
  console.error(`No layer "${name}"; there are ${Object.keys(LAYERS).join(", ")}.`);
  process.exitCode = 1;
}
