// Rules of single access keys, lists of keys, and the pages that may spend one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefused, bearer, keySent } from "../support/access.js";
import { startPair } from "../support/pair.js";
import { eventually } from "../support/wait.js";

const guarded = await startPair({
  env: {
    OPENAI_API_KEY: "sk-server",
    ACCESS_KEYS: "ben=ak-ben,old=ak-old,new=ak-new",
    CONFIG: {
      access: {
        keys: {
          ben: { paths: ["/v1/chat/*", "/v1/models"] },
          old: { expires: "2020-12-31" },
          new: { expires: "2999-12-31" },
        },
      },
    },
  },
});

test("the longest list of access keys works to its last one", async (t) => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `member${i}=ak-${i}-${i * 7919}`);
  const pair = await startPair(
    { env: { OPENAI_API_KEY: "sk-server", ACCESS_KEYS: keys.join("\n") } },
    t,
  );
  for (const key of [keys[0], keys[5000], keys[9999]]) {
    assert.equal(await keySent(pair, bearer(key.split("=")[1])), "Bearer sk-server");
  }
  await assertRefused(pair, bearer("ak-10000-0"), 401, "invalid_api_key");
});

test("three upstream keys and six calls: two each, in turn", async (t) => {
  const pair = await startPair({ env: { OPENAI_API_KEY: "sk-1, sk-2,\nsk-3", ACCESS: "open" } }, t);
  const sent = [];
  for (let i = 0; i < 3; ++i) {
    sent.push(await keySent(pair));
    assert.equal(await keySent(pair, bearer("sk-own")), "Bearer sk-own");
    const chat = { path: "/", body: '{"messages":[]}' };
    sent.push(await keySent(pair, {}, chat));
    await assertRefused(pair, {}, 400, "invalid_json", { path: "/", body: "x" });
  }
  assert.deepEqual(sent.slice(0, 3).sort(), ["Bearer sk-1", "Bearer sk-2", "Bearer sk-3"]);
  assert.deepEqual(sent.slice(0, 3), sent.slice(3));
});

test("a page of an origin that is not listed spends no key, with or without a preflight", async (t) => {
  const env = { OPENAI_API_KEY: "sk-server", ALLOWED_ORIGINS: "https://app.example.com" };
  const open = await startPair({ env: { ...env, ACCESS: "open" } }, t);
  const keys = await startPair({ env: { ...env, ACCESS_KEYS: "ak-anna" } }, t);
  for (const [pair, key] of /** @type {const} */ ([
    [open, {}],
    [keys, bearer("ak-anna")],
  ])) {
    for (const origin of ["https://evil.example", "null", "https://app.example.com.evil.example"]) {
      const call = { method: "POST", path: "/v1/chat/completions" };
      const headers = { ...key, origin, "content-type": "text/plain" };
      const { values } = await assertRefused(pair, headers, 403, "origin_not_allowed", call);
      assert.deepEqual(values("access-control-allow-origin"), []);
      await assertRefused(pair, headers, 403, "origin_not_allowed", { path: "/" });
    }
    // Browsers send no Origin with what a page loads without asking to read it, such as images.
    for (const site of ["cross-site", "same-site"]) {
      const image = { ...key, "sec-fetch-site": site };
      const call = { method: "GET", path: "/v1/models", body: undefined };
      await assertRefused(pair, image, 403, "origin_not_allowed", call);
    }
    const listed = { ...key, origin: "https://app.example.com" };
    assert.equal(await keySent(pair, listed), "Bearer sk-server");
    assert.equal(await keySent(pair, key), "Bearer sk-server");
  }
});

test("a key works through the day that it expires on, and not after", async () => {
  const { json } = await assertRefused(guarded, bearer("ak-old"), 401, "invalid_api_key");
  assert.match(json().message, /expired/);
  assert.equal(await keySent(guarded, bearer("ak-new")), "Bearer sk-server");
});

test("a key with paths opens these alone, however the path is written", async () => {
  const key = bearer("ak-ben");
  const allowed = [
    "/v1/chat/completions",
    "/v1/v1/chat/completions",
    "/chat/completions",
    "//v1/models",
  ];
  for (const path of allowed)
    assert.equal(await keySent(guarded, key, { path }), "Bearer sk-server");
  assert.equal(
    await keySent(guarded, key, { path: "/", body: '{"messages":[]}' }),
    "Bearer sk-server",
  );
  for (const path of [
    "/v1/files",
    "/v1/models/gpt-4o",
    "/v1/chat",
    "/files",
    "/V1/chat/completions",
  ]) {
    await assertRefused(guarded, key, 403, "path_not_allowed", { path });
  }
  for (const path of ["/v1/chat/../files", "/v1/chat/%2e%2e/files", "/v1/chat/.%2E/files?x"]) {
    await assertRefused(guarded, key, 403, "path_not_allowed", { path });
  }
});

test("rules for a name that no access key has are a configuration error", async (t) => {
  const CONFIG = { access: { keys: { ana: { models: ["gpt-4o"] } } } };
  const pair = await startPair({ env: { ACCESS_KEYS: "anna=ak-anna", CONFIG } }, t);
  await assertRefused(pair, bearer("ak-anna"), 500, "config_invalid");
  await eventually(() => pair.gateway.log().includes("CONFIG.access.keys.ana"), "it in the log");
  assert.match(pair.gateway.log(), /anna/, "with the near name");
});
