// Streams of events: when the first one comes, how far the gaps between them shift, and what an
// event costs while 1 to 1,000 streams are open.
import { setTimeout as delay } from "node:timers/promises";
import { cpuNanoseconds } from "../accounting.js";
import { bars, lines } from "../plot.js";
import { number, spread, table, target } from "../report.js";
import { interleave } from "../rounds.js";
import { compare, percentile, summarize } from "../statistics.js";
import { openStream, readStream, streamCall } from "../streams.js";
import { ACCESS_KEY, withVariants } from "../variants.js";

const NAMES = ["direct", "nginx", "bare", "swap", "sluice", "sluice with keys", "portkey"];

/**
 * Times in ms: of the way there and back, without what the source takes; by how much a gap between
 * two events differs from that between their writing.
 * @typedef {{ first: number, shift: number, shift99: number }} Pace
 */

/**
 * Reads some short streams, one after the other.
 *
 * @param {import("../variants.js").Variant} variant
 * @param {number} streams
 * @returns {Promise<Pace>}
 */
async function pace(variant, streams) {
  const call = streamCall(10, 10, variant.name === "sluice with keys" ? ACCESS_KEY : undefined);
  /** @type {number[]} */
  const firsts = [];
  /** @type {number[]} */
  const shifts = [];
  for (let i = 0; i < streams; ++i) {
    const events = await readStream(variant, call);
    if (events.length !== 10) throw new Error(`${variant.name} passed ${events.length} events on`);
    const [first, ...others] = events;
    firsts.push(first.arrived - first.sent + first.received - first.written);
    others.forEach(({ written, received }, j) => {
      const before = events[j];
      shifts.push(Math.abs(received - before.received - (written - before.written)));
    });
  }
  return {
    first: percentile(firsts, 0.5),
    shift: percentile(shifts, 0.5),
    shift99: percentile(shifts, 0.99),
  };
}

/**
 * CPU time of an event, in µs, while so many streams are open. Only of events: it is taken when all
 * the streams are under way, and before any ends.
 *
 * @param {import("../run.js").Lab} lab
 * @param {import("../variants.js").Variant} variant
 * @param {number} count
 */
async function costOfEvent(lab, variant, count) {
  // About 2,000 events a second, but for a single stream, as timers have a resolution of 1 ms.
  const call = streamCall(1e9, Math.max(1, count / 2));
  let events = 0;
  const streams = await Promise.all(
    Array.from({ length: count }, async () => {
      const begun = Promise.withResolvers();
      const stream = await openStream(variant, call, () => {
        events += 1;
        begun.resolve(undefined);
      });
      await Promise.race([begun.promise, stream.ended]);
      return stream;
    }),
  );
  const [cpuBefore, eventsBefore] = [cpuNanoseconds(variant.pid), events];
  await delay(lab.seconds * 1000);
  const cost = (cpuNanoseconds(variant.pid) - cpuBefore) / (events - eventsBefore) / 1000;
  for (const stream of streams) stream.close();
  await Promise.all(streams.map(({ ended }) => ended));
  await lab.source.idle();
  return cost;
}

/** @typedef {Record<string, import("../variants.js").Variant>} Variants by name */

/**
 * @param {import("../run.js").Lab} lab
 * @param {Variants} variants
 * @returns {Promise<import("../run.js").Findings>}
 */
async function measurePaces(lab, variants) {
  const names = Object.keys(variants);
  const paces = await interleave(lab, Object.values(variants), (variant) =>
    pace(variant, lab.smoke ? 1 : 6),
  );
  /** @param {string} name @param {keyof Pace} figure */
  const own = (name, figure) => summarize(paces[name].map((one) => one[figure]));
  /** @param {string} a @param {string} b @param {keyof Pace} figure */
  const added = (a, b, figure) => compare(paces[a], paces[b], (one) => one[figure]).difference();
  const columns = [
    "variant",
    "first event, ms",
    "over bare",
    "shift of a gap, ms",
    "over bare",
    "99 % of shifts, ms",
  ];
  const rows = names.map((name) => [
    name,
    spread(own(name, "first"), 2),
    spread(added(name, "bare", "first"), 2),
    spread(own(name, "shift"), 3),
    spread(added(name, "bare", "shift"), 3),
    spread(own(name, "shift99"), 2),
  ]);
  const first = added("sluice", "bare", "first");
  const shift = added("sluice", "bare", "shift");
  const form = { unit: " ms", digits: 3 };
  const targets = [
    target("streams: first event over bare", "≤", 0.1, first, form),
    target("streams: shift of a gap over bare", "≤", 0.1, shift, form),
  ];
  if (lab.hasPortkey) {
    const overPortkey = added("sluice", "portkey", "first");
    targets.push(target("streams: first event over portkey", "≤", 0, overPortkey, form));
  }
  return {
    text: table(columns, rows),
    targets,
    plots: {
      "first-event": bars(
        "First event of a stream, ms from the request, without what the upstream takes",
        names.map((name) => ({ name, summary: own(name, "first") })),
      ),
    },
  };
}

/**
 * @param {import("../run.js").Lab} lab
 * @param {Variants} variants
 * @returns {Promise<import("../run.js").Findings>}
 */
async function measureCrowds(lab, variants) {
  const names = ["nginx", "bare", "sluice"];
  const contestants = names.map((name) => variants[name]);
  const rows = [];
  const targets = [];
  /** @type {Record<string, { x: number, y: number }[]>} */
  const points = Object.fromEntries(names.map((name) => [name, []]));
  for (const count of lab.smoke ? [4, 100] : [1, 10, 100, 1000]) {
    const costs = await interleave(lab, contestants, (variant) => costOfEvent(lab, variant, count));
    const own = names.map((name) => summarize(costs[name]));
    for (const [i, name] of names.entries()) points[name].push({ x: count, y: own[i].median });
    const ratio = compare(costs.sluice, costs.bare, (one) => one).ratio();
    rows.push([number(count), ...own.map((one) => spread(one, 1)), spread(ratio, 3)]);
    if (count !== 100) continue;
    targets.push(target("100 streams: CPU of an event against bare", "≤", 1.1, ratio));
  }
  const columns = ["streams at once", ...names, "sluice against bare"];
  return {
    text: `CPU time of an event, µs:\n\n${table(columns, rows)}`,
    targets,
    plots: {
      streams: lines(
        "CPU time per event, µs, by the number of streams at once",
        "streams",
        names.map((name) => ({ name, points: points[name] })),
      ),
    },
  };
}

/** @param {import("../run.js").Lab} lab @returns {Promise<import("../run.js").Findings>} */
export async function streams(lab) {
  const names = NAMES.filter((name) => lab.hasPortkey || name !== "portkey");
  return withVariants(names, lab.source, async (variants) => {
    const paces = await measurePaces(lab, variants);
    const crowds = await measureCrowds(lab, variants);
    return {
      text: `${paces.text}\n${crowds.text}`,
      targets: [...paces.targets, ...crowds.targets],
      plots: { ...paces.plots, ...crowds.plots },
    };
  });
}
