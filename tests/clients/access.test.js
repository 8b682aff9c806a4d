// Access keys as people use them: as the API key of the official `openai` package, for chats and
// for a realtime session. The upstream gets the server's key, and the access key nowhere.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import OpenAI, { AuthenticationError, PermissionDeniedError, RateLimitError } from "openai";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { ANSWER, CHAT, failure, startForTest } from "../support/openai.js";
import { startPair } from "../support/pair.js";
import { soon } from "../support/wait.js";
import { acceptWebSocket } from "../support/websocket.js";

const SERVER_KEY = "sk-server";
const ACCESS_KEY = "team-key-of-alice";
const ENV = { OPENAI_API_KEY: SERVER_KEY, ACCESS_KEYS: `alice=${ACCESS_KEY}, bob=key-of-bob` };
const SESSION = { type: "response.create" };

/**
 * @param {string} url
 * @param {string} apiKey
 * @param {number} [maxRetries]
 */
function clientOf(url, apiKey, maxRetries = 0) {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries });
}

/**
 * What went upstream has the server's key, and the caller's nowhere.
 * @param {string | undefined} authorization
 * @param {unknown} request
 */
function assertServerKey(authorization, request) {
  assert.equal(authorization, `Bearer ${SERVER_KEY}`);
  assert.ok(!JSON.stringify(request).includes(ACCESS_KEY), "the access key went upstream");
}

test("an access key is the client's API key, and the server's is spent", async (t) => {
  const { url, openAi } = await startForTest(t, { env: ENV });
  const answer = await clientOf(url, ACCESS_KEY).chat.completions.create(CHAT);
  assert.match(answer.choices[0]?.message.content ?? "", ANSWER);
  const { headers, body } = openAi.requests[0] ?? assert.fail("nothing went upstream");
  assertServerKey(headers.authorization, [headers, `${body}`]);
  assert.deepEqual(JSON.parse(`${body}`), CHAT);
});

test("a chat streams with an access key", async (t) => {
  const { url, openAi } = await startForTest(t, { env: ENV });
  const chat = clientOf(url, ACCESS_KEY).chat.completions;
  const chunks = await Array.fromAsync(await chat.create({ ...CHAT, stream: true }));
  assert.match(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""), ANSWER);
  assertServerKey(openAi.requests[0]?.headers.authorization, openAi.requests[0]?.headers);
});

test("a wrong access key is an AuthenticationError, which is not tried again", async (t) => {
  const { url, openAi } = await startForTest(t, { env: ENV });
  const wrong = `${ACCESS_KEY}x`;
  const error = await failure(clientOf(url, wrong, 2).chat.completions.create(CHAT));
  assert.ok(error instanceof AuthenticationError);
  assert.equal(error.code, "invalid_api_key");
  assert.equal(error.headers?.get("x-sluice-error"), "invalid_api_key");
  assert.equal(error.headers?.get("x-should-retry"), "false");
  const all = JSON.stringify([error.message, error.error, [...(error.headers ?? [])]]);
  assert.ok(!all.includes(ACCESS_KEY), "the error quotes the key");
  assert.deepEqual(openAi.requests, []);
});

test("a client over its limit gets a RateLimitError with Retry-After", async (t) => {
  const { url, openAi } = await startForTest(t, {
    env: {
      ...ENV,
      CONFIG: { access: { rate: "2/h", keys: { bob: { rate: "3/h" } } } },
    },
  });
  for (const [key, count] of /** @type {[string, number][]} */ ([
    [ACCESS_KEY, 2],
    ["key-of-bob", 3],
  ])) {
    const client = clientOf(url, key);
    for (let i = 0; i < count; ++i) await client.chat.completions.create(CHAT);
    const error = await failure(client.chat.completions.create(CHAT));
    assert.ok(error instanceof RateLimitError);
    assert.equal(error.code, "rate_limited");
    const wait = Number(error.headers?.get("retry-after"));
    assert.ok(wait > 3500 && wait <= 3600, `Retry-After: ${wait}`);
    assert.equal(error.headers?.get("x-should-retry"), null, "the client may try again");
  }
  assert.equal(openAi.requests.length, 5);
});

test("the client's own retries wait as Retry-After says, and then succeed", async (t) => {
  const { url, openAi } = await startForTest(t, {
    env: { ...ENV, CONFIG: { access: { rate: "1/s" } } },
  });
  const client = clientOf(url, ACCESS_KEY, 3);
  for (let i = 0; i < 2; ++i) {
    const answer = await client.chat.completions.create(CHAT);
    assert.match(answer.choices[0]?.message.content ?? "", ANSWER);
  }
  assert.equal(openAi.requests.length, 2);
});

