// Access keys that may use certain models only: their bodies are read, checked and sent on as they
// were; everybody else's stream past unread.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { open, request } from "../support/client.js";
import { chunk, LAST_CHUNK } from "../support/http1.js";
import { startPair } from "../support/pair.js";

const LIMIT = 64 * 1024;

const { upstream, gateway } = await startPair({
  env: {
    OPENAI_API_KEY: "sk-server",
    ACCESS_KEYS: "full=ak-full,mini=ak-mini",
    CONFIG: {
      max_body: "64KiB",
      access: { keys: { mini: { models: ["gpt-4o-mini", "o1-*"] } } },
    },
  },
});

const POST = { method: "POST", path: "/v1/chat/completions" };
const mini = { authorization: "Bearer ak-mini", "content-type": "application/json" };
const full = { authorization: "Bearer ak-full", "content-type": "application/json" };

/**
 * A body that reaches the upstream as it was sent.
 * @param {string | Buffer} body
 * @param {object} [call]
 */
async function assertPasses(body, call = {}) {
  const before = upstream.requests.length;
  const { status, text } = await request(gateway, { ...POST, headers: mini, body, ...call });
  assert.equal(status, 200, `${text} for ${body}`);
  assert.equal(upstream.requests.length, before + 1);
  const exchange = upstream.last();
  assert.deepEqual(await exchange.body, Buffer.from(body));
  assert.equal(exchange.value("authorization"), "Bearer sk-server");
  return exchange;
}

/**
 * @param {string | Buffer | undefined} body
 * @param {object} [call]
 * @param {[number, string]} [error] status and code
 */
async function assertRefused(body, call = {}, error = [403, "model_not_allowed"]) {
  const before = upstream.requests.length;
  const response = await request(gateway, { ...POST, headers: mini, body, ...call });
  assert.equal(response.status, error[0], `${response.text} for ${body}`);
  assert.equal(response.value("x-sluice-error"), error[1]);
  assert.equal(response.json().error.code, error[1]);
  assert.equal(upstream.requests.length, before, "nothing reaches the upstream");
  return response;
}

test("the models of the rule pass, others are a 403", async () => {
  for (const model of ["gpt-4o-mini", "o1-", "o1-preview"]) {
    await assertPasses(`{"model":"${model}","messages":[]}`);
  }
  for (const model of ["gpt-4o", "gpt-4o-mini-2", "GPT-4o-mini", "o1", "xo1-preview", "", "*"]) {
    await assertRefused(`{"model":"${model}","messages":[]}`);
  }
});

test("keys without a rule use any model", async () => {
  await assertPasses('{"model":"gpt-4o"}', { headers: full });
});

test("the bytes are identical after the check", async () => {
  await assertPasses(
    '\n{ "seed":12345678901234567890,"temperature":1.0, "model":"gpt-4o-mini","a":1e400,"seed" : -0,' +
      '"x":"\\u00e9\\/é😀\\ud83d\\ude00","stop":[ ] , "unknown":{"z":null}} \r\n',
  );
  const { head } = upstream.last();
  assert.equal(head.value("content-type"), "application/json");
  assert.deepEqual(head.values("transfer-encoding"), []);
});

test("only the model at the top counts", async () => {
  await assertPasses(
    '{"metadata":{"model":"gpt-4o"},"model":"gpt-4o-mini","x":[{"model":"gpt-4o"}]}',
  );
  await assertPasses('{"user":"\\"model\\":\\"gpt-4o\\",","model":"gpt-4o-mini"}');
  await assertRefused('{"metadata":{"model":"gpt-4o-mini"},"model":"gpt-4o"}');
  await assertRefused('{"user":"\\",\\"model\\":\\"gpt-4o-mini","model":"gpt-4o"}');
});

test("of several models the last one counts, as it does in a JSON parser", async () => {
  await assertPasses('{"model":"gpt-4o","model":"gpt-4o-mini"}');
  await assertRefused('{"model":"gpt-4o-mini","model":"gpt-4o"}');
  await assertRefused('{"model":"gpt-4o-mini","\\u006dodel":"gpt-4o"}');
  await assertRefused('{"model":"gpt-4o-mini","model":null}');
});

test("escapes in the name and in the value are understood", async () => {
  await assertPasses('{"\\u006do\\u0064el":"gpt\\u002d4o-mini"}');
  await assertRefused('{"\\u006d\\u006f\\u0064\\u0065\\u006c":"gpt-4o"}');
  await assertRefused('{"model":"gpt-4o-mini\\u0000"}');
  await assertRefused('{"model":"gpt-4o-mini\\n"}');
});

test("a model that is no string is none of the rule's", async () => {
  for (const model of ["null", "1", "true", '["gpt-4o-mini"]', '{"model":"gpt-4o-mini"}']) {
    await assertRefused(`{"model":${model}}`);
  }
});

test("a body without a model passes, and so does a request without a body", async () => {
  await assertPasses('{"input":"x"}');
  await assertPasses("", { path: "/v1/batches/b/cancel" });
  await assertPasses("", { method: "DELETE", path: "/v1/files/file-1" });
  await assertPasses("", { method: "GET", path: "/v1/models", body: undefined });
});

