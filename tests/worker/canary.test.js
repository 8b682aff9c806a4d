// Every secret is a marker here, and every byte that leaves is searched for all of them: towards the
// upstream, the caller and the log, when all goes well and in every error.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/bundle.js";
import { open, request } from "../support/client.js";
import {
  ACCESS,
  ADMIN,
  BUSY,
  CONFIG,
  EXPIRED,
  LIMITED,
  markersIn,
  OWN,
  RULES,
  SECRETS,
  SERVER,
} from "../support/markers.js";
import { startPair } from "../support/pair.js";
import { startUpstream } from "../support/upstream.js";
import { eventually } from "../support/wait.js";
import { acceptWebSocket } from "../support/websocket.js";

const guarded = await startPair({ env: { ...SECRETS, CONFIG } });
const own = { ...CONFIG, access: { allow_own_keys: true, keys: RULES } };
const mixed = await startPair({ env: { ...SECRETS, CONFIG: own } });
const faulty = await startPair({
  env: { ...SECRETS, CONFIG },
  core: join(ROOT, "build/wasm/core_faulty.wasm"),
});
const hasty = await startPair({ env: { ...SECRETS, CONFIG: { timeout: "200ms" } } });
const elsewhere = await startUpstream();
test.after(() => elsewhere.close());

/** @typedef {Awaited<ReturnType<typeof startPair>>} Pair */

/** @param {string} key the one that counts; the request has others in all the places for keys */
const loaded = (key) => ({
  authorization: `Bearer ${key}`,
  "api-key": ADMIN,
  "x-api-key": OWN,
  "x-goog-api-key": OWN,
  "x-openai-key": OWN,
  cookie: `key=${OWN}`,
  "proxy-authorization": `Basic ${btoa(OWN)}`,
});

/**
 * Makes a call and searches what it sends in either direction.
 * @param {Pair} pair
 * @param {import("../support/client.js").Call} call
 * @param {number} status
 * @param {string | null} [spent] the only marker that may go upstream, and must if it is reached
 */
async function search({ upstream, gateway }, call, status, spent = SERVER) {
  const from = [upstream.requests.length, elsewhere.requests.length];
  const response = await request(gateway, call);
  const name = `${call.method ?? "GET"} ${call.path} ${status}`;
  assert.equal(response.status, status, `${name}: ${response.text}`);
  const back = Buffer.concat([response.bytes, response.body]);
  assert.deepEqual(markersIn(back), [], `${name}: ${back}`);
  for (const exchange of upstream.requests.slice(from[0])) {
    const sent = exchange.head.bytes;
    assert.deepEqual(markersIn(sent), spent ? [spent] : [], `${name}: ${sent}`);
    if (spent) assert.equal(exchange.value("authorization"), `Bearer ${spent}`);
  }
  for (const { head } of elsewhere.requests.slice(from[1])) {
    assert.deepEqual(markersIn(head.bytes), [], `${name}: ${head.bytes}`);
  }
  return { ...response, reached: upstream.requests.length - from[0] };
}

const POST = { method: "POST", path: "/v1/chat/completions", body: '{"model":"gpt-4o"}' };
const ok = { ...POST, headers: loaded(ACCESS) };

test("the search finds a marker in any of its forms", () => {
  assert.deepEqual(markersIn(`x${OWN}`), [OWN]);
  for (const before of ["", "u", "us"]) {
    assert.deepEqual(markersIn(btoa(`${before}:${ACCESS}`)), [ACCESS]);
  }
  assert.deepEqual(markersIn(SERVER.replace("-", "%2D")), [SERVER]);
});

test("when all goes well, the upstream gets the one key that is spent", async () => {
  assert.equal((await search(guarded, ok, 200)).reached, 1);
  await search(guarded, { ...ok, path: "/", body: '{"messages":[]}' }, 200);
  await search(guarded, { ...ok, method: "GET", path: "/v1/models", body: undefined }, 200);
  await search(guarded, { ...ok, headers: loaded(LIMITED) }, 200);
  await search(mixed, ok, 200);
  await search(mixed, { ...POST, headers: { authorization: `Bearer ${OWN}` } }, 200, OWN);
  await search(mixed, { ...POST, headers: { "x-openai-key": OWN } }, 200, OWN);
});

test("an upstream's errors bring nothing back", async () => {
  for (const status of [400, 401, 429, 500, 503]) {
    guarded.upstream.onNext((exchange) => exchange.reply(status, {}, '{"error":{}}'));
    await search(guarded, ok, status);
  }
});

test("a redirect takes no key to another host, nor to the caller", async () => {
  const location = `${elsewhere.url}/file`;
  for (const [pair, headers, spent] of /** @type {[Pair, Record<string, string>, string][]} */ ([
    [guarded, loaded(ACCESS), SERVER],
    [mixed, { authorization: `Bearer ${OWN}` }, OWN],
    [mixed, { "x-openai-key": OWN }, OWN],
  ])) {
    const before = elsewhere.requests.length;
    pair.upstream.onNext((exchange) => exchange.reply(302, { location }));
    await search(pair, { path: "/v1/files/f/content", headers }, 200, spent);
    assert.equal(elsewhere.requests.length, before + 1);
    pair.upstream.onNext((exchange) => exchange.reply(307, { location }));
    await search(pair, { ...POST, headers }, 307, spent);
  }
});

