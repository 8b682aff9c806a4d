// A client that leaves ends its upstream request, which would otherwise go on and be billed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, request } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { CALLS, CHAT, streamUnderWay } from "../support/streams.js";
import { soon } from "../support/wait.js";

const { upstream, gateway } = await startPair();

/**
 * @param {import("../support/upstream.js").Exchange} exchange
 * @param {() => void} leave
 */
async function assertClosesWithinASecond(exchange, leave) {
  const start = performance.now();
  leave();
  const took = (await soon(exchange.closed, "the upstream's connection to close")) - start;
  assert.ok(took < 1000, `took ${took} ms`);
}

test("a client that leaves mid-stream closes the upstream within a second", async () => {
  for (const call of CALLS) {
    const { exchange, connection } = await streamUnderWay({ upstream, gateway }, call);
    const writing = setInterval(() => exchange.chunk("data: 1\n\n"), 5);
    exchange.closed.then(() => clearInterval(writing));
    await assertClosesWithinASecond(exchange, () => connection.close());
  }
});

test("so does one that resets its connection while the upstream is silent", async () => {
  // Only a reset: workerd sees a mere FIN when it next writes to the client.
  for (const call of CALLS) {
    const { exchange, connection } = await streamUnderWay({ upstream, gateway }, call);
    await assertClosesWithinASecond(exchange, () => connection.socket.resetAndDestroy());
  }
});

test("a client that resets before the head closes the upstream within a second", async () => {
  const held = upstream.hold();
  const connection = open(gateway, CHAT);
  const exchange = await held;
  await exchange.body;
  await assertClosesWithinASecond(exchange, () => connection.socket.resetAndDestroy());
});

test("a client that leaves in the middle of an upload leaves the upstream no whole body", async () => {
  const held = upstream.hold();
  const connection = open(gateway, { ...CHAT, headers: { "content-length": "100" }, body: "0123" });
  const exchange = await held;
  await assertClosesWithinASecond(exchange, () => connection.socket.resetAndDestroy());
  await assert.rejects(exchange.body, /ended inside the body/);
});

test("a client that leaves takes no other request with it", async () => {
  const staying = upstream.hold();
  const stays = open(gateway, CHAT);
  const going = await staying.then(() => {
    const held = upstream.hold();
    return { connection: open(gateway, CHAT), held };
  });
  const leaving = await going.held;
  await assertClosesWithinASecond(leaving, () => going.connection.socket.resetAndDestroy());
  (await staying).reply(200, {}, "still here");
  assert.equal((await stays.response()).text, "still here");
  stays.close();
  assert.equal((await request(gateway, { path: "/v1/models" })).status, 200);
});
