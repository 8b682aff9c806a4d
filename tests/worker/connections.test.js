// Connections: kept alive, shared, pipelined, closed when idle; gateways in a chain.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { open, request, requestBytes } from "../support/client.js";
import { startGateway } from "../support/gateway.js";
import { startPair } from "../support/pair.js";
import { soon } from "../support/wait.js";

const { upstream, gateway } = await startPair();

const POST = { method: "POST", path: "/v1/chat/completions", body: "{}" };

test("200 requests at once each get the answer to their own head and body", async () => {
  upstream.answer = async (exchange) => {
    const hash = createHash("sha256")
      .update(await exchange.body)
      .digest("hex");
    const headers = { "x-for": exchange.value("authorization") ?? "" };
    exchange.reply(200, headers, `${exchange.target} ${hash}`);
  };
  await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const body = `${i}`.repeat(1 + i * 50);
      const path = `/v1/responses?i=${i}`;
      const headers = { authorization: `Bearer sk-${i}`, [`x-only-${i}`]: "1" };
      const response = await request(gateway, { method: "POST", path, headers, body });
      const hash = createHash("sha256").update(body).digest("hex");
      assert.equal(response.text, `${path} ${hash}`);
      assert.equal(response.value("x-for"), headers.authorization);
    }),
  );
  const mixed = upstream.requests.filter(
    ({ head }) => head.headers.filter(([name]) => /^x-only-/i.test(name)).length !== 1,
  );
  assert.equal(mixed.length, 0);
});

test("a client's connection serves one request after another, whatever they were", async () => {
  const connection = open(gateway, { path: "/v1/models" });
  assert.equal((await connection.response()).status, 200);
  /** @type {[import("../support/client.js").Call, number][]} */
  const calls = [
    [POST, 200],
    [{ path: "/_sluice/nothing" }, 404],
    [{ method: "HEAD", path: "/v1/models" }, 200],
    [{ method: "DELETE", path: "/v1/files/1" }, 200],
    [POST, 200],
  ];
  for (const [call, status] of calls) {
    connection.send(call);
    assert.equal((await connection.response()).status, status);
  }
  connection.close();
});

test("pipelined requests are answered in order", async () => {
  const paths = ["/v1/models/a", "/v1/models/b", "/_sluice/health", "/v1/models/c"];
  const connection = open(
    gateway,
    Buffer.concat(paths.map((path) => requestBytes(gateway, { path }))),
  );
  for (const path of paths) {
    const { status, text } = await connection.response();
    assert.equal(status, 200);
    if (path.startsWith("/v1/")) assert.ok(text.startsWith(`${path} `));
  }
  connection.close();
});

test("a body that looks like a request is not taken for one", async () => {
  const before = upstream.requests.length;
  const body = "GET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  for (let i = 0; i < 3; ++i) await request(gateway, { ...POST, body });
  const targets = upstream.requests.slice(before).map(({ target }) => target);
  assert.deepEqual(targets, [POST.path, POST.path, POST.path]);
});

test("both framings at once, the means of request smuggling, are not passed on", async () => {
  const before = upstream.requests.length;
  const headers = { "content-length": "4", "transfer-encoding": "chunked" };
  const body = "0\r\n\r\nGET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  const connection = open(gateway, { ...POST, headers, body });
  await connection.response().catch(() => {});
  connection.close();
  await request(gateway, POST);
  for (const { head } of upstream.requests.slice(before)) {
    assert.ok(!(head.value("content-length") && head.value("transfer-encoding")));
  }
});

test("the upstream's connections are used again", async () => {
  await request(gateway, POST);
  const { connection } = upstream.last();
  for (let i = 0; i < 5; ++i) await request(gateway, POST);
  assert.equal(upstream.last().connection, connection);
});

test("an upstream that closes idle connections is reached by a new one", async () => {
  await request(gateway, POST);
  const { connection, socket, closed } = upstream.last();
  socket.end();
  await soon(closed, "the gateway to close its side");
  const response = await request(gateway, POST);
  assert.equal(response.status, 200);
  assert.notEqual(upstream.last().connection, connection);
});

test("an upstream that answers each request with Connection: close is served as well", async () => {
  for (let i = 0; i < 5; ++i) {
    upstream.onNext((exchange) => {
      exchange.reply(200, { connection: "close" }, `answer ${i}`);
      exchange.socket.end();
    });
    const response = await request(gateway, POST);
    assert.equal(response.text, `answer ${i}`);
  }
});

test("an interim response is skipped, and the answer after it comes back", async () => {
  upstream.onNext((exchange) => {
    exchange.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    exchange.reply(200, {}, "final");
  });
  const { status, text } = await request(gateway, POST);
  assert.equal(status, 200);
  assert.equal(text, "final");
});

test("a gateway in front of a gateway streams like one", async (t) => {
  const outer = await startGateway({ UPSTREAM_URL: gateway.url });
  t.after(() => outer.close());
  const held = upstream.hold();
  const connection = open(outer, { ...POST, headers: { authorization: "Bearer sk-1" } });
  const exchange = await held;
  assert.equal(exchange.value("authorization"), "Bearer sk-1");
  assert.equal((await exchange.body).toString(), POST.body);
  exchange.begin(200, { "content-type": "text/event-stream" });
  await connection.head();
  for (let i = 0; i < 5; ++i) {
    exchange.chunk(`data: ${i}\n\n`);
    assert.equal((await connection.exactly(9)).toString(), `data: ${i}\n\n`);
  }
  // A gateway learns that another has left when it writes to it.
  const writing = setInterval(() => exchange.chunk("data: 5\n\n"), 5);
  connection.close();
  await soon(exchange.closed, "the upstream's connection to close");
  clearInterval(writing);
});
