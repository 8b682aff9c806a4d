// What the core is measured with: the heads of calls.js, as the shim hands them over.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createCore } from "../../shim/core.js";
import { requestHead } from "../../shim/heads.js";
import { ROOT } from "../../tests/support/bundle.js";
import { chatCall, oneLineCall } from "../calls.js";
import { keysEnv, lastKey } from "../lists.js";
import { ACCESS_KEY, KEYS, UPSTREAM_KEY } from "../variants.js";

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {Record<string, string>} environment
 * @property {string} head for plan
 * @property {string} body for plan_body; empty if the core does not ask for it
 * @property {string} response for judge
 */

/** @type {{ name: string, environment: Record<string, string>, call: import("../calls.js").Call }[]} */
const CALLS = [
  { name: "SDK", environment: {}, call: chatCall("sdk") },
  { name: "browser", environment: {}, call: chatCall("browser") },
  { name: "SDK, keys", environment: KEYS, call: chatCall("sdk", { key: ACCESS_KEY }) },
  { name: "browser, keys", environment: KEYS, call: chatCall("browser", { key: ACCESS_KEY }) },
  {
    name: "SDK, 10,000 keys",
    environment: keysEnv(10_000),
    call: chatCall("sdk", { key: lastKey(10_000) }),
  },
  {
    name: "one-line",
    environment: { OPENAI_API_KEY: UPSTREAM_KEY, ACCESS: "open" },
    call: oneLineCall(),
  },
];

/** Of the upstream's response. */
const RESPONSE = { "content-type": "application/json", "x-request-id": "req_0123456789abcdef" };

export const coreModule = () =>
  new WebAssembly.Module(new Uint8Array(readFileSync(join(ROOT, "shim/core.wasm"))));

/** @returns {Case[]} */
export function coreCases() {
  const module = coreModule();
  return CALLS.map(({ name, environment, call }) => {
    const core = createCore(module, environment);
    if (core.problems !== "") throw new Error(`${name}: ${core.problems}`);
    const headers = {
      ...call.headers,
      host: "gateway.example.com",
      "content-length": String(call.body.length),
    };
    const url = `https://gateway.example.com${call.path}`;
    const { head } = requestHead(core, new Request(url, { method: "POST", headers }));
    const body = core.plan(head).startsWith("read\n") ? call.body : "";
    const plan =
      body === "" ? core.plan(head) : core.planBody(head, new TextEncoder().encode(body));
    const [verb, , , context] = plan.split("\n");
    if (verb !== "forward") throw new Error(`${name}: the core's plan is ${plan}`);
    let response = `${context}\n200\n`;
    for (const [field, value] of Object.entries(RESPONSE)) {
      if (core.responseHeaders.includes(field)) response += `${field}\n${value}\n`;
    }
    return { name, environment, head, body, response };
  });
}
