// WebSockets, as /v1/realtime uses them, through all that stands in front of the gateway.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { open } from "../support/client.js";
import { gateway, listenAsUpstream, watching } from "../support/remote.js";
import { soon } from "../support/wait.js";
import { acceptWebSocket } from "../support/websocket.js";

const upstream = await listenAsUpstream();

const PATH = "/v1/realtime?model=gpt-realtime";
const PROTOCOLS = ["realtime", "openai-insecure-api-key.sk-1"];

test("frames pass both ways, and the close with its code", watching, async () => {
  const held = upstream.hold();
  const client = new WebSocket(`${gateway.url.replace("http", "ws")}${PATH}`, PROTOCOLS);
  client.binaryType = "arraybuffer";
  const opened = once(client, "open");
  const exchange = await held;
  assert.equal(exchange.target, PATH);
  assert.equal(exchange.value("sec-websocket-protocol"), PROTOCOLS.join(", "));
  const server = acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  await soon(opened, "the WebSocket to open");
  assert.equal(client.protocol, "realtime");

  for (const text of ["hello", "é 你好 😀", "x".repeat(60_000)]) {
    client.send(text);
    assert.deepEqual(await server.receive(), { kind: "text", text });
    const answer = once(client, "message");
    server.send(text);
    assert.equal((await soon(answer, "an answer"))[0].data, text);
  }
  const bytes = Buffer.from([0, 255, 128, 10]);
  client.send(bytes);
  assert.deepEqual(await server.receive(), { kind: "binary", bytes });
  const answer = once(client, "message");
  server.send(bytes);
  assert.deepEqual(Buffer.from((await soon(answer, "an answer"))[0].data), bytes);

  const closed = once(client, "close");
  client.close(4001, "enough");
  assert.deepEqual(await server.receive(), { kind: "close", code: 4001, reason: "enough" });
  server.close(4001, "enough");
  assert.equal((await soon(closed, "the close to come back"))[0].code, 4001);
});

test("an upstream that refuses the upgrade is quoted to the client", watching, async () => {
  const held = upstream.hold();
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
  };
  const connection = open(gateway, { path: PATH, headers });
  const error = '{"error":{"code":"invalid_api_key"}}';
  (await held).reply(401, { "content-type": "application/json" }, error);
  const { status, text } = await connection.response();
  assert.equal(status, 401);
  assert.equal(text, error);
  connection.close();
});
