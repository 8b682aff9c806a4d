// How the CPU time of a request grows with access keys, allowed origins and headers.
import { chatCall } from "../calls.js";
import { assertPasses } from "../check.js";
import { keysEnv, lastKey, originsEnv } from "../lists.js";
import { lines } from "../plot.js";
import { number, spread, table, target } from "../report.js";
import { interleave, thorough } from "../rounds.js";
import { compare, summarize } from "../statistics.js";
import { startSluice, withVariants } from "../variants.js";
import { load } from "../wrk.js";

/** @typedef {import("../calls.js").Call} Call */
/** @typedef {{ name: string, count: number, call: Call, variant: import("../variants.js").Variant }} Contestant */

const KEYS = [1, 100, 10_000];
const ORIGINS = [1, 30, 1000];
const HEADERS = [5, 24, 100];

/**
 * An SDK's call with so many headers, Host and Content-Length among them.
 * @param {number} count
 */
function callWithHeaders(count) {
  const call = chatCall("sdk");
  const { authorization, "content-type": type, "user-agent": agent, ...others } = call.headers;
  const filler = Array.from({ length: count }, (_, i) => [`x-custom-${i}`, `value of header ${i}`]);
  const more = [...Object.entries(others), ...filler].slice(0, count - 5);
  const first = { authorization, "content-type": type, "user-agent": agent };
  return { ...call, headers: { ...first, ...Object.fromEntries(more) } };
}

/**
 * @param {import("../run.js").Lab} lab
 * @param {Contestant[]} contestants
 */
async function measure(lab, contestants) {
  const stored = contestants.map((one) => ({ ...one, call: lab.store.keep(one.call) }));
  for (const { variant, call } of stored) await assertPasses(variant, call);
  return interleave(lab, stored, ({ variant, call }) =>
    load(variant, call, { connections: 16, seconds: lab.seconds }),
  );
}

/**
 * Measures Sluice with one setting of several sizes.
 *
 * @param {import("../run.js").Lab} lab
 * @param {number[]} counts
 * @param {(count: number) => Record<string, string>} env
 * @param {(count: number) => Call} call
 */
async function measureSettings(lab, counts, env, call) {
  const servers = await Promise.all(counts.map((count) => startSluice(lab.upstream, env(count))));
  const holdsKeys = "OPENAI_API_KEY" in env(1);
  try {
    const contestants = counts.map((count, i) => ({
      name: String(count),
      count,
      call: call(count),
      variant: { ...servers[i], name: holdsKeys ? "sluice with keys" : "sluice" },
    }));
    return await measure(thorough(lab), contestants);
  } finally {
    await Promise.all(servers.map(({ close }) => close()));
  }
}

/**
 * @param {string} what
 * @param {number[]} counts
 * @param {Record<string, import("../wrk.js").Load[]>} measured by count
 */
function tableOf(what, counts, measured) {
  const rows = counts.map((count) => {
    const ours = measured[count];
    const ratio = compare(ours, measured[counts[0]], ({ cpu }) => cpu).ratio();
    return [number(count), spread(summarize(ours.map(({ cpu }) => cpu)), 1), spread(ratio, 3)];
  });
  return table([what, "CPU, µs a request", `against ${counts[0]}`], rows);
}

/** @param {import("../run.js").Lab} lab @returns {Promise<import("../run.js").Findings>} */
export async function growth(lab) {
  const keys = await measureSettings(lab, KEYS, keysEnv, (count) =>
    chatCall("sdk", { key: lastKey(count) }),
  );
  const origins = await measureSettings(lab, ORIGINS, originsEnv, () => chatCall("browser"));
  const headers = await withVariants(["bare", "sluice"], lab.upstream, ({ bare, sluice }) =>
    measure(
      lab,
      HEADERS.flatMap((count) =>
        [bare, sluice].map((variant) => {
          const call = callWithHeaders(count);
          return { name: `${variant.name} ${count}`, count, call, variant };
        }),
      ),
    ),
  );
  const headerRows = HEADERS.map((count) => {
    const [bare, sluice] = [headers[`bare ${count}`], headers[`sluice ${count}`]];
    return [
      number(count),
      spread(summarize(bare.map(({ cpu }) => cpu)), 1),
      spread(summarize(sluice.map(({ cpu }) => cpu)), 1),
      spread(compare(sluice, bare, ({ cpu }) => cpu).difference(), 1),
    ];
  });
  /** @param {Record<string, import("../wrk.js").Load[]>} measured @param {number} most */
  const ratio = (measured, most) => compare(measured[most], measured[1], ({ cpu }) => cpu).ratio();
  const form = { digits: 3 };
  const text = [
    tableOf("access keys", KEYS, keys),
    tableOf("allowed origins", ORIGINS, origins),
    table(
      ["headers", "bare: CPU, µs a request", "sluice: CPU, µs a request", "sluice over bare, µs"],
      headerRows,
    ),
  ].join("\n");
  return {
    text,
    targets: [
      target("10,000 access keys against 1: CPU a request", "≤", 1.02, ratio(keys, 10_000), form),
      target(
        "1,000 allowed origins against 1: CPU a request",
        "≤",
        1.02,
        ratio(origins, 1000),
        form,
      ),
    ],
    plots: {
      headers: lines(
        "CPU time per request, µs, by the number of headers",
        "headers",
        ["bare", "sluice"].map((name) => ({
          name,
          points: HEADERS.map((x) => ({
            x,
            y: summarize(headers[`${name} ${x}`].map(({ cpu }) => cpu)).median,
          })),
        })),
      ),
    },
  };
}
