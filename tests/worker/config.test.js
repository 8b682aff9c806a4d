// A configuration that is wrong never half-works: callers learn that it is, the log says what.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { eventually } from "../support/wait.js";

const browserPage = { headers: { origin: "https://app.example.com" } };

/**
 * Asserts that every request is refused, nothing reaches the upstream, and the log names each of
 * the problems by its path.
 *
 * @param {{ after: (fn: () => Promise<void>) => void }} t
 * @param {Record<string, unknown>} env
 * @param {string[]} problems beginnings of lines in the log
 */
async function assertInvalid(t, env, problems) {
  const { upstream, gateway } = await startPair({ env }, t);
  /** @type {import("../support/client.js").Call[]} */
  const calls = [
    { path: "/v1/models" },
    { method: "POST", path: "/v1/chat/completions", body: "{}", ...browserPage },
    { path: "/" },
    { path: "/_sluice/health" },
  ];
  for (const call of calls) {
    const response = await request(gateway, call);
    assert.equal(response.status, 500, call.path);
    assert.equal(response.value("x-sluice-error"), "config_invalid");
    assert.equal(response.value("x-should-retry"), "false");
    assert.deepEqual(response.values("access-control-allow-origin"), ["*"]);
    assert.equal(response.json().error.code, "config_invalid");
    for (const problem of problems) {
      assert.ok(!response.text.includes(problem), "the answer names no problem");
    }
    for (const name of Object.keys(env)) assert.ok(!response.text.includes(name), name);
  }
  assert.equal(upstream.requests.length, 0);
  for (const problem of problems) {
    const line = new RegExp(`^${RegExp.escape(problem)}`, "m");
    await eventually(() => line.test(gateway.log()), `${problem} in the log`);
  }
  return gateway;
}

test("an unknown key is refused, and the near name suggested", async (t) => {
  await assertInvalid(t, { CONFIG: { timeuot: "1s" } }, [
    "CONFIG.timeuot: unknown; did you mean timeout?",
  ]);
  await assertInvalid(t, { CONFIG: { retries: 3 } }, ["CONFIG.retries: unknown"]);
});

test("a value of the wrong type is refused", async (t) => {
  await assertInvalid(t, { CONFIG: { timeout: 600, api: true } }, [
    "CONFIG.timeout: ",
    "CONFIG.api: ",
  ]);
  await assertInvalid(t, { CONFIG: ["timeout"] }, ["CONFIG: "]);
  await assertInvalid(t, { ALLOWED_ORIGINS: [1] }, ["ALLOWED_ORIGINS"]);
});

test("a value that is not one of those possible is refused", async (t) => {
  await assertInvalid(t, { CONFIG: { timeout: "10 minutes", api: "openapi" } }, [
    "CONFIG.timeout: ",
    "CONFIG.api: ",
  ]);
  await assertInvalid(t, { CONFIG: { timeout: "0s" } }, ["CONFIG.timeout: "]);
});

test("a CONFIG that is no JSON is refused", async (t) => {
  for (const CONFIG of ['{"timeout": "1s"', "timeout = '1s'", "", '{"timeout":"1s"} x', "[]"]) {
    await assertInvalid(t, { CONFIG }, ["CONFIG: "]);
  }
});

test("an UPSTREAM_URL that is no base URL is refused, and not repeated in the log", async (t) => {
  for (const UPSTREAM_URL of [
    "api.openai.com",
    "",
    "ftp://api.openai.com",
    "https://",
    "https://user:hunter2@api.openai.com",
    "https://api.openai.com/?key=hunter2",
    "https://api openai.com",
    "https://api.openai.com:99999",
  ]) {
    const gateway = await assertInvalid(t, { UPSTREAM_URL }, ["UPSTREAM_URL: "]);
    assert.ok(!gateway.log().includes("hunter2"));
  }
});

test("a bad origin in a list is refused by its place in the list", async (t) => {
  const ALLOWED_ORIGINS = "https://app.example.com, app.example.com, https://a.example/path, null";
  await assertInvalid(t, { ALLOWED_ORIGINS }, [
    "ALLOWED_ORIGINS[1]: ",
    "ALLOWED_ORIGINS[2]: ",
    "ALLOWED_ORIGINS[3]: ",
  ]);
});

test("control characters in configuration are refused", async (t) => {
  await assertInvalid(t, { UPSTREAM_URL: "http://127.0.0.1\n/x" }, ["UPSTREAM_URL: "]);
  await assertInvalid(t, { UPSTREAM_URL: "http://127.0.0.1/\u0000" }, ["UPSTREAM_URL: "]);
  await assertInvalid(t, { ALLOWED_ORIGINS: ["https://a.example\nx"] }, ["ALLOWED_ORIGINS[0]: "]);
  await assertInvalid(t, { ALLOWED_ORIGINS: "https://a\u007f.example" }, ["ALLOWED_ORIGINS[0]: "]);
  await assertInvalid(t, { CONFIG: { timeout: "1s\r" } }, ["CONFIG.timeout: "]);
  await assertInvalid(t, { CONFIG: '{"timeout":"1\\u0000s"}' }, ["CONFIG.timeout: "]);
  await assertInvalid(t, { CONFIG: { "time\nout": "1s" } }, ["CONFIG.time\\u000aout: "]);
});

test("a slip in a variable's name does not pass for its absence", async (t) => {
  await assertInvalid(t, { ALLOWED_ORIGIN: "https://app.example.com" }, [
    "ALLOWED_ORIGIN: unknown; did you mean ALLOWED_ORIGINS?",
  ]);
});

test("all problems are named at once, also later, and HEAD has the headers alone", async (t) => {
  const env = { UPSTREAM_URL: "nonsense", ALLOWED_ORIGINS: "", CONFIG: { timeout: "1x", a: 1 } };
  const problems = ["UPSTREAM_URL: ", "ALLOWED_ORIGINS: ", "CONFIG.timeout: ", "CONFIG.a: "];
  const gateway = await assertInvalid(t, env, problems);
  const { status, body } = await request(gateway, { method: "HEAD", path: "/v1/models" });
  assert.equal(status, 500);
  assert.equal(body.length, 0);
});

test("CONFIG works as a string of JSON as it does as a table", async (t) => {
  for (const CONFIG of [{ api: "none" }, '{ "api": "none" }']) {
    const { upstream, gateway } = await startPair({ env: { CONFIG } }, t);
    assert.equal((await request(gateway, { path: "/models" })).status, 200);
    assert.equal(upstream.last().target, "/models");
  }
});

test("bindings that are none of the gateway's are left to their owner", async (t) => {
  const env = { MY_OTHER_SETTING: "x\u0001", SENTRY_DSN: { a: [1] } };
  const { gateway } = await startPair({ env }, t);
  assert.equal((await request(gateway, { path: "/v1/models" })).status, 200);
});
