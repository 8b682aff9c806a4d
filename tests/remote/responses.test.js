// What of the upstream's response reaches the caller, through all that stands in between.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { request } from "../support/client.js";
import { gateway, isHere, listenAsUpstream, watching } from "../support/remote.js";
import { startUpstream } from "../support/upstream.js";

const upstream = await listenAsUpstream();

const GET = { path: "/v1/models" };
const POST = { method: "POST", path: "/v1/chat/completions", body: "{}" };
const PAGE = { ...POST, headers: { origin: "https://app.example.com" } };

test(
  "an upstream's error comes back as it is, with the headers clients rely on",
  watching,
  async () => {
    const error = '{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}';
    const headers = {
      "content-type": "application/json",
      "retry-after": "20",
      "x-request-id": "req_0123",
      "x-ratelimit-remaining-tokens": "149984",
      "openai-processing-ms": "12",
    };
    for (const call of [GET, POST, PAGE]) {
      for (const status of [400, 401, 429, 500, 503]) {
        upstream.onNext((exchange) => exchange.reply(status, headers, error));
        const response = await request(gateway, call);
        assert.equal(response.status, status);
        assert.equal(response.text, error);
        assert.equal(response.value("x-sluice-error"), undefined);
        const arrived = Object.keys(headers).map((name) => [name, response.value(name)]);
        assert.deepEqual(Object.fromEntries(arrived), headers);
      }
    }
  },
);

test("a gzip body comes back byte for byte", watching, async () => {
  const body = gzipSync(JSON.stringify({ data: "some text, ".repeat(5000) }));
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  for (const call of [GET, PAGE]) {
    upstream.onNext((exchange) => exchange.reply(200, headers, body));
    const wanted = { .../** @type {any} */ (call).headers, "accept-encoding": "gzip" };
    const response = await request(gateway, { ...call, headers: wanted });
    assert.equal(response.value("content-encoding"), "gzip");
    assert.deepEqual(response.body, body);
  }
});

test("2 MB of binary come back byte for byte", watching, async () => {
  const body = randomBytes(2 << 20);
  upstream.onNext((exchange) => exchange.reply(200, { "content-type": "audio/mpeg" }, body));
  const response = await request(gateway, { ...POST, path: "/v1/audio/speech" });
  assert.equal(response.value("content-type"), "audio/mpeg");
  assert.ok(body.equals(response.body));
});

test("a head of 20 KB comes back", watching, async () => {
  const big = "v".repeat(20_000);
  upstream.onNext((exchange) => exchange.reply(200, { "x-big": big }, "{}"));
  const response = await request(gateway, POST);
  assert.equal(response.status, 200, response.text);
  assert.equal(response.value("x-big"), big);
});

test("two Set-Cookie headers come back as two", watching, async () => {
  const cookies = ["a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT", "b=2; HttpOnly"];
  upstream.onNext((exchange) => exchange.reply(200, { "set-cookie": cookies }, "{}"));
  const { values } = await request(gateway, PAGE);
  assert.deepEqual(values("set-cookie"), cookies);
});

test("HEAD reaches the upstream, and its headers come back alone", watching, async () => {
  upstream.onNext((exchange) => exchange.reply(200, { "x-request-id": "r" }, "not sent"));
  const response = await request(gateway, { method: "HEAD", path: "/v1/models" });
  assert.equal(upstream.last().method, "HEAD");
  assert.equal(response.status, 200);
  assert.equal(response.value("x-request-id"), "r");
  assert.equal(response.body.length, 0);
});

test("a redirect of a POST is not followed", watching, async () => {
  const before = upstream.requests.length;
  upstream.onNext((exchange) => exchange.reply(307, { location: "/v1/next" }));
  const { status, value } = await request(gateway, POST);
  assert.equal(status, 307);
  assert.equal(value("location"), "/v1/next");
  assert.equal(upstream.requests.length, before + 1);
});

test("a key does not follow a redirect to another host", watching, async (t) => {
  if (!isHere) return t.skip("the deployment is not on this machine, where that other host is");
  const elsewhere = await startUpstream();
  t.after(() => elsewhere.close());
  upstream.onNext((exchange) => exchange.reply(302, { location: `${elsewhere.url}/file` }));
  const headers = { authorization: "Bearer sk-caller", "x-api-key": "key-1" };
  const { status } = await request(gateway, { path: "/v1/files/1/content", headers });
  assert.equal(status, 200);
  const { head } = elsewhere.last();
  assert.deepEqual([...head.values("authorization"), ...head.values("x-api-key")], []);
});

test("an upstream that is down is the gateway's 502, which a page can read", watching, async () => {
  await upstream.close();
  const response = await request(gateway, PAGE);
  assert.equal(response.status, 502, response.text);
  assert.equal(response.value("x-sluice-error"), "upstream_unreachable");
  assert.equal(response.json().error.code, "upstream_unreachable");
  assert.equal(response.values("access-control-allow-origin").length, 1);
});