test("a body that is no JSON object is a 400, with the offset at which it stops being JSON", async () => {
  for (const [body, offset] of /** @type {[string, number][]} */ ([
    ['{"model":"gpt-4o-mini",}', 23],
    ["model=gpt-4o", 0],
    ['{"model":"gpt-4o-mini"} x', 24],
    ['{"model":"gpt-4o-mini"', 22],
  ])) {
    const { json } = await assertRefused(body, {}, [400, "invalid_json"]);
    assert.match(json().message, new RegExp(`byte ${offset}\\.`), body);
  }
  await assertRefused('["gpt-4o"]', {}, [400, "invalid_json"]);
  await assertRefused("\uFEFF[]", {}, [400, "invalid_json"]);
  const utf16 = Buffer.from('{"model":"gpt-4o"}', "utf16le");
  await assertRefused(utf16, {}, [400, "invalid_json"]);
});

test("a compressed body, which hides its model, is a 400", async () => {
  const headers = { ...mini, "content-encoding": "gzip" };
  await assertRefused(gzipSync('{"model":"gpt-4o"}'), { headers }, [400, "invalid_json"]);
});

test("a query's model is checked too, as WebSockets have it", async () => {
  const get = { method: "GET", body: undefined };
  await assertPasses("", { ...get, path: "/v1/realtime?model=o1-realtime" });
  for (const query of [
    "model=gpt-4o",
    "a=1&model=gpt-4o",
    "%6dodel=gpt-4o",
    "model=o1-x&model=x",
  ]) {
    await assertRefused(undefined, { ...get, path: `/v1/realtime?${query}` });
  }
  const upgrade = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "realtime, openai-insecure-api-key.ak-mini",
  };
  await assertRefused(undefined, { ...get, headers: upgrade, path: "/v1/realtime?model=gpt-4o" });
  const full = { authorization: "Bearer ak-full" };
  await assertPasses("", { ...get, headers: full, path: "/v1/realtime?model=gpt-4o" });
});

/** @param {[string, string][]} fields */
function form(fields) {
  const parts = fields.map(([name, value]) => {
    const disposition = name === "file" ? `name="file"; filename="a.mp3"` : `name="${name}"`;
    return `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
  });
  return `${parts.join("")}--b--\r\n`;
}

test("a form's model is checked", async () => {
  const call = {
    path: "/v1/audio/transcriptions",
    headers: { ...mini, "content-type": "multipart/form-data; boundary=b" },
  };
  const file = /** @type {[string, string]} */ (["file", '\0\xff--\r\nname="model"\r\n\r\ngpt-4o']);
  await assertPasses(form([file, ["model", "o1-whisper"]]), call);
  await assertPasses(form([["model", "o1-whisper"], file]), call);
  await assertPasses(form([file]), call);
  await assertRefused(form([file, ["model", "whisper-1"]]), call);
  const twice = form([
    ["model", "o1-whisper"],
    ["model", "whisper-1"],
  ]);
  await assertRefused(twice, call, [400, "invalid_form"]);
  await assertRefused('{"model":"gpt-4o"}', call, [400, "invalid_form"]);
  const unquoted = {
    ...call,
    headers: { ...mini, "content-type": 'Multipart/Form-Data; Boundary="b"' },
  };
  await assertRefused(form([["model", "whisper-1"]]), unquoted);
});

test("the body is sent on only when it was read, in one piece or in many", async () => {
  const before = upstream.requests.length;
  const headers = { ...mini, "transfer-encoding": "chunked" };
  const slow = open(gateway, { ...POST, headers, body: chunk('{"model":"gpt-4o') });
  assert.equal((await request(gateway, { ...POST, headers: full, body: "{}" })).status, 200);
  assert.equal(upstream.requests.length, before + 1);
  slow.write(chunk("-mini"));
  slow.write(chunk('"}'));
  slow.write(LAST_CHUNK);
  assert.equal((await slow.response()).status, 200);
  assert.equal((await upstream.last().body).toString(), '{"model":"gpt-4o-mini"}');
  slow.close();
});

test("bodies of keys without a rule stream on unread, of any size", async () => {
  const held = upstream.hold();
  const size = 4 * LIMIT;
  const headers = { ...full, "content-length": String(size) };
  const connection = open(gateway, { ...POST, headers, body: "not JSON" });
  const exchange = await held;
  exchange.begin(200);
  assert.equal((await connection.head()).status, 200);
  connection.write(Buffer.alloc(size - 8, "x"));
  assert.equal((await exchange.body).length, size);
  exchange.end();
  await connection.rest();
  connection.close();
});

test("the largest body that is read passes, a byte more is a 413", async () => {
  const start = '{"model":"gpt-4o-mini","x":"';
  const largest = `${start}${"y".repeat(LIMIT - start.length - 2)}"}`;
  await assertPasses(largest);
  const chunked = { headers: { ...mini, "transfer-encoding": "chunked" } };
  const inChunks = Buffer.concat([chunk(largest), Buffer.from(LAST_CHUNK)]);
  assert.equal((await request(gateway, { ...POST, ...chunked, body: inChunks })).status, 200);
  assert.equal((await upstream.last().body).toString(), largest);

  await assertRefused(`${largest} `, {}, [413, "body_too_large"]);
  const tooLong = Buffer.concat([chunk(`${largest} `), Buffer.from(LAST_CHUNK)]);
  const { json } = await assertRefused(tooLong, chunked, [413, "body_too_large"]);
  assert.match(json().message, /CONFIG\.max_body/);
});

test("a body that is too large is refused before its end", async () => {
  const announced = { ...mini, "content-length": "1000000" };
  await assertRefused("{", { headers: announced }, [413, "body_too_large"]);
  const headers = { ...mini, "transfer-encoding": "chunked" };
  const body = chunk(Buffer.alloc(LIMIT + 1, " "));
  await assertRefused(body, { headers }, [413, "body_too_large"]);
});
