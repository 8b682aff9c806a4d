// A page spends the server's key, if the gateway's owner says so: the chat endpoint by a bare
// fetch(), and a WebSocket, from real Chromium. Nobody else's page spends anything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useBrowser } from "../support/browser.js";
import { ANSWER, createGate, startForTest, within } from "../support/openai.js";
import { startPair } from "../support/pair.js";
import { acceptWebSocket } from "../support/websocket.js";
import { converse } from "./page.js";

const OPEN = { ACCESS: "open", OPENAI_API_KEY: "sk-server" };
const ACCESS_KEY = "team-key-of-alice";
const MESSAGES = [{ role: "user", content: "Hello! 你好" }];

const { openPage, frontEnd } = useBrowser();

/**
 * In the page: the ten lines that such front ends have.
 * @param {{ url: string, body: string, headers?: Record<string, string> }} options
 */
async function post({ url, body, headers }) {
  const response = await fetch(url, { method: "POST", body, ...(headers && { headers }) });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    answer: await response.json(),
  };
}

/**
 * In the page: tells of each piece of the answer as it comes.
 * @param {{ url: string, body: string }} options
 */
async function postAndRead({ url, body }) {
  const page = /** @type {import("./page.js").Page} */ (globalThis);
  const response = await fetch(url, { method: "POST", body });
  const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    const { value, done } = (await pieces?.read()) ?? { done: true };
    if (done) return text;
    text += value;
    await page.sawWord();
  }
}

/** The address of a gateway's one-line endpoint, as front ends write it: with a slash or without. */
const BARE = ["", "/"];

for (const slash of BARE) {
  test(`a bare fetch() of messages to "${slash}" is answered without a key`, async (t) => {
    const { url, openAi } = await startForTest(t, { env: OPEN });
    const page = await openPage(t, "app.localhost");
    const body = JSON.stringify({ messages: MESSAGES });
    const { status, type, answer } = await page.evaluate(post, { url: url + slash, body });
    assert.equal(status, 200);
    assert.equal(type, "application/json");
    assert.match(answer.choices[0].message.content, ANSWER);

    assert.equal(openAi.requests.length, 1);
    const sent = openAi.requests[0] ?? assert.fail();
    assert.equal(`${sent.method} ${sent.url}`, "POST /v1/chat/completions");
    assert.equal(sent.headers.authorization, "Bearer sk-server");
    assert.equal(sent.headers["content-type"], "application/json");
    assert.equal(sent.headers.origin, undefined);
    assert.deepEqual(JSON.parse(`${sent.body}`), {
      model: "gpt-3.5-turbo",
      temperature: 0.7,
      max_tokens: 1000,
      messages: MESSAGES,
    });
  });
}

test("a bare fetch() streams, each word before the next one is sent", async (t) => {
  const gate = createGate();
  const { url, openAi } = await startForTest(t, { env: OPEN, pause: gate.pass });
  const page = await openPage(t, "app.localhost");
  await page.exposeFunction("sawWord", gate.release);
  const body = JSON.stringify({ messages: MESSAGES, stream: true });
  const text = await within(10_000, page.evaluate(postAndRead, { url, body }));
  const events = text.split("\n\n").filter((event) => event.startsWith("data: {"));
  const words = events.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta.content ?? "");
  assert.match(words.join(""), ANSWER);
  assert.ok(text.endsWith("data: [DONE]\n\n"));
  assert.equal(openAi.requests[0]?.headers.authorization, "Bearer sk-server");
});

test("a page reads the gateway's errors about what it posted", async (t) => {
  const { url, openAi } = await startForTest(t, { env: OPEN });
  const page = await openPage(t, "app.localhost");
  const cases = /** @type {const} */ ([
    ['{"messages": [', "invalid_json"],
    ["{}", "missing_messages"],
    ['{"messages": "Hi"}', "missing_messages"],
  ]);
  for (const [body, code] of cases) {
    const { status, answer } = await page.evaluate(post, { url, body });
    assert.equal(status, 400);
    assert.equal(answer.error.code, code);
    assert.equal(answer.message, answer.error.message);
  }
  assert.deepEqual(openAi.requests, []);
});

