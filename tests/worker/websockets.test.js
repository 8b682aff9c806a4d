// WebSockets, as /v1/realtime uses them, pass through in both directions.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { open } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { soon } from "../support/wait.js";
import { acceptWebSocket } from "../support/websocket.js";

const { upstream, gateway } = await startPair();
const listed = await startPair({ env: { ALLOWED_ORIGINS: "https://app.example.com" } });

const PATH = "/v1/realtime?model=gpt-realtime";
const PROTOCOLS = ["realtime", "openai-insecure-api-key.sk-1", "openai-beta.realtime-v1"];

/** The head of a client's handshake, such as a browser sends. */
const HANDSHAKE = {
  path: PATH,
  headers: {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": PROTOCOLS.join(", "),
    "Sec-WebSocket-Extensions": "permessage-deflate",
    Authorization: "Bearer sk-caller",
    "OpenAI-Beta": "realtime=v1",
    Origin: "https://app.example.com",
    Cookie: "session=secret",
    "CF-Connecting-IP": "203.0.113.9",
    "X-Forwarded-For": "203.0.113.9",
  },
};

/** A WebSocket through the gateway: the client's end and the upstream's. */
async function connectThrough() {
  const held = upstream.hold();
  const client = new WebSocket(`${gateway.url.replace("http", "ws")}${PATH}`, PROTOCOLS);
  client.binaryType = "arraybuffer";
  const exchange = await held;
  const server = acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  await soon(once(client, "open"), "the WebSocket to open");
  return { client, server, exchange };
}

/**
 * @param {WebSocket} client
 * @returns {Promise<string | ArrayBuffer>} its next message
 */
async function nextMessage(client) {
  const [event] = await soon(once(client, "message"), "a message");
  return event.data;
}

test("the subprotocols offered reach the upstream, and its choice the client", async () => {
  const { client, server, exchange } = await connectThrough();
  assert.equal(exchange.target, PATH);
  assert.equal(exchange.value("sec-websocket-protocol"), PROTOCOLS.join(", "));
  assert.equal(client.protocol, "realtime");
  client.close();
  await server.receive();
  server.close(1000, "");
});

test("text and binary frames pass in both directions", async () => {
  const { client, server } = await connectThrough();
  for (const text of ["", "hello", "é 你好 😀", "x".repeat(60_000)]) {
    client.send(text);
    assert.deepEqual(await server.receive(), { kind: "text", text });
    const received = nextMessage(client);
    server.send(text);
    assert.equal(await received, text);
  }
  for (const bytes of [Buffer.alloc(0), Buffer.from([0, 255, 128, 10]), Buffer.alloc(5000, 7)]) {
    client.send(bytes);
    assert.deepEqual(await server.receive(), { kind: "binary", bytes });
    const received = nextMessage(client);
    server.send(bytes);
    assert.deepEqual(Buffer.from(/** @type {ArrayBuffer} */ (await received)), bytes);
  }
  client.close();
  await server.receive();
  server.close(1000, "");
});

test("the client's close code and reason reach the upstream, and its answer comes back", async () => {
  const { client, server } = await connectThrough();
  const closed = once(client, "close");
  client.close(4001, "enough — bye");
  assert.deepEqual(await server.receive(), { kind: "close", code: 4001, reason: "enough — bye" });
  server.close(4001, "enough — bye");
  const [{ code, wasClean }] = await soon(closed, "the close to come back");
  assert.equal(code, 4001);
  assert.ok(wasClean);
});

test("the upstream's close code and reason reach the client", async () => {
  for (const [code, reason] of /** @type {[number, string][]} */ ([
    [1000, "done"],
    [1011, "session expired"],
    [4000, ""],
  ])) {
    const { client, server } = await connectThrough();
    const closed = once(client, "close");
    server.close(code, reason);
    assert.deepEqual(await server.receive(), { kind: "close", code, reason: "" });
    const [event] = await soon(closed, "the close to reach the client");
    assert.equal(event.code, code);
    assert.equal(event.reason, reason);
  }
});

test("a connection that breaks on one side breaks on the other", async () => {
  const first = await connectThrough();
  const closed = once(first.client, "close");
  first.exchange.socket.resetAndDestroy();
  const [{ code, wasClean }] = await soon(closed, "the client to learn of it");
  assert.notEqual(code, 1000);
  assert.ok(!wasClean || code !== 1005);

  const held = upstream.hold();
  const connection = open(gateway, HANDSHAKE);
  const exchange = await held;
  acceptWebSocket(exchange);
  assert.equal((await connection.head()).status, 101);
  connection.socket.resetAndDestroy();
  await soon(exchange.closed, "the upstream's connection to close");
});

test("the handshake reaches the upstream with one key, and nothing of who the client is", async () => {
  const held = upstream.hold();
  const connection = open(gateway, HANDSHAKE);
  const exchange = await held;
  acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  const head = await connection.head();
  assert.equal(head.status, 101);
  assert.equal(head.value("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  assert.equal(head.value("sec-websocket-protocol"), "realtime");
  connection.close();

  const { head: sent, value } = exchange;
  assert.equal(sent.startLine, `GET ${PATH} HTTP/1.1`);
  assert.equal(sent.values("sec-websocket-key").length, 1);
  assert.notEqual(value("sec-websocket-key"), HANDSHAKE.headers["Sec-WebSocket-Key"]);
  assert.deepEqual(sent.values("sec-websocket-version"), ["13"]);
  assert.deepEqual(sent.values("upgrade"), ["websocket"]);
  assert.equal(value("authorization"), "Bearer sk-caller");
  assert.equal(value("openai-beta"), "realtime=v1");
  for (const name of ["origin", "cookie", "cf-connecting-ip", "x-forwarded-for"]) {
    assert.deepEqual(sent.values(name), [], name);
  }
});

test("an upstream that refuses the upgrade is quoted to the client", async () => {
  const held = upstream.hold();
  const connection = open(gateway, HANDSHAKE);
  const error = '{"error":{"code":"invalid_api_key"}}';
  (await held).reply(401, { "content-type": "application/json" }, error);
  const { status, text } = await connection.response();
  assert.equal(status, 401);
  assert.equal(text, error);
  connection.close();
});

test("an upstream that is down is a 502 to the handshake", async (t) => {
  const pair = await startPair({}, t);
  await pair.upstream.close();
  const connection = open(pair.gateway, HANDSHAKE);
  const { status, json } = await connection.response();
  assert.equal(status, 502);
  assert.equal(json().error.code, "upstream_unreachable");
  connection.close();
});

test("a WebSocket from a page that is listed opens", async () => {
  const held = listed.upstream.hold();
  const connection = open(listed.gateway, HANDSHAKE);
  acceptWebSocket(await held);
  assert.equal((await connection.head()).status, 101);
  connection.close();
});
