// Streamed answers: each event at once, its bytes untouched, and a cut never looks like an end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { open } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { beginStream, CALLS, CHAT } from "../support/streams.js";

const { upstream, gateway } = await startPair();
const impatient = await startPair({ env: { CONFIG: { timeout: "500ms" } } });

/** @param {number[]} numbers */
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

test("each event arrives before the next is sent, within 10 ms", async () => {
  for (const call of CALLS) {
    const { exchange, connection } = await beginStream({ upstream, gateway }, call);
    const delays = [];
    for (let i = 0; i < 40; ++i) {
      const event = `data: {"choices":[{"delta":{"content":"token ${i}"}}]}\n\n`;
      const start = performance.now();
      exchange.chunk(event);
      // The next event waits for this one: whoever holds one back holds the test up.
      const received = await connection.exactly(event.length);
      delays.push(performance.now() - start);
      assert.equal(received.toString(), event);
    }
    exchange.chunk("data: [DONE]\n\n");
    exchange.end();
    assert.equal((await connection.rest()).toString(), "data: [DONE]\n\n");
    connection.close();
    // The median: a machine that is busy with something else may delay any single event.
    assert.ok(median(delays) <= 10, `median delay ${median(delays)} ms`);
  }
});

test("the head arrives before the first event", async () => {
  const { exchange, connection } = await beginStream({ upstream, gateway });
  exchange.end();
  assert.equal((await connection.rest()).length, 0);
  connection.close();
});

test("an event split inside a UTF-8 character arrives byte by byte as it was sent", async () => {
  for (const call of CALLS) {
    const { exchange, connection } = await beginStream({ upstream, gateway }, call);
    for (const byte of Buffer.from('data: {"content":"é 你好 😀"}\n\n')) {
      exchange.chunk(Buffer.from([byte]));
      assert.deepEqual(await connection.exactly(1), Buffer.from([byte]));
    }
    exchange.end();
    assert.equal((await connection.rest()).length, 0);
    connection.close();
  }
});

test("many events in one write arrive complete and in order", async () => {
  const { exchange, connection } = await beginStream({ upstream, gateway });
  const events = Array.from({ length: 5000 }, (_, i) => `data: {"i":${i}}\r\n\r\n`);
  for (const event of events) exchange.chunk(event);
  exchange.end();
  assert.equal((await connection.rest()).toString(), events.join(""));
  connection.close();
});

test("a stream that the upstream cuts never looks complete", async () => {
  for (const call of CALLS) {
    const { exchange, connection } = await beginStream({ upstream, gateway }, call);
    exchange.chunk("data: 1\n\n");
    assert.equal((await connection.exactly(9)).toString(), "data: 1\n\n");
    exchange.socket.end();
    await assert.rejects(connection.rest(), /ended inside the body/);
    connection.close();
  }
});

test("a stream whose upstream connection is reset never looks complete", async () => {
  const { exchange, connection } = await beginStream({ upstream, gateway });
  exchange.chunk("data: 1\n\n");
  await connection.exactly(9);
  exchange.socket.resetAndDestroy();
  await assert.rejects(connection.rest(), /ended inside the body/);
  connection.close();
});

test("a body shorter than its Content-Length never looks complete", async () => {
  const held = upstream.hold();
  const connection = open(gateway, CHAT);
  const exchange = await held;
  exchange.reply(200, { "content-type": "application/json", "content-length": "100" }, '{"a":');
  const head = await connection.head();
  assert.equal(head.value("content-length"), "100");
  assert.equal((await connection.exactly(5)).toString(), '{"a":');
  exchange.socket.end();
  await assert.rejects(connection.rest(), /ended inside the body/);
  connection.close();
});

test("a response that has begun is never cut, however long it takes", async () => {
  const { exchange, connection } = await beginStream(impatient);
  const start = performance.now();
  // The first pause alone is longer than the timeout: thinking models fall silent.
  for (const pause of [700, ...Array(20).fill(40)]) {
    await delay(pause);
    exchange.chunk("data: x\n\n");
    assert.equal((await connection.exactly(9)).toString(), "data: x\n\n");
  }
  assert.ok(performance.now() - start > 1000, "the stream outlasts the timeout twice");
  exchange.end();
  assert.equal((await connection.rest()).length, 0);
  connection.close();
});

test("streams side by side do not mix, and none waits for another", async () => {
  /** @type {Awaited<ReturnType<typeof beginStream>>[]} */
  const streams = [];
  for (let i = 0; i < 40; ++i) streams.push(await beginStream({ upstream, gateway }));
  for (let round = 0; round < 5; ++round) {
    for (const [i, { exchange, connection }] of streams.entries()) {
      const event = `data: ${i} ${round}\n\n`;
      exchange.chunk(event);
      assert.equal((await connection.exactly(event.length)).toString(), event);
    }
  }
  for (const { exchange, connection } of streams) {
    exchange.end();
    assert.equal((await connection.rest()).length, 0);
    connection.close();
  }
});
