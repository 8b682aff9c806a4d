// What the caller gets when there is no answer to pass on, and what the log says of it: enough for
// the owner, no secret.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, request } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { startUpstream } from "../support/upstream.js";
import { eventually, soon } from "../support/wait.js";

const { upstream, gateway } = await startPair({ env: { CONFIG: { timeout: "500ms" } } });

const POST = {
  method: "POST",
  path: "/v1/chat/completions?api_key=query-secret",
  headers: { authorization: "Bearer sk-header-secret", "api-key": "api-secret" },
  body: '{"messages":"body-secret"}',
};

/**
 * @param {Awaited<ReturnType<typeof request>>} response
 * @param {number} status
 * @param {string} code
 */
function assertGatewayError(response, status, code) {
  assert.equal(response.status, status);
  assert.equal(response.value("content-type"), "application/json");
  assert.equal(response.value("x-sluice-error"), code);
  assert.deepEqual(response.values("access-control-allow-origin"), ["*"]);
  assert.equal(response.value("cache-control"), "no-store");
  const { error, message } = response.json();
  assert.equal(error.code, code);
  assert.equal(error.message, message);
  assert.equal(error.param, null);
  assert.ok(!response.text.includes("secret"));
  assert.ok(!/\n|wasm|\.js/.test(response.text), "no stack trace");
}

/**
 * @param {import("../support/gateway.js").Gateway} from
 * @param {string} reason
 */
async function assertLogged(from, reason) {
  await eventually(() => from.log().includes(`sluice: ${reason}`), `${reason} in the log`);
  assert.ok(!from.log().includes("secret"), from.log());
}

test("an upstream that is down is a 502 that a client may try again", async (t) => {
  const pair = await startPair({}, t);
  await pair.upstream.close();
  const response = await request(pair.gateway, POST);
  assertGatewayError(response, 502, "upstream_unreachable");
  assert.equal(response.value("x-should-retry"), undefined);
  assert.match(response.json().message, /UPSTREAM_URL/);
  await assertLogged(pair.gateway, "unreachable");
});

test("an upstream whose name does not resolve is a 502", async (t) => {
  const pair = await startPair({ env: { UPSTREAM_URL: "http://upstream.invalid" } }, t);
  assertGatewayError(await request(pair.gateway, POST), 502, "upstream_unreachable");
});

test("an upstream that hangs up without a word, or says what is no HTTP, is a 502", async () => {
  for (const last of ["", "HTTP/1.1 200", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nx"]) {
    upstream.onNext((exchange) => exchange.socket.end(last));
    assertGatewayError(await request(gateway, POST), 502, "upstream_unreachable");
  }
  upstream.onNext((exchange) => exchange.socket.resetAndDestroy());
  assertGatewayError(await request(gateway, POST), 502, "upstream_unreachable");
  await assertLogged(gateway, "unreachable");
});

test("an upstream that stays silent is a 504, and its request is ended", async () => {
  const held = upstream.hold();
  const start = performance.now();
  const response = await request(gateway, POST);
  assert.ok(performance.now() - start >= 490, "not before the time is up");
  assertGatewayError(response, 504, "upstream_timeout");
  assert.match(response.json().message, /CONFIG\.timeout/);
  const exchange = await held;
  await soon(exchange.closed, "the upstream's connection to close");
  await assertLogged(gateway, "timeout");
});

test("HEAD of a failure has its headers alone", async () => {
  upstream.onNext((exchange) => exchange.socket.end());
  const response = await request(gateway, { method: "HEAD", path: "/v1/models" });
  assert.equal(response.status, 502);
  assert.equal(response.value("x-sluice-error"), "upstream_unreachable");
  assert.equal(response.body.length, 0);
});

test("a failure during an upload is answered while the client still sends", async () => {
  upstream.onNext((exchange) => exchange.socket.resetAndDestroy());
  const headers = { ...POST.headers, "content-length": "1000000" };
  const connection = open(gateway, { ...POST, headers, body: "begun" });
  assertGatewayError(await connection.response(), 502, "upstream_unreachable");
  connection.close();
});

test("an upstream that is the gateway itself is a 508, and nothing is fetched", async () => {
  const before = upstream.requests.length;
  // By this name the caller reached the gateway, and by this name the gateway would go upstream.
  for (const host of [upstream.host, upstream.host.toUpperCase()]) {
    const response = await request(gateway, { ...POST, headers: { ...POST.headers, host } });
    assertGatewayError(response, 508, "upstream_loop");
    assert.equal(response.value("x-should-retry"), "false");
  }
  assert.equal(upstream.requests.length, before);
});

test("the next request works after each failure", async () => {
  upstream.onNext((exchange) => exchange.socket.end());
  assert.equal((await request(gateway, POST)).status, 502);
  assert.equal((await request(gateway, POST)).status, 200);
});

test("an upstream that comes back is used again", async (t) => {
  const gone = await startUpstream();
  const pair = await startPair({ env: { UPSTREAM_URL: gone.url } }, t);
  assert.equal((await request(pair.gateway, POST)).status, 200);
  await gone.close();
  assert.equal((await request(pair.gateway, POST)).status, 502);
  const back = await startUpstream({ port: Number(gone.host.split(":")[1]) });
  t.after(() => back.close());
  assert.equal((await request(pair.gateway, POST)).status, 200);
});
