// Responses come back as the upstream sent them: status, headers and the very bytes of the body.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { open, request } from "../support/client.js";
import { headBytes } from "../support/http1.js";
import { startPair } from "../support/pair.js";

const { upstream, gateway } = await startPair();

const GET = { path: "/v1/models" };
const POST = { method: "POST", path: "/v1/chat/completions", body: "{}" };
const PAGE = { ...POST, headers: { origin: "https://app.example.com" } };

/**
 * Calls whose answers are edited, and one whose answer is passed on as it is.
 * @type {(import("../support/client.js").Call & { headers?: Record<string, string> })[]}
 */
const CALLS = [GET, POST, PAGE];

test("two Set-Cookie headers come back as two", async () => {
  const cookies = ["a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT", "b=2; HttpOnly"];
  for (const call of CALLS) {
    upstream.onNext((exchange) => exchange.reply(200, { "set-cookie": cookies }));
    const { values } = await request(gateway, call);
    assert.deepEqual(values("set-cookie"), cookies);
  }
});

test("the headers that clients rely on come back", async () => {
  const headers = {
    "x-request-id": "req_0123",
    "retry-after": "20",
    "retry-after-ms": "20000",
    "x-should-retry": "false",
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-tokens": "149984",
    "x-ratelimit-reset-requests": "1s",
    "openai-processing-ms": "12",
    "openai-version": "2020-10-01",
    "cache-control": "no-cache, must-revalidate",
    etag: 'W/"x"',
    "x-sluice-unknown": "1",
  };
  for (const call of CALLS) {
    upstream.onNext((exchange) => exchange.reply(429, headers, "{}"));
    const response = await request(gateway, call);
    assert.equal(response.status, 429);
    const arrived = Object.keys(headers).map((name) => [name, response.value(name)]);
    assert.deepEqual(Object.fromEntries(arrived), headers);
  }
});

test("gzip, brotli and zstd bodies come back byte-identical", async () => {
  const text = JSON.stringify({ data: "some text, ".repeat(5000) });
  const encodings = {
    gzip: gzipSync(text),
    br: brotliCompressSync(text),
    zstd: zstdCompressSync(text),
  };
  for (const call of CALLS) {
    for (const [encoding, body] of Object.entries(encodings)) {
      const headers = { ...call.headers, "accept-encoding": encoding };
      upstream.onNext((exchange) => exchange.reply(200, { "content-encoding": encoding }, body));
      const response = await request(gateway, { ...call, headers });
      assert.equal(upstream.last().value("accept-encoding"), encoding);
      assert.equal(response.value("content-encoding"), encoding);
      assert.equal(response.value("content-length"), String(body.length));
      assert.deepEqual(response.body, body);
    }
  }
});

test("audio comes back with its type and its bytes", async () => {
  const audio = randomBytes(200_000);
  upstream.onNext((exchange) => exchange.reply(200, { "content-type": "audio/mpeg" }, audio));
  const response = await request(gateway, { ...POST, path: "/v1/audio/speech" });
  assert.equal(response.value("content-type"), "audio/mpeg");
  assert.deepEqual(response.body, audio);
});

test("an error in JSON to a request for a stream comes back at once, as JSON", async () => {
  const held = upstream.hold();
  const connection = open(gateway, { ...POST, body: '{"stream":true}' });
  const error = '{"error":{"message":"Incorrect API key provided: sk-…","type":"x","code":"y"}}';
  const exchange = await held;
  exchange.reply(401, { "content-type": "application/json", "x-request-id": "req_1" }, error);
  const { status, value, text } = await connection.response();
  assert.equal(status, 401);
  assert.equal(value("content-type"), "application/json");
  assert.equal(value("x-sluice-error"), undefined);
  assert.equal(text, error);
  connection.close();
});

test("204 and 304 come back without a body", async () => {
  for (const call of [GET, PAGE]) {
    for (const status of [204, 304]) {
      upstream.onNext((exchange) => exchange.reply(status, { etag: '"a"', "x-request-id": "r" }));
      const response = await request(gateway, call);
      assert.equal(response.status, status);
      assert.equal(response.value("etag"), '"a"');
      assert.equal(response.value("x-request-id"), "r");
      assert.equal(response.body.length, 0);
    }
  }
});

test("HEAD reaches the upstream, and its headers come back alone", async () => {
  upstream.onNext((exchange) => exchange.reply(200, { "x-request-id": "r" }, "not sent"));
  const response = await request(gateway, { method: "HEAD", path: "/v1/models" });
  assert.equal(upstream.last().method, "HEAD");
  assert.equal(response.status, 200);
  assert.equal(response.value("x-request-id"), "r");
  assert.equal(response.value("content-length"), "8");
  assert.equal(response.body.length, 0);
});

test("an upstream's status passes with an HTML body unchanged, however odd", async () => {
  const html = "<html><body><h1>520: web server returns an unknown error</h1></body></html>\n";
  for (const status of [400, 403, 418, 451, 500, 502, 503, 504, 520, 529, 599]) {
    upstream.onNext((exchange) => exchange.reply(status, { "content-type": "text/html" }, html));
    const response = await request(gateway, POST);
    assert.equal(response.status, status);
    assert.equal(response.value("content-type"), "text/html");
    assert.equal(response.value("x-sluice-error"), undefined);
    assert.equal(response.text, html);
  }
});

test("a part of a file comes back as 206 with its range", async () => {
  const headers = { "content-range": "bytes 0-3/8", "accept-ranges": "bytes" };
  upstream.onNext((exchange) => exchange.reply(206, headers, "abcd"));
  const response = await request(gateway, { ...GET, headers: { range: "bytes=0-3" } });
  assert.equal(upstream.last().value("range"), "bytes=0-3");
  assert.equal(response.status, 206);
  assert.equal(response.value("content-range"), headers["content-range"]);
  assert.equal(response.text, "abcd");
});

test("a body that ends with the connection comes back whole", async () => {
  upstream.onNext(({ socket }) => {
    socket.end(Buffer.concat([headBytes("HTTP/1.1 200 OK", { "x-a": "1" }), Buffer.from("whole")]));
  });
  const response = await request(gateway, POST);
  assert.equal(response.text, "whole");
});

test("a head of 60 KB comes back", async () => {
  const big = "v".repeat(60 * 1024);
  for (const call of CALLS) {
    upstream.onNext((exchange) => exchange.reply(200, { "x-big": big }, "{}"));
    const { status, value } = await request(gateway, call);
    assert.equal(status, 200);
    assert.equal(value("x-big"), big);
  }
});
