// What the gateway serves itself: the page at /, health, and errors at reserved paths.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.js";
import { startPair } from "../support/pair.js";

const { upstream, gateway } = await startPair({ env: { OPENAI_API_KEY: "sk-owner-secret" } });

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

test("a browser gets a page at / that names the base URL by which it came", async () => {
  const headers = { accept: browser, host: "gw.example.com" };
  const { status, text, value, values } = await request(gateway, { path: "/", headers });
  assert.equal(status, 200);
  assert.match(value("content-type") ?? "", /^text\/html/);
  assert.match(text, /http:\/\/gw\.example\.com\/v1/);
  assert.ok(values("vary").join().includes("Accept"));
});

test("the page shows a strange Host without letting it write HTML", async () => {
  const host = 'x"><script>alert(1)';
  const { status, text } = await request(gateway, {
    path: "/",
    headers: { accept: browser, host },
  });
  assert.ok(status === 200 || status === 400);
  assert.ok(!text.includes("<script>"));
});

test("anyone else gets the base URL at / as JSON", async () => {
  const { status, json, value } = await request(gateway, { path: "/" });
  assert.equal(status, 200);
  assert.equal(value("content-type"), "application/json");
  assert.equal(json().base_url, `${gateway.url}/v1`);
});

test("health tells version, ABI and build, and no secret", async () => {
  const { status, json, text, value } = await request(gateway, { path: "/_sluice/health" });
  assert.equal(status, 200);
  assert.equal(value("cache-control"), "no-store");
  assert.equal(value("access-control-allow-origin"), "*");
  const { status: word, version, abi, build } = json();
  assert.equal(word, "ok");
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.equal(abi, 3);
  assert.match(build, /\w+/);
  assert.ok(!text.includes("secret"));
  assert.ok(!text.includes(upstream.host));
});

test("HEAD of these pages has the headers alone", async () => {
  for (const path of ["/", "/_sluice/health"]) {
    const { status, body } = await request(gateway, { method: "HEAD", path });
    assert.equal(status, 200);
    assert.equal(body.length, 0);
  }
});

const ALLOWED = [
  ["/", "GET, HEAD, POST, OPTIONS"], // POST is the one-line endpoint's
  ["/_sluice/health", "GET, HEAD, OPTIONS"],
];

test("OPTIONS of these pages, no preflight, says what they take", async () => {
  for (const [path, allow] of ALLOWED) {
    const { status, value } = await request(gateway, { method: "OPTIONS", path });
    assert.equal(status, 204);
    assert.equal(value("allow"), allow);
  }
});

test("other methods on these pages are refused, with those that they take", async () => {
  for (const [path, allow] of ALLOWED) {
    const { status, value, json } = await request(gateway, { method: "PUT", path, body: "{}" });
    assert.equal(status, 405);
    assert.equal(value("allow"), allow);
    assert.equal(json().error.code, "method_not_allowed");
  }
});

test("a reserved path with nothing at it is a 404 of the gateway, in OpenAI's shape", async () => {
  for (const path of ["/_sluice", "/_sluice/", "/_sluice/nothing", "//_sluice/nothing"]) {
    const { status, value, json } = await request(gateway, { path });
    assert.equal(status, 404, path);
    assert.equal(value("content-type"), "application/json");
    assert.equal(value("x-sluice-error"), "not_found");
    assert.equal(value("access-control-allow-origin"), "*");
    assert.equal(value("x-should-retry"), "false");
    const { error, message } = json();
    assert.deepEqual(Object.keys(error), ["message", "type", "param", "code"]);
    assert.equal(error.code, "not_found");
    assert.equal(message, error.message);
  }
});

test("HEAD of an error has its headers alone", async () => {
  const { status, value, body } = await request(gateway, {
    method: "HEAD",
    path: "/_sluice/nothing",
  });
  assert.equal(status, 404);
  assert.equal(value("x-sluice-error"), "not_found");
  assert.equal(body.length, 0);
});

test("TRACE is refused, since its answer would repeat the request's secrets", async () => {
  const { status, value, json } = await request(gateway, { method: "TRACE", path: "/v1/models" });
  assert.equal(status, 405);
  assert.equal(value("allow"), "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  assert.equal(json().error.code, "method_not_allowed");
});

test("nothing of all this went upstream", () => {
  assert.equal(upstream.requests.length, 0);
});
