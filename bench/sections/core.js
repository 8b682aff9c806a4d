// The core alone: nanoseconds and allocations of each decision, natively and as WebAssembly.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCore } from "../../shim/core.js";
import { ROOT } from "../../tests/support/bundle.js";
import { runAll } from "../../tools/command.js";
import { coreCases, coreModule } from "../core/cases.js";
import { number, spread, table, target } from "../report.js";
import { interleave } from "../rounds.js";
import { summarize } from "../statistics.js";

/** @typedef {import("../core/cases.js").Case} Case */

/** Google Benchmark's run of each decision. @typedef {{ name: string, cpu_time: number, allocations: number }} NativeRun */

/**
 * @param {import("../run.js").Lab} lab
 * @param {Case[]} cases
 * @returns {Promise<Map<string, NativeRun[]>>} by "case/decision"
 */
async function measureNatively(lab, cases) {
  const built = await runAll(
    [
      ["cmake", "--preset", "bench"],
      ["cmake", "--build", "--preset", "bench"],
    ],
    { capture: true },
  );
  if (!built.ok) throw new Error(`The core's benchmarks do not build:\n${built.output}`);
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-core-"));
  try {
    for (const { name, environment, head, body, response } of cases) {
      mkdirSync(join(folder, name));
      const files = { environment: JSON.stringify(environment), head, body, response };
      for (const [file, text] of Object.entries(files))
        writeFileSync(join(folder, name, file), text);
    }
    const run = spawnSync(
      join(ROOT, "build/bench/bench/core/core_bench"),
      [
        folder,
        "--benchmark_format=json",
        `--benchmark_min_time=${lab.smoke ? 0.001 : 0.05}`,
        `--benchmark_repetitions=${lab.rounds}`,
        "--benchmark_enable_random_interleaving=true",
      ],
      { encoding: "utf8", maxBuffer: 1 << 26 },
    );
    if (run.status !== 0) throw new Error(`core_bench failed:\n${run.stderr}${run.stdout}`);
    // NaN is no JSON: how much counts vary that are all 0.
    const { benchmarks } = JSON.parse(run.stdout.replaceAll(": NaN", ": null"));
    /** @type {NativeRun[]} */
    const runs = benchmarks.filter((/** @type {any} */ one) => one.run_type === "iteration");
    return Map.groupBy(runs, ({ name }) => name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {number} milliseconds
 * @param {() => void} call
 * @returns {number} nanoseconds a call
 */
function time(milliseconds, call) {
  let calls = 0;
  const start = process.hrtime.bigint();
  const end = start + BigInt(milliseconds) * 1_000_000n;
  let now = start;
  while (now < end) {
    for (let i = 0; i < 1000; ++i) call();
    calls += 1000;
    now = process.hrtime.bigint();
  }
  return Number(now - start) / calls;
}

/**
 * The decisions of a case in WebAssembly: `inside`, with the input in its memory already, and
 * `whole`, as the shim calls it, with text going in and coming out.
 *
 * @param {Case} input
 */
function decisionsInWasm({ name, environment, head, body, response }) {
  const core = createCore(coreModule(), environment);
  const instance = new WebAssembly.Instance(coreModule());
  const exports = /** @type {import("../../shim/core.js").CoreExports} */ (
    /** @type {unknown} */ (instance.exports)
  );
  exports._initialize();
  /** @param {string} text */
  const put = (text) => {
    const bytes = new TextEncoder().encode(text);
    const address = exports.sluice_reserve(bytes.length);
    new Uint8Array(exports.memory.buffer, address, bytes.length).set(bytes);
    return bytes.length;
  };
  if (exports.sluice_configure(put(JSON.stringify(environment))) !== 0) throw new Error(name);
  const bodyBytes = new TextEncoder().encode(body);
  /** @param {string} decision @param {() => number} prepare @param {(length: number) => number} inside @param {() => unknown} whole */
  const decision = (decision, prepare, inside, whole) => ({
    name: `${name}/${decision}`,
    prepare,
    inside,
    whole,
  });
  const decisions = [
    decision(
      "plan",
      () => put(head),
      exports.sluice_plan,
      () => core.plan(head),
    ),
    decision(
      "judge",
      () => put(response),
      exports.sluice_judge,
      () => core.judge(response),
    ),
  ];
  if (body !== "") {
    const inside = (/** @type {number} */ length) =>
      exports.sluice_plan_body(length - bodyBytes.length, bodyBytes.length);
    const whole = () => core.planBody(head, bodyBytes);
    decisions.push(decision("plan_body", () => put(head + body), inside, whole));
  }
  return decisions;
}

/** @param {import("../run.js").Lab} lab @returns {Promise<import("../run.js").Findings>} */
export async function core(lab) {
  const cases = coreCases();
  const native = await measureNatively(lab, cases);
  const decisions = cases.flatMap(decisionsInWasm);
  const duration = lab.smoke ? 1 : 40;
  const inWasm = await interleave(lab, decisions, async ({ name, prepare, inside, whole }) => {
    const length = prepare();
    if (inside(length) !== 0) throw new Error(`${name}: the core did not understand its input`);
    return { inside: time(duration, () => inside(length)), whole: time(duration, whole) };
  });
  let most = 0; // of plan and judge
  const rows = decisions.map(({ name }) => {
    const runs = native.get(name) ?? [];
    const allocations = Math.max(...runs.map((run) => run.allocations));
    if (!name.endsWith("/plan_body")) most = Math.max(most, allocations);
    return [
      name.replace("/", ": "),
      spread(summarize(runs.map((run) => run.cpu_time))),
      number(allocations),
      spread(summarize(inWasm[name].map(({ inside }) => inside))),
      spread(summarize(inWasm[name].map(({ whole }) => whole))),
    ];
  });
  const plan = summarize(inWasm["SDK/plan"].map(({ inside }) => inside / 1000));
  return {
    text: table(
      ["decision", "native, ns", "allocations", "WebAssembly, ns", "with text in and out, ns"],
      rows,
    ),
    targets: [
      target("plan in WebAssembly, 24 headers", "≤", 1.5, plan, { unit: " µs" }),
      target("allocations of plan and judge", "≤", 0, most, { digits: 0 }),
    ],
  };
}
