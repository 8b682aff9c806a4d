// Uploads of 1 KB to 30 MB: throughput, CPU time, and the most memory that a fresh process takes for
// one of 30 MB.
import { request } from "../../tests/support/client.js";
import { peakBytes, resetPeak } from "../accounting.js";
import { chatBody, chatCall, createStore, oneLineCall } from "../calls.js";
import { lines } from "../plot.js";
import { spread, table, target } from "../report.js";
import { interleave } from "../rounds.js";
import { compare, summarize } from "../statistics.js";
import { startVariant, withVariants } from "../variants.js";
import { load } from "../wrk.js";

/** @typedef {import("../wrk.js").Load} Load */

const MB = 1 << 20;
const SIZES = [
  { size: 1024, name: "1 KB" },
  { size: 100 * 1024, name: "100 KB" },
  { size: MB, name: "1 MB" },
  { size: 10 * MB, name: "10 MB" },
  { size: 30 * MB, name: "30 MB" },
];

/** @param {string} variant @param {number} size */
function callOf(variant, size) {
  if (variant !== "sluice one-line") return chatCall("sdk", { body: chatBody(size) });
  return { ...oneLineCall(), body: chatBody(size, {}) };
}

/**
 * MB a second; one connection waits for each answer.
 * @param {number} size
 * @returns {(load: Load) => number}
 */
const throughputOf =
  (size) =>
  ({ mean }) =>
    size / MB / (mean / 1e6);

/** CPU time. @param {Load} load */
const milliseconds = ({ cpu }) => cpu / 1000;

/**
 * Makes one upload.
 *
 * @param {import("../variants.js").Variant} variant
 * @param {import("../calls.js").Call} call
 * @returns {Promise<number>} the seconds that it took
 */
async function upload(variant, call) {
  const start = performance.now();
  const headers = { ...call.headers, ...variant.headers };
  const { status, text } = await request(variant, { ...call, headers });
  if (status !== 200) throw new Error(`${variant.name} answered ${status}: ${text}`);
  return (performance.now() - start) / 1000;
}

/**
 * The most memory, in MB, that a fresh process has while three uploads of 30 MB pass.
 *
 * @param {import("../run.js").Lab} lab
 * @param {string} name
 */
async function peak(lab, name) {
  const variant = await startVariant(name, lab.source);
  try {
    await upload(variant, callOf(name, 1024));
    const call = callOf(name, 30 * MB);
    resetPeak(variant.pid);
    for (let i = 0; i < 3; ++i) await upload(variant, call);
    return peakBytes(variant.pid) / MB;
  } finally {
    await variant.close();
  }
}

/**
 * @param {import("../run.js").Lab} lab
 * @param {Record<string, import("../variants.js").Variant>} variants
 * @param {string[]} names
 * @param {number} size
 */
async function measureSize(lab, variants, names, size) {
  const store = createStore();
  try {
    const contestants = names.map((name) => {
      return { name, call: store.keep(callOf(name, size)), seconds: 0 };
    });
    for (const one of contestants) {
      // Long enough for a few answers, also of those that take a second for one.
      one.seconds = Math.max(lab.seconds, 3 * (await upload(variants[one.name], one.call)));
    }
    return await interleave(lab, contestants, ({ name, call, seconds }) =>
      load(variants[name], call, { connections: 1, seconds }),
    );
  } finally {
    store.close();
  }
}

/**
 * @param {string} sizeName
 * @param {number} size
 * @param {Record<string, Load[]>} measured
 */
function tableOf(sizeName, size, measured) {
  const rows = Object.entries(measured).map(([name, ours]) => [
    name,
    spread(summarize(ours.map(throughputOf(size))), size < MB ? 1 : 0),
    spread(compare(ours, measured.bare, throughputOf(size)).ratio(), 3),
    spread(summarize(ours.map(milliseconds)), 2),
  ]);
  const columns = [`${sizeName} over one connection`, "MB/s", "against bare", "CPU, ms a request"];
  return table(columns, rows);
}

/** @param {import("../run.js").Lab} lab @param {string[]} names */
async function measurePeaks(lab, names) {
  const contestants = names.map((name) => ({ name }));
  const peaks = await interleave(lab, contestants, ({ name }) => peak(lab, name));
  /** @param {string} name */
  const over = (name) => compare(peaks[name], peaks.bare, (one) => one).difference();
  const rows = names.map((name) => [
    name,
    spread(summarize(peaks[name]), 1),
    spread(over(name), 1),
  ]);
  return {
    text: table(["30 MB uploads", "peak memory, MB", "over bare, MB"], rows),
    over: over("sluice"),
  };
}

/** @param {import("../run.js").Lab} lab @returns {Promise<import("../run.js").Findings>} */
export async function uploads(lab) {
  const small = ["bare", "sluice", "sluice one-line"];
  const large = ["direct", "nginx", ...small, ...(lab.hasPortkey ? ["portkey"] : [])];
  const texts = [];
  const targets = [];
  /** @type {Record<string, { x: number, y: number }[]>} */
  const points = Object.fromEntries(large.slice(1).map((name) => [name, []]));
  await withVariants(large, lab.source, async (variants) => {
    for (const { size, name: sizeName } of lab.smoke ? SIZES.slice(2, 3) : SIZES) {
      const measured = await measureSize(lab, variants, size < MB ? small : large, size);
      texts.push(tableOf(sizeName, size, measured));
      for (const [name, ours] of Object.entries(measured)) {
        points[name]?.push({ x: size / 1024, y: summarize(ours.map(milliseconds)).median });
      }
      if (size < 30 * MB) continue;
      const ratio = compare(measured.sluice, measured.bare, throughputOf(size)).ratio();
      const form = { digits: 3 };
      targets.push(target("30 MB upload: throughput against bare", "≥", 0.97, ratio, form));
    }
  });
  const peaks = await measurePeaks(lab, large.slice(1));
  texts.push(peaks.text);
  const form = { unit: " MB", digits: 1 };
  targets.push(target("30 MB upload: peak memory over bare", "≤", 8, peaks.over, form));
  return {
    text: texts.join("\n"),
    targets,
    plots: {
      uploads: lines(
        "CPU time per request, ms, by the size of its body",
        "KB",
        Object.entries(points).map(([name, points]) => ({ name, points })),
        { isLogarithmic: true },
      ),
    },
  };
}
