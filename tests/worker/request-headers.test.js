// Which headers of a request reach the upstream, and that these are unchanged.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.js";
import { startPair } from "../support/pair.js";

const { upstream, gateway } = await startPair();

/**
 * The head that reaches the upstream.
 * @param {import("../support/http1.js").HeaderList} headers
 * @param {Partial<import("../support/client.js").Call>} [call]
 */
async function arrivingHead(headers, call) {
  const { status } = await request(gateway, { path: "/v1/models", headers, ...call });
  assert.equal(status, 200);
  return upstream.last().head;
}

/** @param {import("../support/http1.js").Head} head */
const namesIn = (head) => head.headers.map(([name]) => name.toLowerCase());

test("what belongs to one hop, or tells who the client is, never reaches the upstream", async () => {
  const neverSent = {
    "Keep-Alive": "timeout=5",
    "Proxy-Connection": "keep-alive",
    "Proxy-Authorization": "Basic c2VjcmV0",
    TE: "trailers",
    Trailer: "x-checksum",
    Upgrade: "h2c",
    "HTTP2-Settings": "AAMAAABkAAQAAP__",
    "CF-Connecting-IP": "203.0.113.9",
    "CF-IPCountry": "DE",
    "CF-Ray": "1-FRA",
    "CF-Visitor": '{"scheme":"https"}',
    "CF-Worker": "example.com",
    "CF-EW-Via": "15",
    "CF-Something-New": "1",
    "CDN-Loop": "cloudflare",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "gw.example.com",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "443",
    Forwarded: "for=203.0.113.9",
    Via: "1.1 proxy",
    "X-Real-IP": "203.0.113.9",
    "True-Client-IP": "203.0.113.9",
    "X-Client-IP": "203.0.113.9",
    "X-Cluster-Client-IP": "203.0.113.9",
    "Fastly-Client-IP": "203.0.113.9",
    Cookie: "session=secret",
    Origin: "https://app.example.com",
    Referer: "https://app.example.com/chat",
  };
  for (const call of [{}, { method: "POST", body: "{}" }]) {
    const names = namesIn(await arrivingHead(neverSent, call));
    const leaked = Object.keys(neverSent).filter((name) => names.includes(name.toLowerCase()));
    assert.deepEqual(leaked, []);
  }
});

test("headers that Connection names never reach the upstream", async () => {
  const head = await arrivingHead({
    Connection: "keep-alive, X-Hop , x-other-hop,,close\t,bad name, x-absent",
    "X-Hop": "1",
    "X-Other-Hop": "1",
    "X-End-To-End": "1",
  });
  const names = namesIn(head);
  assert.ok(!names.includes("x-hop"));
  assert.ok(!names.includes("x-other-hop"));
  assert.ok(!names.includes("connection"));
  assert.equal(head.value("x-end-to-end"), "1");
});

test("all other headers reach the upstream unchanged", async () => {
  const kept = {
    authorization: "Bearer sk-caller  two blanks",
    "openai-organization": "org-1",
    "openai-project": "proj_1",
    "openai-beta": "assistants=v2, realtime=v1",
    "idempotency-key": "stainless-node-retry-1",
    "user-agent": "OpenAI/JS 7.55.0",
    accept: "application/json",
    "accept-language": "de;q=0.9",
    "x-stainless-lang": "js",
    "x-stainless-retry-count": "0",
    "x-request-id": "req-1",
    "x-api-key": "key-1",
    "api-key": "key-2",
    "anthropic-version": "2023-06-01",
    "http-referer": "https://app.example.com",
    "x-title": 'a:b,c;d="e"',
    "x-empty": "",
    "if-none-match": '"abc"',
    range: "bytes=0-9",
    priority: "u=1",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "content-type": "application/json; charset=utf-8",
    "content-encoding": "gzip",
    "sec-fetch-mode": "cors",
    cfx: "1",
    "x-forwarded": "1",
  };
  const { "x-forwarded": _, ...wanted } = kept;
  const head = await arrivingHead(kept, { method: "POST", body: "{}" });
  const arrived = Object.fromEntries(Object.keys(wanted).map((name) => [name, head.value(name)]));
  assert.deepEqual(arrived, wanted);
});

test("the gateway adds nothing but what the next hop needs", async () => {
  const head = await arrivingHead({ authorization: "Bearer sk-1", "user-agent": "curl/8" });
  const names = namesIn(head).sort();
  assert.deepEqual(names, ["authorization", "host", "user-agent"]);
});

test("a header value in UTF-8 arrives as the same bytes", async () => {
  const bytes = Buffer.from("Grüße, 你好 😀").toString("latin1");
  const head = await arrivingHead({ "x-title": bytes });
  assert.equal(head.value("x-title"), bytes);
});

test("several header fields of one name arrive with all their values in order", async () => {
  const head = await arrivingHead([
    ["OpenAI-Beta", "a=1"],
    ["x-between", "1"],
    ["openai-beta", "b=2"],
  ]);
  assert.equal(head.values("openai-beta").join(", "), "a=1, b=2");
});

test("a header value of 60 KB arrives whole", async () => {
  const value = `Bearer ${"k".repeat(60 * 1024)}`;
  const head = await arrivingHead({ authorization: value });
  assert.equal(head.value("authorization"), value);
});

test("a hundred headers arrive", async () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-many-${i}`, `${i}`]));
  const head = await arrivingHead(many);
  const arrived = Object.fromEntries(head.headers.filter(([name]) => name.startsWith("x-many-")));
  assert.deepEqual(arrived, many);
});

test("Expect: 100-continue ends at the gateway, and the body behind it arrives", async () => {
  const call = { method: "POST", body: '{"model":"gpt"}' };
  const head = await arrivingHead({ Expect: "100-continue" }, call);
  assert.ok(!namesIn(head).includes("expect"));
  assert.equal((await upstream.last().body).toString(), call.body);
});
