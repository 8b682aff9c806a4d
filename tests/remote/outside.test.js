// What anybody can see of a gateway from outside: no key is needed, and nothing is spent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.js";
import {
  gateway,
  isOriginNamed,
  listenAsUpstream,
  pageOrigin,
  watching,
} from "../support/remote.js";

const upstream = await listenAsUpstream();
const health = await request(gateway, { path: "/_sluice/health" });

/** Options of tests that ask as a page does. */
const asPage =
  isOriginNamed || health.values("access-control-allow-origin").includes("*")
    ? {}
    : { skip: "ALLOWED_ORIGINS is a list; name an origin of it as SLUICE_ORIGIN" };

/**
 * That a page of `pageOrigin` may read this response. What stands in front of the gateway must not
 * add a second Access-Control-Allow-Origin: browsers refuse two.
 * @param {Awaited<ReturnType<typeof request>>} response
 */
function assertReadable(response) {
  const allowed = response.values("access-control-allow-origin");
  assert.equal(allowed.length, 1, `Access-Control-Allow-Origin: ${allowed.join(" and ")}`);
  assert.ok(allowed[0] === "*" || allowed[0] === pageOrigin, allowed[0]);
}

test("the gateway is well, and says which version and build it is", (t) => {
  const { status, text, json, value } = health;
  assert.equal(status, 200, text);
  assert.equal(json().status, "ok");
  assert.match(json().version, /^\d+\.\d+\.\d+/);
  assert.match(json().build, /^\w+$/);
  assert.equal(value("cache-control"), "no-store");
  t.diagnostic(`version ${json().version}, build ${json().build}`);
});

test("/ names the base URL by which it was asked, as JSON and as a page", async () => {
  const base = `${gateway.url}/v1`;
  const plain = await request(gateway, { path: "/" });
  assert.equal(plain.status, 200, plain.text);
  assert.equal(plain.json().base_url, base);

  const page = await request(gateway, { path: "/", headers: { accept: "text/html" } });
  assert.equal(page.status, 200);
  assert.match(page.value("content-type") ?? "", /^text\/html/);
  assert.ok(page.text.includes(base), `the page does not name ${base}`);
});

test("a preflight is answered, method and headers allowed by name", asPage, async () => {
  const names = "authorization,content-type,x-stainless-lang";
  const headers = {
    origin: pageOrigin,
    "access-control-request-method": "POST",
    "access-control-request-headers": names,
  };
  const call = { method: "OPTIONS", path: "/v1/chat/completions", headers };
  const response = await request(gateway, call);
  assert.equal(response.status, 204, response.text);
  assertReadable(response);
  assert.equal(response.value("access-control-allow-methods"), "POST");
  assert.equal(response.value("access-control-allow-headers"), names);
});

test("a page can read the gateway's errors", asPage, async () => {
  const headers = { origin: pageOrigin };
  const response = await request(gateway, { path: "/_sluice/nothing", headers });
  assert.equal(response.value("x-sluice-error"), "not_found");
  assertReadable(response);
});

test("a reserved path with nothing at it is the gateway's own 404", async () => {
  const { status, value, json } = await request(gateway, { path: "/_sluice/nothing" });
  assert.equal(status, 404);
  assert.equal(value("x-sluice-error"), "not_found");
  assert.equal(value("content-type"), "application/json");
  assert.equal(json().error.code, "not_found");
});

test("a method that a page of the gateway's does not take is a 405 that names those it takes", async () => {
  const call = { method: "PUT", path: "/_sluice/health", body: "{}" };
  const { status, value, json } = await request(gateway, call);
  assert.equal(status, 405);
  assert.equal(value("allow"), "GET, HEAD, OPTIONS");
  assert.equal(json().error.code, "method_not_allowed");
});

test("HEAD has the status and the headers alone", async () => {
  for (const [path, status] of /** @type {[string, number][]} */ ([
    ["/", 200],
    ["/_sluice/health", 200],
    ["/_sluice/nothing", 404],
  ])) {
    const response = await request(gateway, { method: "HEAD", path });
    assert.equal(response.status, status, path);
    assert.equal(response.body.length, 0);
  }
});

test("TRACE is refused, and repeats nothing", async () => {
  const headers = { authorization: "Bearer sk-trace" };
  const response = await request(gateway, { method: "TRACE", path: "/v1/models", headers });
  assert.equal(response.status, 405);
  assert.ok(!response.text.includes("sk-trace"));
});

test("an upstream that refuses a caller's key is quoted as it is", async (t) => {
  const refusal = '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}';
  if (!watching.skip) {
    const type = { "content-type": "application/json" };
    upstream.onNext((exchange) => exchange.reply(401, type, refusal));
  }
  const headers = { authorization: "Bearer sk-nonsense" };
  const response = await request(gateway, { path: "/v1/models", headers });
  const code = response.value("x-sluice-error");
  if (code === "invalid_api_key") return t.skip("it takes its own access keys only");
  if (response.status === 200) return t.skip("its upstream takes any key");
  // A 403 may be OpenAI's, which refuses some regions: see [placement] in wrangler.toml.
  assert.equal(response.status, 401, response.text);
  assert.equal(code, undefined, "the answer is the gateway's own");
  if (!watching.skip) assert.equal(response.text, refusal);
});
