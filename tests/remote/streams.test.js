// Streamed answers, through all that stands between the upstream and the caller: each event at
// once, a cut seen as a cut, and an upstream told when its reader has left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gateway, listenAsUpstream, watching } from "../support/remote.js";
import { beginStream, CALLS } from "../support/streams.js";
import { soon } from "../support/wait.js";

const upstream = await listenAsUpstream();

test("each event arrives before the next is sent", watching, async () => {
  for (const call of CALLS) {
    const { exchange, connection } = await beginStream({ upstream, gateway }, call);
    for (let i = 0; i < 40; ++i) {
      const event = `data: {"choices":[{"delta":{"content":"token ${i}"}}]}\n\n`;
      exchange.chunk(event);
      assert.equal((await connection.exactly(event.length)).toString(), event);
    }
    exchange.chunk("data: [DONE]\n\n");
    exchange.end();
    assert.equal((await connection.rest()).toString(), "data: [DONE]\n\n");
    connection.close();
  }
});

test("many events at once arrive complete and in order", watching, async () => {
  const { exchange, connection } = await beginStream({ upstream, gateway });
  const events = Array.from({ length: 5000 }, (_, i) => `data: {"i":${i}}\r\n\r\n`);
  for (const event of events) exchange.chunk(event);
  exchange.end();
  assert.equal((await connection.rest()).toString(), events.join(""));
  connection.close();
});

test("a stream that the upstream cuts never looks complete", watching, async () => {
  for (const call of CALLS) {
    for (const cut of /** @type {const} */ (["end", "resetAndDestroy"])) {
      const { exchange, connection } = await beginStream({ upstream, gateway }, call);
      exchange.chunk("data: 1\n\n");
      assert.equal((await connection.exactly(9)).toString(), "data: 1\n\n");
      exchange.socket[cut]();
      await assert.rejects(connection.rest(), /ended inside the body/);
      connection.close();
    }
  }
});

test("a client that leaves mid-stream ends the upstream's work", watching, async () => {
  for (const call of CALLS) {
    const { exchange, connection } = await beginStream({ upstream, gateway }, call);
    exchange.chunk("data: 1\n\n");
    await connection.exactly(9);
    const writing = setInterval(() => exchange.chunk("data: 1\n\n"), 5);
    exchange.closed.then(() => clearInterval(writing));
    connection.close();
    await soon(exchange.closed, "the upstream's connection to close");
  }
});
