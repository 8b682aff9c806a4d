// Calls with keys: what the upstream gets of them, or how they are refused.
import assert from "node:assert/strict";
import { request } from "./client.js";

/** @typedef {Awaited<ReturnType<typeof import("./pair.js").startPair>>} Pair */

const POST = { method: "POST", path: "/v1/chat/completions", body: '{"model":"gpt-4o"}' };

/**
 * What the upstream gets as Authorization of a call that passes.
 * @param {Pair} pair
 * @param {import("../support/client.js").Call["headers"]} [headers]
 * @param {object} [call]
 */
export async function keySent({ gateway, upstream }, headers = {}, call = {}) {
  const before = upstream.requests.length;
  const { status, text } = await request(gateway, { ...POST, ...call, headers });
  assert.equal(status, 200, text);
  assert.equal(upstream.requests.length, before + 1);
  const { head } = upstream.last();
  assert.ok(!head.bytes.includes("ak-"), `an access key went upstream: ${head.bytes}`);
  return head.value("authorization");
}

/**
 * @param {Pair} pair
 * @param {import("../support/client.js").Call["headers"]} headers
 * @param {number} status
 * @param {string} code
 * @param {object} [call]
 */
export async function assertRefused({ gateway, upstream }, headers, status, code, call = {}) {
  const before = upstream.requests.length;
  const response = await request(gateway, { ...POST, ...call, headers });
  assert.equal(response.status, status, response.text);
  assert.equal(response.value("x-sluice-error"), code);
  assert.equal(response.value("x-should-retry"), "false");
  assert.deepEqual(response.json().error.code, code);
  assert.equal(upstream.requests.length, before, "nothing reaches the upstream");
  return response;
}

/** @param {string} key */
export const bearer = (key) => ({ authorization: `Bearer ${key}` });
