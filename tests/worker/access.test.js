// Who may call, where a caller may put a key, and with whose key the upstream is asked.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { assertRefused, bearer, keySent } from "../support/access.js";
import { open, request } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { soon } from "../support/wait.js";
import { acceptWebSocket } from "../support/websocket.js";

const KEY_HEADERS = ["api-key", "x-api-key", "x-goog-api-key", "x-openai-key"];

const HANDSHAKE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

const guarded = await startPair({
  env: {
    OPENAI_API_KEY: "sk-server",
    ACCESS_KEYS: "ak-plain, anna=ak-anna\nb64=ak-b64==",
  },
});
const closed = await startPair({ env: { OPENAI_API_KEY: "sk-server" } });
const opened = await startPair({ env: { OPENAI_API_KEY: "sk-server", ACCESS: "open" } });
const mixed = await startPair({
  env: {
    OPENAI_API_KEY: "sk-server",
    ACCESS_KEYS: "anna=ak-anna",
    CONFIG: { access: { allow_own_keys: true } },
  },
});

test("an access key is exchanged for the server's key", async () => {
  for (const key of ["ak-plain", "ak-anna", "ak-b64=="]) {
    assert.equal(await keySent(guarded, bearer(key)), "Bearer sk-server");
  }
});

test("Bearer may be written in any case and with any blanks", async () => {
  for (const value of ["bearer ak-anna", "BEARER\tak-anna", "BeArEr   ak-anna  "]) {
    assert.equal(await keySent(guarded, { authorization: value }), "Bearer sk-server");
  }
});

test("an access key behind another scheme, or none, is known all the same", async () => {
  for (const authorization of ["ak-anna", "Token ak-anna", "Bearer Bearer ak-anna"]) {
    assert.equal(await keySent(guarded, { authorization }), "Bearer sk-server");
  }
  assert.equal(await keySent(guarded, { "x-api-key": "Bearer ak-anna" }), "Bearer sk-server");
});

test("an access key may stand in any of the headers that clients use", async () => {
  for (const name of KEY_HEADERS) {
    assert.equal(await keySent(guarded, { [name]: "ak-anna" }), "Bearer sk-server", name);
    const { head } = guarded.upstream.last();
    assert.deepEqual(head.values(name), [], name);
  }
});

test("beside an access key, no other key of the caller's reaches the upstream", async () => {
  for (const name of KEY_HEADERS) {
    const headers = { ...bearer("sk-own"), [name]: "ak-anna" };
    assert.equal(await keySent(guarded, headers), "Bearer sk-server", name);
    assert.equal(
      await keySent(guarded, { ...bearer("ak-anna"), [name]: "sk-own" }),
      "Bearer sk-server",
    );
    assert.ok(!guarded.upstream.last().head.bytes.includes("sk-own"), name);
  }
});

test("an unknown key is a 401, however near it is to a known one", async () => {
  const near = [
    "ak-ann",
    "ak-annaa",
    "AK-ANNA",
    "anna=ak-anna",
    "anna",
    "ak-b64",
    "sk-server",
    "x",
  ];
  for (const key of near) {
    const { value } = await assertRefused(guarded, bearer(key), 401, "invalid_api_key");
    assert.equal(value("www-authenticate"), "Bearer");
  }
  await assertRefused(guarded, { authorization: "Basic ak-nobody" }, 401, "invalid_api_key");
  await assertRefused(guarded, { "x-api-key": "sk-own" }, 401, "invalid_api_key");
});

test("no key at all is a 401 of its own", async () => {
  await assertRefused(guarded, {}, 401, "missing_api_key");
  for (const authorization of ["", "Bearer", "Bearer  "]) {
    await assertRefused(guarded, { authorization }, 401, "missing_api_key");
  }
});

test("with allow_own_keys, unknown keys pass as the caller's own", async () => {
  assert.equal(await keySent(mixed, bearer("ak-anna")), "Bearer sk-server");
  assert.equal(await keySent(mixed, bearer("sk-own")), "Bearer sk-own");
  assert.equal(await keySent(mixed, { "x-openai-key": "sk-own" }), "Bearer sk-own");
  assert.equal(await keySent(mixed, { "api-key": "sk-own" }), undefined);
  assert.equal(mixed.upstream.last().value("api-key"), "sk-own");
  await assertRefused(mixed, {}, 401, "missing_api_key");
});

