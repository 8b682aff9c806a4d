// Start: from the spawn of workerd to the first response, fetched through it.
import { request } from "../../tests/support/client.js";
import { chatCall } from "../calls.js";
import { spread, table, target } from "../report.js";
import { interleave, thorough } from "../rounds.js";
import { compare, summarize } from "../statistics.js";
import { ACCESS_KEY, startVariant } from "../variants.js";

const NAMES = ["bare", "swap", "sluice", "sluice with keys"];

/** @param {import("../run.js").Lab} lab @param {string} name */
async function firstResponse(lab, name) {
  const call = chatCall("sdk", name === "sluice with keys" ? { key: ACCESS_KEY } : {});
  const start = performance.now();
  const variant = await startVariant(name, lab.upstream);
  try {
    const { status } = await request(variant, call);
    if (status !== 200) throw new Error(`${name} answered ${status}`);
    return performance.now() - start;
  } finally {
    await variant.close();
  }
}

/** @param {import("../run.js").Lab} lab @returns {Promise<import("../run.js").Findings>} */
export async function start(lab) {
  const contestants = NAMES.map((name) => ({ name }));
  const times = await interleave(thorough(lab), contestants, ({ name }) =>
    firstResponse(lab, name),
  );
  /** @param {string} name */
  const over = (name) => compare(times[name], times.bare, (one) => one).difference();
  return {
    text: table(
      ["variant", "to the first response, ms", "over bare, ms"],
      NAMES.map((name) => [name, spread(summarize(times[name]), 1), spread(over(name), 1)]),
    ),
    targets: [
      target("spawn to first response over bare", "≤", 3, over("sluice"), {
        unit: " ms",
        digits: 1,
      }),
    ],
  };
}
