// A configuration that is wrong is named in the log by its path: never with a secret that stands in
// it, or that its owner put in the wrong place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { eventually } from "../support/wait.js";

const KEY = "sk-marker-7d1f93be0c44";

/** @type {Record<string, Record<string, unknown>>} */
const wrong = {
  "a key with a blank": { OPENAI_API_KEY: `${KEY} ${KEY}` },
  "a key beyond ASCII": { OPENAI_API_KEY: `${KEY}é` },
  "a key under a name that is nearly right": { OPENAI_API_KEYS: KEY },
  "an access key with a bad name": { ACCESS_KEYS: `an na=${KEY}` },
  "an access key that stands there twice": { ACCESS_KEYS: `a=${KEY},b=${KEY}` },
  "access keys in JSON": { ACCESS_KEYS: { anna: KEY } },
  "a key for ACCESS": { ACCESS: KEY },
  "a key for ALLOWED_ORIGINS": { ALLOWED_ORIGINS: KEY },
  "a key for UPSTREAM_URL": { UPSTREAM_URL: KEY },
  "a password in UPSTREAM_URL": { UPSTREAM_URL: `https://user:${KEY}@api.example.com` },
  "a query in UPSTREAM_URL": { UPSTREAM_URL: `https://api.example.com/?key=${KEY}` },
  "a key for a duration": { CONFIG: { timeout: KEY } },
  "a key for a rate": { CONFIG: { access: { rate: KEY } } },
  "a key for a word": { CONFIG: { api: KEY } },
  "a key in CONFIG": { CONFIG: { openai_api_key: KEY } },
  "a CONFIG that is no JSON": { CONFIG: `{"timeout":"${KEY}` },
  "a CONFIG that is no table": { CONFIG: `"${KEY}"` },
  "rules by an access key in place of its name": {
    ACCESS_KEYS: KEY,
    CONFIG: { access: { keys: { [KEY]: { rate: "1/s" } } } },
  },
  "rules by a named access key in place of its name": {
    ACCESS_KEYS: `anna=${KEY}`,
    CONFIG: { access: { keys: { [KEY]: { rate: "1/s" } } } },
  },
};

for (const [what, env] of Object.entries(wrong)) {
  test(`${what} is not quoted`, async (t) => {
    const { gateway, upstream } = await startPair({ env }, t);
    const headers = { authorization: `Bearer ${KEY}` };
    for (const path of ["/v1/models", "/", "/_sluice/health"]) {
      const { status, value, bytes, body } = await request(gateway, { path, headers });
      assert.equal(status, 500);
      assert.equal(value("x-sluice-error"), "config_invalid");
      assert.ok(!Buffer.concat([bytes, body]).includes(KEY), `${path}: ${body}`);
    }
    assert.equal(upstream.requests.length, 0);
    await eventually(() => gateway.log().includes("sluice: config_invalid\n"), "it in the log");
    assert.ok(!gateway.log().includes(KEY), gateway.log());
  });
}
