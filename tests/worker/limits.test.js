// Rates: exact within an isolate, per access key or per address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, request } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { eventually } from "../support/wait.js";

/** @typedef {Awaited<ReturnType<typeof startPair>>} Pair */

const POST = { method: "POST", path: "/v1/chat/completions", body: '{"model":"gpt-4o"}' };

/**
 * @param {Pair} pair
 * @param {Record<string, string>} headers
 * @param {object} [call]
 */
function ask({ gateway }, headers, call = {}) {
  return request(gateway, { ...POST, ...call, headers });
}

/**
 * Makes calls until one is refused.
 * @param {Pair} pair
 * @param {Record<string, string>} headers
 * @returns {Promise<number>} how many passed
 */
async function callsAdmitted(pair, headers) {
  for (let passed = 0; passed < 20; ++passed) {
    const before = pair.upstream.requests.length;
    const { status } = await ask(pair, headers);
    if (status === 200) continue;
    assert.equal(status, 429);
    assert.equal(pair.upstream.requests.length, before, "nothing reaches the upstream");
    return passed;
  }
  return Number.POSITIVE_INFINITY;
}

/** @param {string} key */
const bearer = (key) => ({ authorization: `Bearer ${key}` });
/** @param {string} address */
const from = (address) => ({ "cf-connecting-ip": address });

test("a rate holds for each access key by itself, or for the key that has its own", async (t) => {
  const CONFIG = {
    access: { rate: "3/h", keys: { ben: { rate: "5/h" }, cleo: { rate: "1/min" } } },
  };
  const ACCESS_KEYS = "ak-plain,anna=ak-anna,ben=ak-ben,cleo=ak-cleo,team=ak-t1,team=ak-t2";
  const pair = await startPair({ env: { OPENAI_API_KEY: "sk-server", ACCESS_KEYS, CONFIG } }, t);
  assert.equal(await callsAdmitted(pair, bearer("ak-anna")), 3);
  assert.equal(await callsAdmitted(pair, bearer("ak-ben")), 5);
  assert.equal(await callsAdmitted(pair, bearer("ak-cleo")), 1);
  assert.equal(await callsAdmitted(pair, bearer("ak-plain")), 3);
  // Wherever the key stands, and whatever the address, it is the same caller.
  assert.equal(await callsAdmitted(pair, { "x-api-key": "ak-anna", ...from("192.0.2.1") }), 0);
  // Two keys of one name are one caller, such as an old and a new key of a member.
  assert.equal(await callsAdmitted(pair, bearer("ak-t1")), 3);
  assert.equal(await callsAdmitted(pair, bearer("ak-t2")), 0);
});

test("the refusal is OpenAI's shape, with Retry-After and CORS", async (t) => {
  const env = {
    OPENAI_API_KEY: "sk-server",
    ACCESS: "open",
    CONFIG: { access: { rate: "1/min" } },
  };
  const pair = await startPair({ env }, t);
  const headers = { origin: "https://app.example.com" };
  assert.equal((await ask(pair, headers)).status, 200);
  const { status, value, json } = await ask(pair, headers);
  assert.equal(status, 429);
  assert.equal(value("x-sluice-error"), "rate_limited");
  assert.equal(value("access-control-allow-origin"), "*");
  assert.equal(value("x-should-retry"), undefined);
  assert.match(value("retry-after") ?? "", /^[1-9]\d*$/);
  assert.ok(Number(value("retry-after")) > 50 && Number(value("retry-after")) <= 60);
  const { error, message } = json();
  assert.equal(error.code, "rate_limited");
  assert.equal(error.type, "rate_limit_error");
  assert.equal(error.param, null);
  assert.equal(error.message, message);

  // HEAD is a call too; a preflight, the welcome page and health are none.
  const head = await ask(pair, headers, { method: "HEAD", body: undefined });
  assert.equal(head.status, 429);
  assert.equal(head.body.length, 0);
  const preflight = { ...headers, "access-control-request-method": "POST" };
  const options = { method: "OPTIONS", body: undefined };
  assert.equal((await ask(pair, preflight, options)).status, 204);
  for (const path of ["/", "/_sluice/health"]) {
    assert.equal((await ask(pair, headers, { method: "GET", path, body: undefined })).status, 200);
  }
});

test("callers without an access key are counted by their address, an IPv6 network as one", async (t) => {
  const CONFIG = { access: { rate: "2/h" } };
  const opened = { OPENAI_API_KEY: "sk-server", ACCESS: "open", CONFIG };
  for (const [env, headers] of /** @type {[Record<string, unknown>, Record<string, string>][]} */ ([
    [opened, {}],
    [opened, bearer("sk-own")],
    [{ CONFIG }, bearer("sk-own")],
  ])) {
    const pair = await startPair({ env }, t);
    /** @param {string} address */
    const admitted = (address) => callsAdmitted(pair, { ...headers, ...from(address) });
    assert.equal(await admitted("192.0.2.1"), 2);
    assert.equal(await admitted("192.0.2.2"), 2);
    assert.equal(await admitted("192.0.2.1"), 0);
    assert.equal(await admitted("2001:db8:0:1::1"), 2);
    assert.equal(await admitted("2001:0DB8::1:ffff:0:0:2"), 0, "the same /64");
    assert.equal(await admitted("2001:db8:0:2::1"), 2, "another /64");
  }
});

