// CORS as a browser sees it: preflights, exposed answers, lists of origins.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.js";
import { startPair } from "../support/pair.js";

const { upstream, gateway } = await startPair();
const listed = await startPair({
  env: {
    ALLOWED_ORIGINS: "https://app.example.com, https://*.pages.example, http://localhost:5173",
  },
});

const preflight = {
  method: "OPTIONS",
  path: "/v1/chat/completions",
  headers: {
    origin: "https://app.example.com",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-stainless-lang",
  },
};

/** @param {{ values: (name: string) => string[] }} response */
const varyOf = (response) => response.values("vary").join(", ").split(/, */);

/**
 * @param {string} origin
 * @param {Partial<import("../support/client.js").Call>} [call]
 */
const fromOrigin = (origin, call) =>
  request(listed.gateway, { path: "/v1/models", headers: { origin }, ...call });

test("a preflight is answered without the upstream, method and headers echoed by name", async () => {
  const { status, value, body } = await request(gateway, preflight);
  assert.equal(status, 204);
  assert.equal(body.length, 0);
  assert.equal(value("access-control-allow-origin"), "*");
  assert.equal(value("access-control-allow-methods"), "POST");
  assert.equal(
    value("access-control-allow-headers"),
    "authorization,content-type,x-stainless-lang",
  );
  assert.equal(value("access-control-max-age"), "86400");
  assert.equal(upstream.requests.length, 0);
});

test("a preflight of a reserved path or of / is answered like any other", async () => {
  for (const path of ["/", "/_sluice/health"]) {
    const { status, value } = await request(gateway, { ...preflight, path });
    assert.equal(status, 204);
    assert.equal(value("access-control-allow-methods"), "POST");
  }
  assert.equal(upstream.requests.length, 0);
});

test("a preflight without request headers allows none", async () => {
  const { "access-control-request-headers": _, ...headers } = preflight.headers;
  const { status, values } = await request(gateway, { ...preflight, headers });
  assert.equal(status, 204);
  assert.deepEqual(values("access-control-allow-headers"), []);
});

test("OPTIONS that is no preflight goes to the upstream", async () => {
  /** @type {Record<string, string>[]} */
  const heads = [
    {},
    { origin: "https://app.example.com" },
    { "access-control-request-method": "POST" },
  ];
  for (const headers of heads) {
    const before = upstream.requests.length;
    upstream.onNext((exchange) => exchange.reply(204, { allow: "GET, POST" }));
    const { status, value } = await request(gateway, { method: "OPTIONS", path: "/v1/x", headers });
    assert.equal(status, 204);
    assert.equal(value("allow"), "GET, POST");
    assert.equal(upstream.requests.length, before + 1);
    assert.equal(upstream.last().method, "OPTIONS");
  }
});

test("the upstream's own CORS headers are replaced, so that there is exactly one", async () => {
  upstream.onNext((exchange) =>
    exchange.reply(200, {
      "access-control-allow-origin": ["https://api.example", "https://other.example"],
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "x-upstream",
      "access-control-expose-headers": "x-upstream",
      "access-control-max-age": "5",
    }),
  );
  const headers = { origin: "https://app.example.com" };
  const response = await request(gateway, { method: "POST", path: "/v1/x", headers, body: "{}" });
  assert.deepEqual(response.values("access-control-allow-origin"), ["*"]);
  for (const name of ["allow-credentials", "allow-methods", "allow-headers", "max-age"]) {
    assert.deepEqual(response.values(`access-control-${name}`), [], name);
  }
  assert.match(response.value("access-control-expose-headers") ?? "", /x-request-id/);
});

test("a page may read the headers that clients use", async () => {
  const headers = { origin: "https://app.example.com" };
  const { value } = await request(gateway, { path: "/v1/models", headers });
  const exposed = (value("access-control-expose-headers") ?? "").split(/, */);
  const wanted = [
    "x-request-id",
    "retry-after",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-tokens",
    "openai-processing-ms",
    "openai-version",
    "x-sluice-error",
  ];
  assert.deepEqual(
    wanted.filter((name) => !exposed.includes(name)),
    [],
  );
});

