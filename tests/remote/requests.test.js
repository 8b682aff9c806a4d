// What of a request reaches the upstream, through all that stands in front of the gateway.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { open, request } from "../support/client.js";
import { gateway, listenAsUpstream, watching } from "../support/remote.js";

const upstream = await listenAsUpstream();

const POST = { method: "POST", path: "/v1/chat/completions" };
const JSON_TYPE = { "content-type": "application/json" };

/**
 * The exchange in which a call reached the upstream.
 * @param {import("../support/client.js").Call} call
 */
async function arriving(call) {
  const before = upstream.requests.length;
  const { status, text } = await request(gateway, call);
  assert.equal(status, 200, text);
  assert.equal(upstream.requests.length, before + 1);
  return upstream.last();
}

test("nothing that tells who the caller is reaches the upstream", watching, async () => {
  // Without CF-Connecting-IP: what is in front sets it, and Cloudflare refuses who brings one along.
  const headers = {
    "CF-IPCountry": "DE",
    "CF-Visitor": '{"scheme":"https"}',
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "gw.example.com",
    "X-Forwarded-Proto": "https",
    Forwarded: "for=203.0.113.9",
    Via: "1.1 proxy",
    "X-Real-IP": "203.0.113.9",
    "True-Client-IP": "203.0.113.9",
    "X-Client-IP": "203.0.113.9",
    Cookie: "session=secret",
    Origin: "https://app.example.com",
    Referer: "https://app.example.com/chat",
  };
  // CF-Worker is what Cloudflare puts on whatever a Worker fetches; nobody can take it off.
  const tells =
    /^(cf-(?!worker$).*|x-forwarded-.*|forwarded|via|cdn-loop|.*client-ip|x-real-ip|cookie|origin|referer)$/i;
  for (const call of [{ path: "/v1/models" }, { ...POST, body: "{}" }]) {
    const { head } = await arriving({ ...call, headers });
    const leaked = head.headers.filter(([name]) => tells.test(name));
    assert.deepEqual(leaked, []);
    assert.ok(!head.bytes.includes("203.0.113.9"), "the address of the caller");
  }
});

test("the headers of clients reach the upstream unchanged", watching, async () => {
  const kept = {
    authorization: "Bearer sk-caller  two blanks",
    "content-type": "application/json; charset=utf-8",
    "openai-organization": "org-1",
    "openai-beta": "assistants=v2, realtime=v1",
    "idempotency-key": "stainless-node-retry-1",
    "user-agent": "OpenAI/JS 7.55.0",
    accept: "application/json",
    "x-stainless-retry-count": "0",
    "x-api-key": "key-1",
    "x-title": 'a:b,c;d="e"',
    "x-under_score": "1",
  };
  const { value } = await arriving({ ...POST, headers: kept, body: "{}" });
  const arrived = Object.fromEntries(Object.keys(kept).map((name) => [name, value(name)]));
  assert.deepEqual(arrived, kept);
});

test("a key of 20 KB arrives whole", watching, async () => {
  const authorization = `Bearer ${"k".repeat(20_000)}`;
  const { value } = await arriving({ path: "/v1/models", headers: { authorization } });
  assert.equal(value("authorization"), authorization);
});

test("a URL arrives byte for byte", watching, async () => {
  for (const path of [
    "/v1/models?x=1%20y+z&a=1&a=2&b",
    "/v1/models??a=b?c",
    "/v1/models?u=//e/f&p=%2f%2F",
    "/v1/models/a%2Fb",
    "/v1/models/a%2fb%20c",
    "/v1/files/%E4%BD%A0%20%25;x=1@:,!$&'()*+=~",
    "/dashboard//billing/",
  ]) {
    assert.equal((await arriving({ path })).target, path);
  }
});

test("a URL of 8000 characters arrives whole", watching, async () => {
  const path = `/v1/models?q=${"a%41+".repeat(1597)}ab`;
  assert.equal(path.length, 8000);
  assert.equal((await arriving({ path })).target, path);
});

test("no request chooses another host", watching, async () => {
  const { head } = await arriving({ path: "/v1/models" });
  const host = head.value("host");
  for (const path of ["//evil.example/v1/models", "/v1/models?url=http://evil.example"]) {
    const headers = { "x-base-url": "http://evil.example", "x-forwarded-host": "evil.example" };
    const exchange = await arriving({ path, headers });
    assert.deepEqual(exchange.head.values("host"), [host], path);
  }
});

test("the usual slips in base URLs are mended", watching, async () => {
  for (const slip of ["/v1/v1", "", "//v1", "/v1//v1", "/v1/"]) {
    const path = `${slip}/chat/completions?x=1%20`;
    assert.equal((await arriving({ path })).target, "/v1/chat/completions?x=1%20", path);
  }
});

test("a body arrives byte for byte, whatever it is", watching, async () => {
  const odd =
    '{ "seed":12345678901234567890,"temperature":1.0, "b":1,"a":1e400,\n"seed" : -0,' +
    '"x":"\\u00e9\\/\\ud800","stop":[ ] , "unknown":{"z":null}}';
  const bodies = [
    [JSON_TYPE, Buffer.from(odd)],
    [JSON_TYPE, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x00, 0x22])],
    [{ "content-type": "application/octet-stream" }, randomBytes(1 << 20)],
  ];
  for (const [headers, body] of /** @type {[Record<string, string>, Buffer][]} */ (bodies)) {
    const exchange = await arriving({ ...POST, headers, body });
    assert.deepEqual(await exchange.body, body);
    assert.equal(exchange.value("content-type"), headers["content-type"]);
    assert.equal(exchange.value("content-length"), String(body.length));
  }
});

test("an upload of 8 MB arrives", watching, async () => {
  const body = randomBytes(8 << 20);
  const exchange = await arriving({ ...POST, path: "/v1/files", body });
  assert.ok(body.equals(await exchange.body));
});

test("an upload streams: its beginning arrives before its end is sent", watching, async () => {
  const held = upstream.hold();
  const headers = { ...JSON_TYPE, "content-length": "8" };
  const connection = open(gateway, { ...POST, headers, body: "1234" });
  const exchange = await held;
  connection.write("5678");
  assert.equal((await exchange.body).toString(), "12345678");
  exchange.reply(200, JSON_TYPE, "{}");
  assert.equal((await connection.response()).status, 200);
  connection.close();
});

test("every method of the API arrives as itself", watching, async () => {
  for (const method of ["PUT", "PATCH", "DELETE"]) {
    const exchange = await arriving({ method, path: "/v1/x", headers: JSON_TYPE, body: "{}" });
    assert.equal(exchange.method, method);
    assert.equal((await exchange.body).toString(), "{}");
  }
  assert.equal((await arriving({ method: "DELETE", path: "/v1/files/1" })).method, "DELETE");
});
