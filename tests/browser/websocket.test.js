// A web page speaks to the Realtime API through the gateway: a WebSocket from real Chromium, with the
// key as a subprotocol, since pages cannot set its headers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useBrowser } from "../support/browser.js";
import { startPair } from "../support/pair.js";
import { acceptWebSocket } from "../support/websocket.js";
import { converse } from "./page.js";

const { upstream, gateway } = await startPair();

const { openPage } = useBrowser();

test("a page's WebSocket keeps its subprotocol, its messages and its close code", async (t) => {
  const page = await openPage(t);
  const held = upstream.hold();
  const conversation = page.evaluate(converse, {
    url: `${gateway.url.replace("http", "ws")}/v1/realtime?model=gpt-realtime`,
    protocols: ["realtime", "openai-insecure-api-key.sk-mine"],
    message: '{"type":"response.create"}',
  });
  const exchange = await held;
  assert.equal(exchange.target, "/v1/realtime?model=gpt-realtime");
  assert.equal(
    exchange.value("sec-websocket-protocol"),
    "realtime, openai-insecure-api-key.sk-mine",
  );
  const socket = acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  assert.deepEqual(await socket.receive(), { kind: "text", text: '{"type":"response.create"}' });
  socket.send('{"type":"response.done"}');
  socket.close(4001, "session over");
  assert.deepEqual(await conversation, {
    protocol: "realtime",
    messages: ['{"type":"response.done"}'],
    code: 4001,
    reason: "session over",
  });
});
