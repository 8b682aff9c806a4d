// Request bodies reach the upstream byte-identical, framed as they were sent.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { open, request } from "../support/client.js";
import { chunk, LAST_CHUNK } from "../support/http1.js";
import { startPair } from "../support/pair.js";

const { upstream, gateway } = await startPair();

const POST = { method: "POST", path: "/v1/chat/completions" };
const json = { "content-type": "application/json" };

/**
 * The exchange in which the call reached the upstream.
 * @param {import("../support/client.js").Call} call
 */
async function arriving(call) {
  const { status } = await request(gateway, call);
  assert.equal(status, 200);
  return upstream.last();
}

test("Content-Length is kept", async () => {
  const body = Buffer.from('{"model":"gpt-4o","messages":[]}');
  const { head, body: arrived } = await arriving({ ...POST, headers: json, body });
  assert.deepEqual(await arrived, body);
  assert.equal(head.value("content-length"), String(body.length));
  assert.deepEqual(head.values("transfer-encoding"), []);
});

test("a chunked body stays chunked, and its pieces arrive as they are sent", async () => {
  const held = upstream.hold();
  const connection = open(gateway, {
    ...POST,
    headers: { ...json, "transfer-encoding": "chunked" },
    body: chunk('{"messages":'),
  });
  const exchange = await held;
  assert.equal(exchange.value("transfer-encoding"), "chunked");
  assert.deepEqual(exchange.head.values("content-length"), []);
  exchange.begin(200);
  exchange.chunk("begun");
  await connection.head();
  assert.equal((await connection.exactly(5)).toString(), "begun");
  connection.write(chunk("[]}"));
  connection.write(LAST_CHUNK);
  assert.equal((await exchange.body).toString(), '{"messages":[]}');
  exchange.end();
  await connection.rest();
  connection.close();
});

test("a body streams: its beginning arrives before its end is sent", async () => {
  const held = upstream.hold();
  const connection = open(gateway, {
    ...POST,
    headers: { ...json, "content-length": "8" },
    body: "1234",
  });
  const exchange = await held;
  exchange.begin(200);
  const { status } = await connection.head();
  assert.equal(status, 200);
  connection.write("5678");
  assert.equal((await exchange.body).toString(), "12345678");
  exchange.end();
  await connection.rest();
  connection.close();
});

test("DELETE goes with and without a body", async () => {
  const without = await arriving({ method: "DELETE", path: "/v1/files/file-1" });
  assert.equal(without.head.startLine, "DELETE /v1/files/file-1 HTTP/1.1");
  assert.deepEqual(without.head.values("transfer-encoding"), []);
  assert.equal((await without.body).length, 0);

  const path = "/v1/organization/x";
  const body = '{"why":"because"}';
  const withBody = await arriving({ method: "DELETE", path, headers: json, body });
  assert.equal((await withBody.body).toString(), body);
  assert.equal(withBody.value("content-length"), String(body.length));
});

test("POST without a body stays without", async () => {
  const { head, body } = await arriving({ method: "POST", path: "/v1/batches/b/cancel", body: "" });
  assert.equal((await body).length, 0);
  assert.equal(head.value("content-length"), "0");
  assert.deepEqual(head.values("transfer-encoding"), []);
});

test("GET with a body keeps it", async () => {
  const body = '{"query":1}';
  const { method, body: arrived } = await arriving({ path: "/v1/models", headers: json, body });
  assert.equal(method, "GET");
  assert.equal((await arrived).toString(), body);
});

test("PUT and PATCH go with their bodies", async () => {
  for (const method of ["PUT", "PATCH"]) {
    const exchange = await arriving({ method, path: "/v1/x", headers: json, body: '{"a":1}' });
    assert.equal(exchange.method, method);
    assert.equal((await exchange.body).toString(), '{"a":1}');
  }
});

test("broken JSON and invalid UTF-8 pass unchanged", async () => {
  const bodies = [
    Buffer.from('{"model": "gpt", "messages": ['),
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x00, 0x22]),
    Buffer.from("\uFEFF{}"),
    Buffer.from("not JSON\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
  ];
  for (const body of bodies) {
    assert.deepEqual(await (await arriving({ ...POST, headers: json, body })).body, body);
  }
});

test("big integers, 1.0, duplicate keys, key order and blanks arrive as sent", async () => {
  const body =
    '{ "seed":12345678901234567890,"temperature":1.0, "b":1,"a":1e400,\n"seed" : -0,' +
    '"seed":2,"x":"\\u00e9\\/\\ud800","stop":[ ] , "unknown":{"z":null}}';
  const exchange = await arriving({ ...POST, headers: json, body });
  assert.equal((await exchange.body).toString(), body);
});

test("a compressed body and random bytes arrive as sent", async () => {
  const gzip = gzipSync('{"model":"gpt"}');
  const headers = { ...json, "content-encoding": "gzip" };
  const compressed = await arriving({ ...POST, headers, body: gzip });
  assert.deepEqual(await compressed.body, gzip);
  assert.equal(compressed.value("content-encoding"), "gzip");

  const random = randomBytes(300_000);
  assert.deepEqual(await (await arriving({ ...POST, body: random })).body, random);
});