test("a request header named Access-Control-Allow-Origin has no effect", async () => {
  const headers = {
    origin: "https://evil.example",
    "access-control-allow-origin": "https://evil.example",
  };
  const open = await request(gateway, { path: "/v1/models", headers });
  assert.deepEqual(open.values("access-control-allow-origin"), ["*"]);
  const closed = await request(listed.gateway, { path: "/v1/models", headers });
  assert.deepEqual(closed.values("access-control-allow-origin"), []);
});

test("a listed origin is echoed, with Vary", async () => {
  for (const origin of [
    "https://app.example.com",
    "http://localhost:5173",
    "https://a.pages.example",
    "https://deep.er.pages.example",
  ]) {
    const response = await fromOrigin(origin);
    assert.deepEqual(response.values("access-control-allow-origin"), [origin]);
    assert.ok(varyOf(response).includes("Origin"));
    assert.match(response.value("access-control-expose-headers") ?? "", /x-request-id/);
  }
});

test("an origin that is not listed, null or malformed gets no access, but Vary", async () => {
  for (const origin of [
    "https://evil.example",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com.evil.example",
    "https://APP.example.com",
    "https://pages.example",
    "https://evilpages.example",
    "https://.pages.example",
    "https://evil.example/.pages.example",
    "https://evil.example#.pages.example",
    "https://evil.example:1@a.pages.example",
    "http://a.pages.example",
    "null",
    "*",
    "https://app.example.com, https://evil.example",
    "https://app.example.com/",
    "https:",
    "app.example.com",
    "%00",
  ]) {
    const response = await fromOrigin(origin);
    assert.deepEqual(response.values("access-control-allow-origin"), [], origin);
    assert.deepEqual(response.values("access-control-expose-headers"), [], origin);
    assert.ok(varyOf(response).includes("Origin"), origin);
  }
});

test("with a list, what caches may keep says Vary even without an Origin", async () => {
  listed.upstream.onNext((exchange) => exchange.reply(200, { vary: "Accept-Encoding" }));
  const response = await request(listed.gateway, { path: "/v1/models" });
  assert.deepEqual(varyOf(response).sort(), ["Accept-Encoding", "Origin"]);
  assert.deepEqual(response.values("access-control-allow-origin"), []);
});

test("with a list, a stranger's preflight is granted nothing", async () => {
  const headers = { ...preflight.headers, origin: "https://evil.example" };
  const before = listed.upstream.requests.length;
  const response = await request(listed.gateway, { ...preflight, headers });
  assert.equal(response.status, 204);
  assert.deepEqual(response.values("access-control-allow-origin"), []);
  assert.equal(listed.upstream.requests.length, before);
});

test("the upstream's grant does not get past the list", async () => {
  const grant = { "access-control-allow-origin": "*", "access-control-allow-credentials": "true" };
  for (const method of ["GET", "POST"]) {
    listed.upstream.onNext((exchange) => exchange.reply(200, grant));
    const response = await fromOrigin("https://evil.example", { method });
    assert.deepEqual(response.values("access-control-allow-origin"), []);
    assert.deepEqual(response.values("access-control-allow-credentials"), []);
  }
});

test("an error made by the gateway carries CORS", async () => {
  const { status, value } = await fromOrigin("https://app.example.com", { path: "/_sluice/no" });
  assert.equal(status, 404);
  assert.equal(value("access-control-allow-origin"), "https://app.example.com");
  assert.match(value("access-control-expose-headers") ?? "", /x-sluice-error/);
});

test("an upstream's error carries CORS", async () => {
  upstream.onNext((exchange) => exchange.reply(429, { "retry-after": "2" }, "{}"));
  const headers = { origin: "https://app.example.com" };
  const response = await request(gateway, { method: "POST", path: "/v1/x", headers, body: "{}" });
  assert.equal(response.status, 429);
  assert.equal(response.value("access-control-allow-origin"), "*");
});

test("an SDK's call, which no page makes and no cache keeps, is answered with the head as it came", async () => {
  const own = { "access-control-allow-origin": "https://api.example", "x-own": "1" };
  upstream.onNext((exchange) => exchange.reply(200, own, "{}"));
  const response = await request(gateway, { method: "POST", path: "/v1/x", body: "{}" });
  assert.equal(response.value("access-control-allow-origin"), "https://api.example");
  assert.equal(response.value("x-own"), "1");
  assert.deepEqual(response.values("vary"), []);
});