test("without access keys a caller's own key passes through", async (t) => {
  const { url, openAi } = await startForTest(t, { env: { OPENAI_API_KEY: SERVER_KEY } });
  await clientOf(url, "sk-mine").chat.completions.create(CHAT);
  assert.equal(openAi.requests[0]?.headers.authorization, "Bearer sk-mine");
  assert.ok(!JSON.stringify(openAi.requests[0]?.headers).includes(SERVER_KEY));
});

test("allow_own_keys lets an unknown key pass through as the caller's own", async (t) => {
  const { url, openAi } = await startForTest(t, {
    env: { ...ENV, CONFIG: { access: { allow_own_keys: true } } },
  });
  await clientOf(url, "sk-mine").chat.completions.create(CHAT);
  await clientOf(url, ACCESS_KEY).chat.completions.create(CHAT);
  const sent = openAi.requests.map(({ headers }) => headers.authorization);
  assert.deepEqual(sent, ["Bearer sk-mine", `Bearer ${SERVER_KEY}`]);
});

test("a model that the key may not use is a PermissionDeniedError", async (t) => {
  const rules = { alice: { models: ["gpt-5-mini", "gpt-4o*"] } };
  const { url, openAi } = await startForTest(t, {
    env: { ...ENV, CONFIG: { access: { keys: rules } } },
  });
  const client = clientOf(url, ACCESS_KEY, 2);
  const refused = client.chat.completions.create({ ...CHAT, model: "gpt-5", stream: true });
  const error = await failure(refused);
  assert.ok(error instanceof PermissionDeniedError);
  assert.equal(error.code, "model_not_allowed");
  assert.deepEqual(openAi.requests, []);

  await client.chat.completions.create({ ...CHAT, model: "gpt-4o-mini" });
  await clientOf(url, "key-of-bob").chat.completions.create({ ...CHAT, model: "gpt-5" });
  assert.equal(openAi.requests.length, 2);
});

const realtime = await startPair({ env: ENV });
const REALTIME = "/v1/realtime?model=gpt-realtime";

test("a realtime WebSocket brings its access key as a subprotocol", async () => {
  const held = realtime.upstream.hold();
  const url = `${realtime.gateway.url.replace("http", "ws")}${REALTIME}`;
  const client = new WebSocket(url, ["realtime", `openai-insecure-api-key.${ACCESS_KEY}`]);
  const exchange = await held;
  assertServerKey(exchange.value("authorization"), `${exchange.head.bytes}`);
  assert.equal(exchange.value("sec-websocket-protocol"), "realtime");
  const server = acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  await soon(once(client, "open"), "the WebSocket to open");
  assert.equal(client.protocol, "realtime");
  client.send("hello");
  assert.deepEqual(await server.receive(), { kind: "text", text: "hello" });
  client.close();
  await server.receive();
  server.close(1000, "");
});

test("a realtime WebSocket with a wrong access key does not open", async () => {
  const before = realtime.upstream.requests.length;
  const url = `${realtime.gateway.url.replace("http", "ws")}${REALTIME}`;
  const client = new WebSocket(url, ["realtime", "openai-insecure-api-key.wrong"]);
  await soon(once(client, "error"), "the WebSocket to fail");
  assert.equal(realtime.upstream.requests.length, before);
});

test("the package's realtime client speaks and listens with an access key", async (t) => {
  // It insists on wss: here, where nothing ends TLS in front of the gateway, it is given ws.
  const Native = globalThis.WebSocket;
  globalThis.WebSocket = class extends Native {
    /**
     * @param {string | URL} url
     * @param {string | string[]} [protocols]
     */
    constructor(url, protocols) {
      super(`${url}`.replace("wss:", "ws:"), protocols);
    }
  };
  t.after(() => {
    globalThis.WebSocket = Native;
  });
  const held = realtime.upstream.hold();
  const openAi = clientOf(realtime.gateway.url.replace("http:", "https:"), ACCESS_KEY);
  const client = new OpenAIRealtimeWebSocket({ model: "gpt-realtime" }, openAi);
  /** @type {unknown[]} */
  const errors = [];
  client.on("error", (error) => errors.push(error));
  const opened = once(client.socket, "open");
  const exchange = await held;
  assert.equal(exchange.target, REALTIME);
  assertServerKey(exchange.value("authorization"), `${exchange.head.bytes}`);
  const server = acceptWebSocket(exchange, { "Sec-WebSocket-Protocol": "realtime" });
  await soon(opened, "the session to open");

  const heard = new Promise((resolve) => client.on("session.created", resolve));
  server.send(JSON.stringify({ type: "session.created", event_id: "event_1", session: {} }));
  await soon(heard, "an event");
  client.send({ type: "response.create" });
  const said = await server.receive();
  assert.deepEqual(said.kind === "text" && JSON.parse(said.text), SESSION);
  client.close();
  await server.receive();
  server.close(1000, "");
  assert.deepEqual(errors, []);
});