test("a server's key alone opens no door: the owner learns of the two ways to open it", async () => {
  const { json } = await assertRefused(closed, {}, 401, "missing_api_key");
  assert.match(json().message, /ACCESS_KEYS/);
  assert.match(json().message, /ACCESS.*"open"/);
  for (const path of ["/v1/models", "/", "/anything"]) {
    await assertRefused(closed, {}, 401, "missing_api_key", { path });
  }
});

test("a server's key alone lets callers through with their own", async () => {
  assert.equal(await keySent(closed, bearer("sk-own")), "Bearer sk-own");
  assert.equal(await keySent(closed, { "x-openai-key": "sk-own" }), "Bearer sk-own");
  assert.deepEqual(closed.upstream.last().head.values("x-openai-key"), []);
  assert.equal(await keySent(closed, { "x-api-key": "sk-own" }), undefined);
  assert.equal(closed.upstream.last().value("x-api-key"), "sk-own");
});

test("ACCESS=open: who has no key spends the server's, who has one spends that", async () => {
  assert.equal(await keySent(opened), "Bearer sk-server");
  assert.equal(await keySent(opened, { authorization: "Bearer" }), "Bearer sk-server");
  assert.equal(await keySent(opened, bearer("sk-own")), "Bearer sk-own");
  assert.equal(await keySent(opened, { "api-key": "sk-own" }), undefined);
  assert.equal(await keySent(opened, { "x-openai-key": "sk-own" }), "Bearer sk-own");
});

test("a browser's WebSocket brings its key as a subprotocol, which goes no further", async () => {
  const held = guarded.upstream.hold();
  const url = `${guarded.gateway.url.replace("http", "ws")}/v1/realtime?model=gpt-realtime`;
  const key = "openai-insecure-api-key.ak-anna";
  const client = new WebSocket(url, ["realtime", key, "openai-beta.realtime-v1"]);
  const exchange = await held;
  const server = acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  await soon(once(client, "open"), "the WebSocket to open");
  assert.equal(client.protocol, "realtime");
  assert.equal(exchange.value("authorization"), "Bearer sk-server");
  assert.equal(exchange.value("sec-websocket-protocol"), "realtime, openai-beta.realtime-v1");
  assert.ok(!exchange.head.bytes.includes("ak-anna"));
  client.close();
  await server.receive();
  server.close(1000, "");
});

test("a WebSocket with the caller's own key keeps it, and spends no other", async () => {
  const protocols = "realtime, openai-insecure-api-key.sk-own";
  const held = closed.upstream.hold();
  const headers = { ...HANDSHAKE, "Sec-WebSocket-Protocol": protocols };
  const connection = open(closed.gateway, { path: "/v1/realtime", headers });
  const exchange = await held;
  assert.equal(exchange.value("sec-websocket-protocol"), protocols);
  assert.deepEqual(exchange.head.values("authorization"), []);
  acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  assert.equal((await connection.head()).status, 101);
  connection.close();
});

test("a WebSocket with a wrong key, or none, does not open", async () => {
  const call = { method: "GET", path: "/v1/realtime", body: undefined };
  await assertRefused(guarded, HANDSHAKE, 401, "missing_api_key", call);
  const protocols = "realtime, openai-insecure-api-key.ak-nobody";
  const wrong = { ...HANDSHAKE, "Sec-WebSocket-Protocol": protocols };
  await assertRefused(guarded, wrong, 401, "invalid_api_key", call);
});

test("where the upstream needs no key, an access key opens the door, and goes no further", async (t) => {
  const pair = await startPair({ env: { ACCESS_KEYS: "ak-anna" } }, t);
  assert.equal(await keySent(pair, bearer("ak-anna")), undefined);
  assert.equal(await keySent(pair, { "x-api-key": "ak-anna" }), undefined);
  await assertRefused(pair, {}, 401, "missing_api_key");
});

test("a preflight needs no key", async () => {
  const headers = { origin: "https://app.example.com", "access-control-request-method": "POST" };
  const before = guarded.upstream.requests.length;
  const call = { method: "OPTIONS", path: "/v1/chat/completions", headers };
  assert.equal((await request(guarded.gateway, call)).status, 204);
  assert.equal(guarded.upstream.requests.length, before);
});
