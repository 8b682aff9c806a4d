// How a server stops: at once when it is idle, after the streams under way, and by force if one of
// them never ends.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { open } from "../support/client.js";
import { buildServer, startServer } from "../support/server.js";
import { streamUnderWay } from "../support/streams.js";
import { startUpstream } from "../support/upstream.js";
import { soon } from "../support/wait.js";

const folder = buildServer();

/** @param {import("node:test").TestContext} t */
async function startPair(t) {
  const upstream = await startUpstream();
  t.after(() => upstream.close());
  const server = await startServer(folder, { UPSTREAM_URL: upstream.url }, t);
  return { upstream, gateway: server };
}

test("an idle server ends on SIGTERM within two seconds, kept-alive connections or not", async (t) => {
  const { gateway: server } = await startPair(t);
  const connection = open(server, { path: "/v1/models" });
  assert.equal((await connection.response()).status, 200);
  const start = performance.now();
  server.kill("SIGTERM");
  assert.deepEqual(await soon(server.exited, "the server to end"), { code: 0, signal: null });
  assert.ok(performance.now() - start < 2000);
  connection.close();
});

test("a stream under way at SIGTERM comes to its end, and the server then to its own", async (t) => {
  const pair = await startPair(t);
  const { exchange, connection } = await streamUnderWay(pair);
  pair.gateway.kill("SIGTERM");
  for (let i = 0; i < 20; ++i) {
    exchange.chunk("data: 2\n\n");
    assert.equal((await connection.exactly(9)).toString(), "data: 2\n\n");
  }
  assert.ok(pair.gateway.isRunning());
  exchange.end();
  assert.equal((await connection.rest()).length, 0);
  assert.deepEqual(await soon(pair.gateway.exited, "the server to end"), { code: 0, signal: null });
});

test("an upstream that hangs holds it, until the supervisor's time is up", async (t) => {
  const pair = await startPair(t);
  const { connection } = await streamUnderWay(pair);
  // As systemd does, with a shorter TimeoutStopSec.
  pair.gateway.kill("SIGTERM");
  await delay(1500);
  assert.ok(pair.gateway.isRunning(), "it waits for the stream");
  pair.gateway.kill("SIGKILL");
  assert.equal((await soon(pair.gateway.exited, "the server to end")).signal, "SIGKILL");
  await assert.rejects(connection.rest(), /ended inside the body/);

  const unit = readFileSync(join(folder, "sluice.service"), "utf8");
  assert.match(unit, /^TimeoutStopSec=60$/m);
});
