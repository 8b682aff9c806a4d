// Memory over a million requests, fetched through the gateway that holds keys.
import { peakBytes, resetPeak } from "../accounting.js";
import { chatCall } from "../calls.js";
import { number, table, target } from "../report.js";
import { ACCESS_KEY, withVariants } from "../variants.js";
import { load } from "../wrk.js";

const MB = 1 << 20;

/** @param {import("../run.js").Lab} lab @returns {Promise<import("../run.js").Findings>} */
export async function memory(lab) {
  const total = lab.smoke ? 100 : 1_000_000;
  const { headers } = chatCall("browser", { key: ACCESS_KEY });
  const { authorization, origin } = headers;
  // As light as a call can be that goes all the way: there are many.
  const call = lab.store.keep({
    method: "GET",
    path: "/v1/models",
    headers: { authorization, origin },
    body: "",
  });
  const gateway = "sluice with keys";
  return withVariants([gateway], lab.upstream, async (variants) => {
    const { pid } = variants[gateway];
    /** @type {{ done: number, resident: number }[]} */
    const points = [];
    let done = 0;
    while (done < total) {
      const size = { connections: 32, seconds: lab.smoke ? lab.seconds : 5 };
      resetPeak(pid);
      done += (await load(variants[gateway], call, size)).requests;
      points.push({ done, resident: peakBytes(pid) / MB });
    }
    /** @param {number} from @param {number} to shares of the requests */
    const most = (from, to) => {
      const within = points.filter(({ done: at }) => at > from * done && at <= to * done);
      return Math.max(...(within.length > 0 ? within : points).map(({ resident }) => resident));
    };
    const quarters = [0, 0.25, 0.5, 0.75].map((from) => ({ from, mb: most(from, from + 0.25) }));
    const growth = most(0.75, 1) / most(0.25, 0.5);
    return {
      text: table(
        ["requests", "most resident memory, MB"],
        quarters.map(({ from, mb }) => [
          `${number(from * done)} to ${number((from + 0.25) * done)}`,
          number(mb, 1),
        ]),
      ),
      targets: [
        target(
          `${number(done)} requests: memory in the last quarter against the second`,
          "≤",
          1.05,
          growth,
        ),
      ],
    };
  });
}