test("no refusal has a key in it, and none spends one", async () => {
  const page = { origin: "https://evil.example" };
  const limited = { ...POST, headers: loaded(LIMITED) };
  const form = { ...loaded(LIMITED), "content-type": "multipart/form-data; boundary=b" };
  const busy = { ...POST, headers: loaded(BUSY) };
  await search(guarded, busy, 200);
  const stranger = loaded("nobody");
  const long = " ".repeat(2000);
  /** @type {[number, import("../support/client.js").Call][]} */
  const refused = [
    [401, POST],
    [401, { ...POST, headers: stranger }],
    [401, { ...POST, headers: loaded(SERVER) }],
    [401, { ...POST, headers: loaded(EXPIRED) }],
    [401, { ...POST, headers: { authorization: `Basic ${btoa(`x:${ACCESS}`)}` } }],
    [403, { ...ok, headers: { ...loaded(ACCESS), ...page } }],
    [403, { ...limited, path: `/v1/files?key=${OWN}` }],
    [403, { ...limited, body: `{"model":"${OWN}"}` }],
    [400, { ...ok, path: "/", body: `{"messages":[],${OWN}` }],
    [400, { ...ok, path: "/", body: `{"messages":"${OWN}"}` }],
    [400, { ...limited, headers: form, body: OWN }],
    [413, { ...ok, path: "/", body: `{"x":"${OWN}"}${long}` }],
    [429, busy],
    [429, { ...busy, method: "HEAD", body: undefined }],
    [404, { path: `/_sluice/${OWN}`, headers: loaded(ACCESS) }],
    [405, { ...ok, method: "DELETE", path: "/" }],
    [508, { ...ok, headers: { ...loaded(ACCESS), host: guarded.upstream.host } }],
  ];
  for (const [status, call] of refused) {
    assert.equal((await search(guarded, call, status)).reached, 0, `${status} ${call.path}`);
  }
});

test("what the gateway answers by itself has no key in it", async () => {
  const headers = loaded(ACCESS);
  const html = { ...headers, accept: "text/html" };
  const preflight = {
    ...headers,
    origin: "https://app.example.com",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization",
  };
  for (const path of ["/", "/_sluice/health"]) {
    for (const method of ["GET", "HEAD"]) {
      assert.equal((await search(guarded, { method, path, headers }, 200)).reached, 0);
      await search(guarded, { method, path, headers: html }, 200);
    }
  }
  await search(guarded, { method: "OPTIONS", path: POST.path, headers: preflight }, 204);
});

test("with allow_own_keys, an access key that is expired or put amiss is not taken for the caller's own", async () => {
  for (const headers of /** @type {Record<string, string>[]} */ ([
    { authorization: `Bearer ${EXPIRED}` },
    { authorization: `Bearer ${OWN}`, "x-api-key": EXPIRED },
  ])) {
    assert.equal((await search(mixed, { ...POST, headers }, 401)).reached, 0);
  }
  for (const headers of /** @type {Record<string, string>[]} */ ([
    { authorization: ACCESS },
    { authorization: `Token ${ACCESS}` },
    { authorization: `Bearer Bearer ${ACCESS}` },
    { "x-api-key": `Bearer ${ACCESS}` },
    { "api-key": `Bearer ${ACCESS}` },
    { authorization: `Bearer ${ACCESS}, Bearer ${OWN}` },
    { "x-api-key": `${ACCESS}, ${OWN}` },
  ])) {
    const before = mixed.upstream.requests.length;
    const { bytes } = await request(mixed.gateway, { ...POST, headers });
    assert.deepEqual(markersIn(bytes), []);
    for (const { head } of mixed.upstream.requests.slice(before)) {
      assert.ok(!head.bytes.includes(ACCESS), `went upstream:\n${head.bytes}`);
    }
  }
});

test("a WebSocket's handshake has the spent key alone, and its answer none", async () => {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
  };
  /** @param {string} key */
  const offering = (key) => ({
    ...headers,
    "Sec-WebSocket-Protocol": `realtime, openai-insecure-api-key.${key}, beta`,
  });
  const path = "/v1/realtime?model=gpt-realtime";
  // The key once, beside an empty one, and beside a stranger's.
  const more = `${ACCESS}, openai-insecure-api-key.`;
  for (const keys of [ACCESS, more, `${more}${OWN}`]) {
    const held = guarded.upstream.hold();
    const connection = open(guarded.gateway, { path, headers: offering(keys) });
    const exchange = await held;
    acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
    const head = await connection.head();
    assert.equal(head.status, 101);
    assert.deepEqual(markersIn(head.bytes), []);
    assert.deepEqual(markersIn(exchange.head.bytes), [SERVER], `${exchange.head.bytes}`);
    assert.equal(exchange.value("sec-websocket-protocol"), "realtime, beta");
    connection.close();
  }

  await search(guarded, { path, headers: offering(OWN) }, 401);
  await search(guarded, { path, headers: offering(EXPIRED) }, 401);
  await search(guarded, { path, headers: { ...loaded(LIMITED), ...headers } }, 403);
});

test("failures have no key in them, for the caller or in the log", async () => {
  const call = { ...ok, path: `${POST.path}?key=in-the-query` };
  guarded.upstream.onNext((exchange) => exchange.socket.end());
  await search(guarded, call, 502);
  hasty.upstream.onNext(() => {});
  await search(hasty, call, 504);
  const trap = { ...ok.headers, accept: "sluice-test-trap" };
  assert.equal((await search(faulty, { ...ok, headers: trap }, 500)).reached, 0);
  await search(faulty, ok, 200);

  for (const [pair, word] of /** @type {[Pair, string][]} */ ([
    [guarded, "unreachable"],
    [hasty, "timeout"],
    [faulty, "internal_error"],
  ])) {
    await eventually(() => pair.gateway.log().includes(`sluice: ${word}`), `${word} in the log`);
    assert.deepEqual(markersIn(pair.gateway.log()), [], pair.gateway.log());
  }
  assert.deepEqual(markersIn(mixed.gateway.log()), []);
});