test("an address that the caller writes himself does not count", async (t) => {
  const pair = await startPair({ env: { CONFIG: { access: { rate: "2/h" } } } }, t);
  /** @type {Record<string, string>[]} */
  const forged = [{}, { "x-forwarded-for": "192.0.2.9" }, { "x-real-ip": "192.0.2.9" }];
  const statuses = [];
  for (const headers of forged) {
    statuses.push((await ask(pair, { ...from("192.0.2.1"), ...headers })).status);
  }
  assert.deepEqual(statuses, [200, 200, 429]);
});

test("a call that is refused anyway uses up nothing", async (t) => {
  const CONFIG = { access: { rate: "1/h" } };
  const env = { OPENAI_API_KEY: "sk-server", ACCESS_KEYS: "ak-anna", CONFIG };
  const pair = await startPair({ env }, t);
  for (let i = 0; i < 3; ++i) assert.equal((await ask(pair, bearer("ak-x"))).status, 401);
  assert.equal(await callsAdmitted(pair, bearer("ak-anna")), 1);
});

test("a call whose body is read counts once, and one too many is refused unread", async (t) => {
  const CONFIG = { access: { rate: "2/h" } };
  const env = { OPENAI_API_KEY: "sk-server", ACCESS: "open", CONFIG };
  const pair = await startPair({ env }, t);
  const call = { path: "/", body: '{"messages":[]}' };
  assert.equal((await ask(pair, {}, call)).status, 200);
  assert.equal((await ask(pair, {}, call)).status, 200);
  const unsent = { ...POST, path: "/", headers: { "content-length": "100" }, body: "{" };
  const connection = open(pair.gateway, unsent);
  assert.equal((await connection.response()).status, 429);
  connection.close();
});

test("the window slides: a call is free again a period after it was made", async (t) => {
  const env = { OPENAI_API_KEY: "sk-server", ACCESS: "open", CONFIG: { access: { rate: "2/s" } } };
  const pair = await startPair({ env }, t);
  const first = performance.now();
  assert.equal((await ask(pair, {})).status, 200);
  const between = performance.now();
  await eventually(() => performance.now() - between > 300, "a part of the window");
  const secondSent = performance.now();
  assert.equal((await ask(pair, {})).status, 200);
  const refused = await ask(pair, {});
  if (performance.now() - first < 990) {
    assert.equal(refused.status, 429);
    assert.equal(refused.value("retry-after"), "1");
  }

  const pollUntilAdmitted = async () => {
    while ((await ask(pair, {})).status === 429);
    return performance.now();
  };
  const third = await pollUntilAdmitted();
  assert.ok(third - first >= 995, `after ${third - first} ms`);
  // Only the first has left the window, not both.
  const early = await ask(pair, {});
  if (performance.now() - secondSent < 990) assert.equal(early.status, 429);
  const fourth = await pollUntilAdmitted();
  assert.ok(fourth - secondSent >= 995, `after ${fourth - secondSent} ms`);
});

test("the upstream's own rate limit headers, and its 429, are untouched", async (t) => {
  const env = { OPENAI_API_KEY: "sk-server", ACCESS: "open", CONFIG: { access: { rate: "9/s" } } };
  const { upstream, gateway } = await startPair({ env }, t);
  const theirs = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-tokens": "149984",
    "x-ratelimit-reset-requests": "1s",
    "retry-after": "17",
    "retry-after-ms": "16500",
  };
  for (const [status, origin] of /** @type {[number, Record<string, string>][]} */ ([
    [200, {}],
    [429, {}],
    [429, { origin: "https://app.example.com" }],
  ])) {
    upstream.onNext((exchange) => exchange.reply(status, theirs, '{"theirs":1}'));
    const response = await request(gateway, { ...POST, headers: origin });
    assert.equal(response.status, status);
    assert.equal(response.text, '{"theirs":1}');
    assert.equal(response.value("x-sluice-error"), undefined);
    for (const [name, value] of Object.entries(theirs))
      assert.deepEqual(response.values(name), [value]);
    const ours = response.headers.filter(([name]) => /ratelimit/i.test(name));
    assert.equal(ours.length, 3, "and none are added");
  }
});

test("of many calls at once, exactly as many pass as the rate allows", async (t) => {
  const env = { OPENAI_API_KEY: "sk-server", ACCESS: "open", CONFIG: { access: { rate: "7/h" } } };
  const pair = await startPair({ env }, t);
  const responses = await Promise.all(Array.from({ length: 30 }, () => ask(pair, {})));
  assert.equal(responses.filter(({ status }) => status === 200).length, 7);
  assert.equal(responses.filter(({ status }) => status === 429).length, 23);
  assert.equal(pair.upstream.requests.length, 7);
});
