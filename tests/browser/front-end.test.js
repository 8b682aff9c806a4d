// A web page of another origin calls the gateway from real Chromium, as front ends do: CORS as the
// browser understands it, not as the test's author does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useBrowser } from "../support/browser.js";
import { ANSWER, CHAT, createGate, startForTest, within } from "../support/openai.js";
import { call, readStream, streamWithOpenAi } from "./page.js";

const { openPage, frontEnd } = useBrowser();

for (const host of ["localhost", "127.0.0.1"]) {
  test(`a page of http://${host} calls with the SDK's headers and reads the answer's`, async (t) => {
    const { url, openAi } = await startForTest(t);
    const page = await openPage(t, host);
    const answer = await page.evaluate(call, { url: `${url}/v1/models` });
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.body).object, "list");
    assert.match(answer.headers["x-request-id"] ?? "", /^req_/);
    assert.equal(answer.headers["x-ratelimit-remaining-requests"], "9999");
    assert.equal(answer.headers["openai-processing-ms"], "7");

    assert.equal(openAi.requests.length, 1, "the preflight is the gateway's to answer");
    const headers = openAi.requests[0]?.headers ?? {};
    assert.equal(headers.authorization, "Bearer sk-mine");
    assert.equal(headers["x-stainless-lang"], "js");
    assert.equal(headers.origin, undefined);
    assert.equal(headers.referer, undefined);
  });
}

test("a page sees each word of a stream before the next one is sent", async (t) => {
  const gate = createGate();
  const { url } = await startForTest(t, { pause: gate.pass });
  const page = await openPage(t);
  await page.exposeFunction("sawWord", gate.release);
  const body = JSON.stringify({ ...CHAT, stream: true });
  const words = page.evaluate(readStream, { url: `${url}/v1/chat/completions`, body });
  assert.match((await within(10_000, words)).join(""), ANSWER);
});

test("a page that leaves in mid-stream ends the upstream's request within a second", async (t) => {
  const { url, openAi } = await startForTest(t, { pause: 100 });
  const page = await openPage(t);
  const { promise: seen, resolve } = Promise.withResolvers();
  await page.exposeFunction("sawWord", resolve);
  const body = JSON.stringify({ ...CHAT, stream: true });
  const reading = page.evaluate(readStream, { url: `${url}/v1/chat/completions`, body });
  reading.catch(() => {}); // its page is about to go
  await within(10_000, seen);
  await page.goto("about:blank");
  assert.equal(await within(1000, openAi.requests[0]?.end), "cut");
});

test("the official client streams a chat in the browser", async (t) => {
  const { url } = await startForTest(t);
  const page = await openPage(t);
  const words = await page.evaluate(streamWithOpenAi, { baseURL: `${url}/v1`, chat: CHAT });
  assert.match(words.join(""), ANSWER);
});

test("a page reads the gateway's own errors, and OpenAI's", async (t) => {
  const { url } = await startForTest(t);
  const page = await openPage(t);
  const own = await page.evaluate(call, { url: `${url}/_sluice/nothing` });
  assert.equal(own.status, 404);
  assert.equal(own.headers["x-sluice-error"], "not_found");
  assert.equal(JSON.parse(own.body).error.code, "not_found");
  assert.equal(JSON.parse(own.body).message, JSON.parse(own.body).error.message);

  const openAis = await page.evaluate(call, { url: `${url}/v1/models`, key: "sk-wrong" });
  assert.equal(openAis.status, 401);
  assert.equal(JSON.parse(openAis.body).error.code, "invalid_api_key");
});

test("a page reads the error of an upstream that is down", async (t) => {
  const { url, openAi } = await startForTest(t);
  await openAi.close();
  const page = await openPage(t);
  const answer = await page.evaluate(call, { url: `${url}/v1/models` });
  assert.equal(answer.status, 502);
  assert.equal(answer.headers["x-sluice-error"], "upstream_unreachable");
});

test("only pages of listed origins may call", async (t) => {
  const list = [`http://app.localhost:${frontEnd().port}`, "https://app.example.com"];
  const { url } = await startForTest(t, { env: { ALLOWED_ORIGINS: list.join(",") } });
  const listed = await openPage(t, "app.localhost");
  assert.equal((await listed.evaluate(call, { url: `${url}/v1/models` })).status, 200);

  for (const host of ["other.localhost", "localhost", "sub.app.localhost"]) {
    const page = await openPage(t, host);
    const refused = page.evaluate(call, { url: `${url}/v1/models` });
    await assert.rejects(refused, /Failed to fetch/, host);
    // What needs no preflight is sent, but the page does not see the answer.
    const simple = page.evaluate(call, { url: `${url}/v1/models`, key: "", plain: true });
    await assert.rejects(simple, /Failed to fetch/, host);
  }
});

test("a wildcard lists the origins below it, and not the one above", async (t) => {
  const env = { ALLOWED_ORIGINS: `http://*.localhost:${frontEnd().port}` };
  const { url } = await startForTest(t, { env });
  for (const host of ["app.localhost", "a.b.localhost"]) {
    const page = await openPage(t, host);
    const answer = await page.evaluate(call, { url: `${url}/v1/models` });
    assert.equal(answer.status, 200, host);
    assert.match(answer.headers["x-request-id"] ?? "", /^req_/, host);
  }
  for (const host of ["localhost", "127.0.0.1"]) {
    const page = await openPage(t, host);
    await assert.rejects(page.evaluate(call, { url: `${url}/v1/models` }), /Failed to fetch/, host);
  }
});

test("the preflight of a call is asked once, and remembered for the next", async (t) => {
  const { url } = await startForTest(t);
  const page = await openPage(t);
  /** @type {string[]} */
  const sent = [];
  const session = await page.context().newCDPSession(page);
  session.on("Network.requestWillBeSent", ({ request }) => sent.push(request.method));
  await session.send("Network.enable");
  for (let i = 0; i < 2; ++i) await page.evaluate(call, { url: `${url}/v1/models` });
  assert.deepEqual(sent.sort(), ["GET", "GET", "OPTIONS"]);
});
