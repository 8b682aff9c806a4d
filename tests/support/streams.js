// Calls that are answered by a stream, and streams under way, whose upstream the test has in hand.
import assert from "node:assert/strict";
import { open } from "./client.js";

export const CHAT = { method: "POST", path: "/v1/chat/completions", body: '{"stream":true}' };
const SSE = { "content-type": "text/event-stream; charset=utf-8" };

/** Calls whose answers are edited on their way, and one whose answer is not. */
export const CALLS = [
  CHAT,
  { ...CHAT, headers: { origin: "https://app.example.com" } },
  { path: "/v1/responses/r?stream=true" },
];

/** @typedef {{ upstream: import("./upstream.js").Upstream, gateway: import("./client.js").Address }} Pair */

/**
 * A stream under way, with its head read: it comes before any event.
 * @param {Pair} pair
 * @param {import("./client.js").Call} [call]
 */
export async function beginStream({ upstream, gateway }, call = CHAT) {
  const held = upstream.hold();
  const connection = open(gateway, call);
  const exchange = await held;
  exchange.begin(200, SSE);
  const { status, value } = await connection.head();
  assert.equal(status, 200);
  assert.equal(value("content-type"), SSE["content-type"]);
  return { exchange, connection };
}

/**
 * A stream of which the client has read the first event.
 * @param {Pair} pair
 * @param {import("./client.js").Call} [call]
 */
export async function streamUnderWay(pair, call = CHAT) {
  const stream = await beginStream(pair, call);
  stream.exchange.chunk("data: 1\n\n");
  await stream.connection.exactly(9);
  return stream;
}
