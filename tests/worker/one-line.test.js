// POST /: a chat completion for a front end that posts {"messages": […]} and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, request } from "../support/client.js";
import { startPair } from "../support/pair.js";

const MESSAGES = '"messages":[{"role":"user","content":"Hello!"}]';
const DEFAULTS = { model: "gpt-3.5-turbo", temperature: 0.7, max_tokens: 1000 };

const opened = await startPair({ env: { OPENAI_API_KEY: "sk-server", ACCESS: "open" } });
const { upstream, gateway } = opened;
const keyed = await startPair({
  env: {
    OPENAI_API_KEY: "sk-server",
    ACCESS_KEYS: "anna=ak-anna,mini=ak-mini,no=ak-no",
    CONFIG: {
      access: { keys: { mini: { models: ["gpt-4o-mini"] }, no: { paths: ["/v1/models"] } } },
      chat: {
        defaults: { model: "gpt-4o-mini", max_completion_tokens: 9, stop: ["é", null, 1.5] },
      },
    },
  },
});

/**
 * The exchange in which a body reached the upstream, and the body.
 * @param {string} body
 * @param {import("../support/client.js").Call} [call]
 * @param {Awaited<ReturnType<typeof startPair>>} [pair]
 */
async function completed(body, call = {}, pair = opened) {
  const response = await request(pair.gateway, { method: "POST", path: "/", body, ...call });
  assert.equal(response.status, 200, response.text);
  const exchange = pair.upstream.last();
  assert.equal(`${exchange.method} ${exchange.target}`, "POST /v1/chat/completions");
  const text = (await exchange.body).toString();
  return { exchange, text, json: JSON.parse(text) };
}

/**
 * @param {string | Buffer} body
 * @param {string} code
 */
async function assert400(body, code) {
  const before = upstream.requests.length;
  const response = await request(gateway, { method: "POST", path: "/", body });
  assert.equal(response.status, 400, `${body}`);
  assert.equal(response.value("x-sluice-error"), code);
  assert.equal(response.value("access-control-allow-origin"), "*");
  assert.equal(upstream.requests.length, before);
  return response.json().message;
}

test("messages alone become a chat completion", async () => {
  const { exchange, json, text } = await completed(`{${MESSAGES}}`);
  assert.deepEqual(json, { ...DEFAULTS, ...JSON.parse(`{${MESSAGES}}`) });
  assert.equal(exchange.value("authorization"), "Bearer sk-server");
  assert.equal(exchange.value("content-type"), "application/json");
  assert.equal(exchange.value("content-length"), String(Buffer.byteLength(text)));
});

test("a page's plain fetch(), which says text/plain, works without a key and a preflight", async () => {
  const headers = { origin: "https://app.example.com", "content-type": "text/plain;charset=UTF-8" };
  upstream.onNext((exchange) => exchange.reply(200, {}, '{"choices":[]}'));
  const response = await request(gateway, {
    method: "POST",
    path: "/",
    headers,
    body: `{${MESSAGES}}`,
  });
  assert.equal(response.text, '{"choices":[]}');
  assert.deepEqual(response.values("access-control-allow-origin"), ["*"]);
  assert.deepEqual(upstream.last().head.values("content-type"), ["application/json"]);
});

test("only what is missing is filled in", async () => {
  for (const given of [{ model: "gpt-4o" }, { temperature: 1 }, { max_tokens: 5, top_p: 0.1 }]) {
    const { json } = await completed(`{${MESSAGES},${JSON.stringify(given).slice(1)}`);
    assert.deepEqual(json, { ...DEFAULTS, messages: json.messages, ...given });
  }
});

test("0, null, false and the empty string count as given", async () => {
  for (const value of ["0", "null", "false", '""', "[]"]) {
    const body = `{"model":${value},"temperature":${value},"max_tokens":${value},${MESSAGES}}`;
    assert.equal((await completed(body)).text, body);
  }
});

test("max_tokens is not added beside max_completion_tokens", async () => {
  for (const value of ["50", "null"]) {
    const { json } = await completed(`{${MESSAGES},"max_completion_tokens":${value}}`);
    assert.ok(!("max_tokens" in json));
    assert.equal(json.model, DEFAULTS.model);
  }
});

test("a member of that name deeper down, or in a string, is not the member", async () => {
  const { json } = await completed(
    '{"metadata":{"model":"x","max_completion_tokens":1},"messages":["\\"temperature\\":1"]}',
  );
  assert.equal(json.model, DEFAULTS.model);
  assert.equal(json.temperature, 0.7);
  assert.equal(json.max_tokens, 1000);
  const escaped = '{"\\u006dodel":"m","t\\u0065mperature":0,"max_tokens":1,"messages":[]}';
  assert.equal((await completed(escaped)).text, escaped);
});

test("the rest of the body stays byte-identical", async () => {
  const rest =
    ' "seed":12345678901234567890,\t"top_p":1.0,"a":1e400,"seed" : -0,"x":"\\u00e9\\/é😀",' +
    `"unknown":{"z":null},\r\n${MESSAGES} } \n`;
  const { text } = await completed(`\n {${rest}`);
  assert.ok(text.startsWith("\n {"));
  assert.ok(text.endsWith(rest), text);
  const added = text.slice(3, -rest.length);
  assert.deepEqual(JSON.parse(`{${added.replace(/,$/, "")}}`), DEFAULTS);
});