test("without the word open a page learns what is missing, and spends nothing", async (t) => {
  const { url, openAi } = await startForTest(t, { env: { OPENAI_API_KEY: "sk-server" } });
  const page = await openPage(t, "app.localhost");
  const body = JSON.stringify({ messages: MESSAGES });
  const { status, answer } = await page.evaluate(post, { url, body });
  assert.equal(status, 401);
  assert.equal(answer.error.code, "missing_api_key");
  assert.deepEqual(openAi.requests, []);
});

test("a page of another origin spends nothing, with a preflight or without", async (t) => {
  const env = { ...OPEN, ALLOWED_ORIGINS: `http://app.localhost:${frontEnd().port}` };
  const { url, openAi } = await startForTest(t, { env });
  const body = JSON.stringify({ model: "gpt-5-mini", messages: MESSAGES });
  const stranger = await openPage(t, "other.localhost");
  for (const path of ["", "/v1/chat/completions"]) {
    for (const type of [undefined, "text/plain", "application/json"]) {
      const options = { url: url + path, body, ...(type && { headers: { "content-type": type } }) };
      await assert.rejects(stranger.evaluate(post, options), /Failed to fetch/, `${path} ${type}`);
    }
  }
  // A form's target is a page of its own, and what it posts has no preflight either.
  const answered = stranger.waitForResponse((response) => response.url().startsWith(url));
  await stranger.evaluate((action) => {
    document.body.innerHTML = `<form method="post" enctype="text/plain" action="${action}"><input
      name='{"messages": [], "x": "' value='"}'></form>`;
    document.forms[0]?.submit();
  }, url);
  assert.equal((await answered).status(), 403);

  const listed = await openPage(t, "app.localhost");
  assert.equal((await listed.evaluate(post, { url, body })).status, 200);
  const posts = openAi.requests.filter(({ method }) => method === "POST");
  assert.equal(posts.length, 1, "only the listed page's");
});

test("a page of another origin spends nothing by what sends no Origin", async (t) => {
  const env = { ...OPEN, ALLOWED_ORIGINS: `http://app.localhost:${frontEnd().port}` };
  const { url, openAi } = await startForTest(t, { env });
  const stranger = await openPage(t, "other.localhost");
  await stranger.evaluate(async (models) => {
    await fetch(models, { mode: "no-cors" });
    const image = new Image();
    await new Promise((resolve) => {
      image.onerror = resolve;
      image.src = models;
    });
  }, `${url}/v1/models`);
  assert.deepEqual(openAi.requests, []);
});

test("a page's WebSocket brings an access key, and the upstream gets the server's", async (t) => {
  const env = { OPENAI_API_KEY: "sk-server", ACCESS_KEYS: `alice=${ACCESS_KEY}` };
  const { upstream, gateway } = await startPair({ env }, t);
  const page = await openPage(t, "app.localhost");
  const held = upstream.hold();
  const conversation = page.evaluate(converse, {
    url: `${gateway.url.replace("http", "ws")}/v1/realtime?model=gpt-realtime`,
    protocols: ["realtime", `openai-insecure-api-key.${ACCESS_KEY}`, "openai-beta.realtime-v1"],
    message: '{"type":"response.create"}',
  });
  const exchange = await held;
  assert.equal(exchange.target, "/v1/realtime?model=gpt-realtime");
  assert.equal(exchange.value("authorization"), "Bearer sk-server");
  const offered = exchange.value("sec-websocket-protocol");
  assert.equal(offered, "realtime, openai-beta.realtime-v1");
  assert.ok(!`${exchange.head.bytes}`.includes(ACCESS_KEY), "the access key went upstream");
  const socket = acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  assert.deepEqual(await socket.receive(), { kind: "text", text: '{"type":"response.create"}' });
  socket.send('{"type":"response.done"}');
  socket.close(1000, "session over");
  assert.deepEqual(await conversation, {
    protocol: "realtime",
    messages: ['{"type":"response.done"}'],
    code: 1000,
    reason: "session over",
  });
});

test("a stranger's page opens no WebSocket at the server's expense", async (t) => {
  const env = { ...OPEN, ALLOWED_ORIGINS: "https://app.example.com" };
  const { upstream, gateway } = await startPair({ env }, t);
  const page = await openPage(t, "other.localhost");
  const url = `${gateway.url.replace("http", "ws")}/v1/realtime?model=gpt-realtime`;
  const { code } = await page.evaluate(converse, { url, protocols: ["realtime"], message: "x" });
  assert.equal(code, 1006);
  assert.deepEqual(upstream.requests, []);
});
