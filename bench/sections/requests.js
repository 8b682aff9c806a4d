// Requests per second, CPU time and latency: a chat completion of 1 KB over 1, 16 and 64 keep-alive
// connections, called by an SDK, by a browser's page, and through the one-line endpoint.
import { chatCall, oneLineCall } from "../calls.js";
import { assertPasses } from "../check.js";
import { bars } from "../plot.js";
import { spread, table, target } from "../report.js";
import { interleave, thorough } from "../rounds.js";
import { compare, summarize } from "../statistics.js";
import { ACCESS_KEY, withVariants } from "../variants.js";
import { load } from "../wrk.js";

/** @typedef {Record<string, import("../wrk.js").Load[]>} Measured by "kind: variant" */

/** @typedef {"SDK" | "browser" | "one-line"} Kind of call */

/** Who is measured with which. @type {Record<Kind, string[]>} */
const KINDS = {
  SDK: ["direct", "nginx", "bare", "swap", "sluice", "sluice with keys", "portkey"],
  browser: ["bare", "swap", "sluice", "sluice with keys"],
  "one-line": ["bare", "sluice one-line"],
};

/**
 * @param {Kind} kind
 * @param {string} variant
 */
function callOf(kind, variant) {
  if (kind === "one-line") return oneLineCall();
  const caller = kind === "SDK" ? "sdk" : "browser";
  return chatCall(caller, variant === "sluice with keys" ? { key: ACCESS_KEY } : {});
}

const COLUMNS = [
  "variant",
  "requests/s",
  "against bare",
  "CPU, µs a request",
  "over bare, µs",
  "p50 over direct, µs",
  "p99 over direct, µs",
];

/**
 * @param {Measured} measured
 * @param {Kind} kind
 */
function tableOf(measured, kind) {
  const direct = measured["SDK: direct"];
  const bare = measured[`${kind}: bare`];
  const rows = KINDS[kind].flatMap((name) => {
    const ours = measured[`${kind}: ${name}`];
    if (ours === undefined) return [];
    /** @param {"perSecond" | "cpu"} figure @param {number} digits */
    const own = (figure, digits) => spread(summarize(ours.map((one) => one[figure])), digits);
    return [
      [
        name,
        own("perSecond", 0),
        spread(compare(ours, bare, (one) => one.perSecond).ratio(), 3),
        own("cpu", 1),
        spread(compare(ours, bare, (one) => one.cpu).difference(), 1),
        spread(compare(ours, direct, (one) => one.p50).difference()),
        spread(compare(ours, direct, (one) => one.p99).difference()),
      ],
    ];
  });
  return table(COLUMNS, rows);
}

/** @typedef {[kind: Kind, ours: string, theirs: string, goal: number]} Goal */

/** What requests per second must be at least, as a ratio. @type {Goal[]} */
const RATE_GOALS = [
  ["SDK", "sluice", "bare", 0.95],
  ["SDK", "sluice", "swap", 1.02],
  ["SDK", "sluice", "portkey", 2],
  ["browser", "sluice", "bare", 0.92],
  ["browser", "sluice", "swap", 0.98],
];

/** What CPU time may be at most, in µs a request more. @type {Goal[]} */
const CPU_GOALS = [
  ["SDK", "sluice", "bare", 12],
  ["browser", "sluice", "bare", 20],
  ["SDK", "sluice with keys", "sluice", 4],
  ["browser", "sluice with keys", "sluice", 4],
];

/** @param {Measured} measured over the most connections */
function targetsOf(measured) {
  /** @param {Goal} goal */
  const isMeasured = ([kind, , theirs]) => measured[`${kind}: ${theirs}`] !== undefined;
  /** @param {Goal} goal @param {"perSecond" | "cpu"} figure */
  const compared = ([kind, ours, theirs], figure) =>
    compare(measured[`${kind}: ${ours}`], measured[`${kind}: ${theirs}`], (one) => one[figure]);
  const rates = RATE_GOALS.filter(isMeasured).map((goal) => {
    const [kind, ours, theirs, least] = goal;
    const what = `${kind}: requests/s, ${ours} against ${theirs}`;
    return target(what, "≥", least, compared(goal, "perSecond").ratio(), { digits: 3 });
  });
  const costs = CPU_GOALS.map((goal) => {
    const [kind, ours, theirs, most] = goal;
    const what = `${kind}: CPU a request, ${ours} over ${theirs}`;
    return target(what, "≤", most, compared(goal, "cpu").difference(), { unit: " µs", digits: 1 });
  });
  return [...rates, ...costs];
}

/** @param {Measured} measured */
function plotsOf(measured) {
  // Without nginx, beside which no Worker can be told from another.
  const names = KINDS.SDK.slice(2).filter((name) => measured[`SDK: ${name}`]);
  /** @param {"perSecond" | "cpu"} figure */
  const shown = (figure) =>
    names.map((name) => ({
      name,
      summary: summarize(measured[`SDK: ${name}`].map((one) => one[figure])),
    }));
  return {
    requests: bars("Requests per second, an SDK's call over 64 connections", shown("perSecond")),
    cpu: bars("CPU time per request, µs, an SDK's call over 64 connections", shown("cpu")),
  };
}

/** @param {Kind} kind @param {number} connections */
function titleOf(kind, connections) {
  const callers = { SDK: "An SDK's calls", browser: "A browser's calls", "one-line": "`POST /`" };
  return `${callers[kind]} over ${connections} connection${connections === 1 ? "" : "s"}:`;
}

/** @param {import("../run.js").Lab} lab @returns {Promise<import("../run.js").Findings>} */
export async function requests(lab) {
  const kinds = /** @type {Kind[]} */ (Object.keys(KINDS));
  const contestants = kinds.flatMap((kind) =>
    KINDS[kind]
      .filter((name) => lab.hasPortkey || name !== "portkey")
      .map((variant) => {
        const call = lab.store.keep(callOf(kind, variant));
        return { name: `${kind}: ${variant}`, kind, variant, call };
      }),
  );
  const names = contestants.map(({ variant }) => variant);
  return withVariants(names, lab.upstream, async (variants) => {
    for (const { variant, call } of contestants) await assertPasses(variants[variant], call);
    const sizes = lab.smoke ? [2] : [1, 16, 64];
    const texts = [];
    /** @type {Measured} */
    let measured = {};
    for (const connections of sizes) {
      // The targets are for many connections. With few, one kind of call shows what waiting adds.
      const isLast = connections === sizes.at(-1);
      const here = contestants.filter(({ kind }) => isLast || kind === "SDK");
      measured = await interleave(isLast ? thorough(lab) : lab, here, ({ variant, call }) =>
        load(variants[variant], call, { connections, seconds: lab.seconds }),
      );
      for (const kind of new Set(here.map((one) => one.kind))) {
        texts.push(`${titleOf(kind, connections)}\n\n${tableOf(measured, kind)}`);
      }
    }
    return { text: texts.join("\n"), targets: targetsOf(measured), plots: plotsOf(measured) };
  });
}