test("a long body in UTF-8 arrives whole", async () => {
  const content = "é你😀".repeat(100_000);
  const { json } = await completed(`{"messages":["${content}"]}`);
  assert.equal(json.messages[0], content);
});

test("the answer streams", async () => {
  const held = upstream.hold();
  const body = `{${MESSAGES},"stream":true}`;
  const connection = open(gateway, { method: "POST", path: "/", body });
  const exchange = await held;
  exchange.begin(200, { "content-type": "text/event-stream" });
  exchange.chunk("data: 1\n\n");
  assert.equal((await connection.head()).value("content-type"), "text/event-stream");
  assert.equal((await connection.exactly(9)).toString(), "data: 1\n\n");
  exchange.chunk("data: [DONE]\n\n");
  exchange.end();
  assert.equal((await connection.rest()).toString(), "data: [DONE]\n\n");
  connection.close();
});

test("what is not JSON is a 400 that says where it stops being JSON", async () => {
  for (const [body, offset] of /** @type {[string | Buffer, number][]} */ ([
    ["", 0],
    ["messages=1", 0],
    [`{${MESSAGES},}`, MESSAGES.length + 2],
    [`{${MESSAGES}`, MESSAGES.length + 1],
    ["{'messages':[]}", 1],
    ['{"messages":[\xff]}', 13],
  ])) {
    assert.match(await assert400(body, "invalid_json"), new RegExp(`byte ${offset}\\.`), `${body}`);
  }
  for (const body of ["[]", '"messages"', "null", "1"]) await assert400(body, "invalid_json");
});

test("messages that are missing, or no array, are a 400 that shows what to send", async () => {
  for (const body of ["{}", '{"prompt":"x"}', '{"metadata":{"messages":[]}}']) {
    assert.match(await assert400(body, "missing_messages"), /"messages".*array/);
  }
  for (const value of ["null", '"Hello!"', "{}", "1"]) {
    await assert400(`{"messages":${value}}`, "missing_messages");
  }
  await assert400('{"messages":[],"messages":null}', "missing_messages");
});

test("other methods are a 405 that names those that go", async () => {
  for (const method of ["PUT", "PATCH", "DELETE"]) {
    const before = upstream.requests.length;
    const response = await request(gateway, { method, path: "/", body: `{${MESSAGES}}` });
    assert.equal(response.status, 405);
    assert.equal(response.value("x-sluice-error"), "method_not_allowed");
    assert.equal(response.value("allow"), "GET, HEAD, POST, OPTIONS");
    assert.equal(upstream.requests.length, before);
  }
});

test("a query goes along", async () => {
  const body = `{${MESSAGES}}`;
  const response = await request(gateway, { method: "POST", path: "/?a=%2F", body });
  assert.equal(response.status, 200);
  assert.equal(upstream.last().target, "/v1/chat/completions?a=%2F");
});

test("CONFIG.chat.defaults replaces the defaults", async () => {
  const headers = { authorization: "Bearer ak-anna" };
  const { json } = await completed(`{${MESSAGES}}`, { headers }, keyed);
  const defaults = { model: "gpt-4o-mini", max_completion_tokens: 9, stop: ["é", null, 1.5] };
  assert.deepEqual(json, { ...defaults, messages: json.messages });
  const given = await completed(`{${MESSAGES},"max_tokens":1,"stop":null}`, { headers }, keyed);
  assert.ok(!("max_completion_tokens" in given.json));
  assert.equal(given.json.stop, null);
});

test("the rules of access hold here too", async () => {
  const body = `{${MESSAGES}}`;
  for (const [key, text, status, code] of /** @type {[string, string, number, string][]} */ ([
    ["", body, 401, "missing_api_key"],
    ["ak-x", body, 401, "invalid_api_key"],
    ["ak-no", body, 403, "path_not_allowed"],
    ["ak-mini", `{${MESSAGES},"model":"gpt-4o"}`, 403, "model_not_allowed"],
  ])) {
    const headers = { authorization: `Bearer ${key}` };
    const call = { method: "POST", path: "/", headers, body: text };
    const response = await request(keyed.gateway, call);
    assert.equal(response.status, status);
    assert.equal(response.value("x-sluice-error"), code);
  }
  const headers = { authorization: "Bearer ak-mini" };
  const { exchange } = await completed(body, { headers }, keyed);
  assert.equal(exchange.value("authorization"), "Bearer sk-server");
});

test("a body larger than CONFIG.max_body is a 413, and streams freely at the API's own path", async (t) => {
  const env = { OPENAI_API_KEY: "sk-1", ACCESS: "open", CONFIG: { max_body: "1KiB" } };
  const small = await startPair({ env }, t);
  const body = `{${MESSAGES},"x":"${"y".repeat(1024)}"}`;
  const refused = await request(small.gateway, { method: "POST", path: "/", body });
  assert.equal(refused.status, 413);
  assert.equal(refused.value("x-sluice-error"), "body_too_large");
  assert.equal(small.upstream.requests.length, 0);
  const call = { method: "POST", path: "/v1/chat/completions", body };
  assert.equal((await request(small.gateway, call)).status, 200);
});

test("with CONFIG.api = none, POST / is the site's own", async (t) => {
  const site = await startPair({ env: { CONFIG: { api: "none" } } }, t);
  assert.equal((await request(site.gateway, { method: "POST", path: "/", body: "x" })).status, 200);
  assert.equal(site.upstream.last().target, "/");
  assert.equal((await site.upstream.last().body).toString(), "x");
});
