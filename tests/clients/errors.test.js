// Errors as the official `openai` package reports them: OpenAI's own unchanged, the gateway's in the
// same shape, and its retries where they can help.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import OpenAI, { AuthenticationError, InternalServerError, NotFoundError } from "openai";
import { startGateway } from "../support/gateway.js";
import { failure, startWithOpenAi } from "../support/openai.js";

/**
 * A client that counts its attempts.
 * @param {string} baseURL
 * @param {string} [apiKey]
 */
function countingClient(baseURL, apiKey = "sk-mine") {
  let attempts = 0;
  /** @type {typeof fetch} */
  const counting = (...args) => {
    attempts += 1;
    return fetch(...args);
  };
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 1, fetch: counting });
  return { client, attempts: () => attempts };
}

test("OpenAI's refusal of a key is an AuthenticationError, message and code intact", async (t) => {
  const pair = await startWithOpenAi();
  t.after(pair.close);
  const { client, attempts } = countingClient(`${pair.url}/v1`, "sk-wrong-one");
  const error = await failure(
    client.chat.completions.create({ model: "gpt-5-mini", messages: [], stream: true }),
  );
  assert.ok(error instanceof AuthenticationError);
  assert.equal(error.message, "401 Incorrect API key provided: sk-wrong*****.");
  assert.equal(error.code, "invalid_api_key");
  assert.match(error.requestID ?? "", /^req_/);
  assert.equal(error.headers?.get("x-sluice-error"), null);
  assert.equal(attempts(), 1);
});

test("OpenAI's 404 for a model is a NotFoundError with OpenAI's own words", async (t) => {
  const pair = await startWithOpenAi();
  t.after(pair.close);
  const error = await failure(countingClient(`${pair.url}/v1`).client.models.retrieve("gpt-0"));
  assert.ok(error instanceof NotFoundError);
  assert.equal(error.message, "404 The model 'gpt-0' does not exist");
  assert.equal(error.code, "model_not_found");
});

test("the gateway's own 404 is a NotFoundError that says what to do", async (t) => {
  const pair = await startWithOpenAi();
  t.after(pair.close);
  const { client } = countingClient(`${pair.url}/_sluice`);
  const error = await failure(client.models.list());
  assert.ok(error instanceof NotFoundError);
  assert.equal(error.code, "not_found");
  assert.match(error.message, /\/v1\//);
  assert.equal(error.headers?.get("x-sluice-error"), "not_found");
  assert.deepEqual(pair.openAi.requests, []);
});

test("an upstream that is down is a 502 with a code, which the client tries again", async (t) => {
  const pair = await startWithOpenAi();
  t.after(pair.gateway.close);
  await pair.openAi.close();
  const { client, attempts } = countingClient(`${pair.url}/v1`);
  const error = await failure(client.models.list());
  assert.ok(error instanceof InternalServerError);
  assert.equal(error.status, 502);
  assert.equal(error.code, "upstream_unreachable");
  assert.equal(attempts(), 2);
});

test("a wrong configuration is a 500 with a code, which the client does not try again", async (t) => {
  const pair = await startWithOpenAi({ env: { CONFIG: { tiemout: "10s" } } });
  t.after(pair.close);
  const { client, attempts } = countingClient(`${pair.url}/v1`);
  const error = await failure(client.models.list());
  assert.equal(error.status, 500);
  assert.equal(error.code, "config_invalid");
  assert.equal(attempts(), 1);
});

test("an upstream that does not answer in time is a 504 with a code", async (t) => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (silent.address());
  const env = { UPSTREAM_URL: `http://127.0.0.1:${port}`, CONFIG: { timeout: "200ms" } };
  const gateway = await startGateway(env);
  t.after(async () => {
    await gateway.close();
    silent.close();
  });
  const { client } = countingClient(`${gateway.url}/v1`);
  const error = await failure(client.models.list({ maxRetries: 0 }));
  assert.equal(error.status, 504);
  assert.equal(error.code, "upstream_timeout");
});
