// The check reads secrets where it finds them, and prints none, whatever place it finds them in.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTomlProject } from "./project.js";

const KEY = "sk-marker-7d1f93be0c44";
const ACCESS_KEY = "ak=marker/7d1f+93==";

/** @type {Record<string, [toml: string, devVars?: string]>} */
const places = {
  "in .dev.vars": [
    "",
    `OPENAI_API_KEY=${KEY}\nACCESS_KEYS=alice=${ACCESS_KEY},bob=${ACCESS_KEY}2\n`,
  ],
  "wrong in .dev.vars": ["", `OPENAI_API_KEY="${KEY} ${KEY}"\nACCESS_KEYS="an na=${ACCESS_KEY}"\n`],
  "under another name in .dev.vars": ["", `OPENAI_API_KEYS=${KEY}\nACCESS=${KEY}\nCONFIG=${KEY}\n`],
  "in [vars]": [`[vars]\nOPENAI_API_KEY = "${KEY}"\nACCESS_KEYS = "${ACCESS_KEY}"\n`],
  "in [vars] of another environment": [`[env.x.vars]\nADMIN_KEY = "marker-of-admin"\n`],
  "for another variable": [
    `[vars]\nALLOWED_ORIGINS = "${KEY}"\nUPSTREAM_URL = "https://${KEY}@a.example"\n`,
  ],
  "in a URL's path": [`[vars]\nUPSTREAM_URL = "https://a.example/${KEY}/v1"\n`],
  "in CONFIG": [`[vars.CONFIG]\nopenai_api_key = "${KEY}"\nchat.defaults.user = "${KEY}"\n`],
  "in a string of JSON": [`[vars]\nCONFIG = '{"chat":{"defaults":{"user":"${KEY}"}}}'\n`],
  "as the name of a rule": [`[vars.CONFIG.access.keys.${KEY}]\nrate = "1/s"\n`],
  "as the name of a rule, known from .dev.vars": [
    `[vars.CONFIG.access.keys.ak-marker-0815]\nrate = "1/s"\n`,
    "ACCESS_KEYS=alice=ak-marker-0815\n",
  ],
  "in wrangler's own fields": [`workers_dev = "${KEY}"\n[dev]\nport = "${KEY}"\n"${KEY}" = 1\n`],
  "in a file that does not parse": [`[vars]\nOPENAI_API_KEY = ${KEY}\n`],
  "as wrangler's field, known from .dev.vars": [
    '"ak-marker-0815" = 1\n',
    "ACCESS_KEYS=ak-marker-0815\n",
  ],
};

describe("a secret is not printed", { concurrency: 2 }, () => {
  for (const [place, [toml, devVars]] of Object.entries(places)) {
    test(`that stands ${place}`, async (t) => {
      const project = createTomlProject(t, toml, devVars);
      const { out, err } = await project.check();
      assert.match(out, /\.\n$/, "it comes to a verdict");
      assert.doesNotMatch(out + err, /marker/);
    });
  }

  test("with --json neither", async (t) => {
    const toml = `[vars]\nOPENAI_API_KEY = "${KEY}"\n[vars.CONFIG.access.keys.${KEY}]\n`;
    const { code, out } = await createTomlProject(t, toml, `ADMIN_KEY=${KEY}\n`).check("--json");
    assert.equal(JSON.parse(out).errors[0].path, "vars.OPENAI_API_KEY");
    assert.doesNotMatch(out, /marker/);
    assert.equal(code, 1);
  });

  test("but hosts and words that begin like keys are no keys", async (t) => {
    const toml = `[vars]
UPSTREAM_URL = "https://sk-internal-gateway.example.com"
NOTE = "task-management, desk-reservations"
`;
    const { errors, settings } = await createTomlProject(t, toml).checkJson();
    assert.deepEqual(errors, []);
    assert.equal(settings.upstream, "https://sk-internal-gateway.example.com");
  });
});
