// What keeps a configuration from working: named by its path, in the words of the Worker's log.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createProject, createTomlProject, HEAD, linesOf } from "./project.js";

/**
 * @param {import("./project.js").Scope} t
 * @param {string} toml
 * @param {string[]} expected lines
 * @param {string} [devVars]
 */
async function assertErrors(t, toml, expected, devVars) {
  const { ok, errors } = await createTomlProject(t, toml, devVars).checkJson();
  assert.deepEqual(linesOf(errors), expected);
  assert.equal(ok, false);
  return errors;
}

describe("an error", { concurrency: 2 }, () => {
  test("in CONFIG is one in the words of the log, with the near name", async (t) => {
    const toml =
      '[vars]\nUPSTREAM_URL = "api.openai.com"\n[vars.CONFIG]\ntmeout = "1s"\ncolour = 1\n';
    await assertErrors(t, toml, [
      'UPSTREAM_URL: write the whole base URL, as in "https://api.openai.com"',
      "CONFIG.tmeout: unknown; did you mean timeout?",
      "CONFIG.colour: unknown",
    ]);
  });

  test("is printed with what to do, and a verdict", async (t) => {
    const { code, out, err } = await createTomlProject(t, "[vars.CONFIG]\ntmeout = 1\n").check();
    assert.equal(
      out,
      `Errors
  CONFIG.tmeout: unknown; did you mean timeout?

1 error. Correct what is wrong, then run npm run check again.
`,
    );
    assert.deepEqual([code, err], [1, ""]);
  });

  test("in a CONFIG of JSON is located", async (t) => {
    const toml = `[vars]\nCONFIG = '''{\n  "timeout": "1s"\n  oops }'''\n`;
    await assertErrors(t, toml, ["CONFIG: not JSON: unexpected character at line 3, column 3"]);
  });

  test("in the name of a variable does not pass for its absence", async (t) => {
    await assertErrors(t, '[vars]\nALLOWED_ORIGIN = "https://a.example"\n', [
      "ALLOWED_ORIGIN: unknown; did you mean ALLOWED_ORIGINS?",
    ]);
  });

  test("that only .dev.vars makes says so", async (t) => {
    const toml = "[vars.CONFIG.access.keys.alcie]\n";
    const devVars = "ACCESS_KEYS=alice=ak-1\nOPENAI_APY_KEY=x\n";
    const errors = await assertErrors(
      t,
      toml,
      [
        "CONFIG.access.keys.alcie: unknown",
        "OPENAI_APY_KEY: unknown; did you mean OPENAI_API_KEY?",
      ],
      devVars,
    );
    assert.deepEqual(
      errors.map((/** @type {import("./project.js").Finding} */ { given }) => given),
      [".dev.vars", ".dev.vars"],
    );
    const { out } = await createTomlProject(t, toml, devVars).check();
    assert.match(out, /alcie: unknown \(given what \.dev\.vars says\)/);
  });

  test("that .dev.vars covers up is still one", async (t) => {
    const toml = '[vars]\nUPSTREAM_URL = "nonsense"\n';
    const errors = await assertErrors(
      t,
      toml,
      ['UPSTREAM_URL: write the whole base URL, as in "https://api.openai.com"'],
      "UPSTREAM_URL=http://127.0.0.1:9\n",
    );
    assert.equal(errors[0].given, undefined);
  });

  test("is a secret in wrangler.toml, in any environment", async (t) => {
    const toml = `[vars]
OPENAI_API_KEY = "sk-proj-marker-1234567890"
HELPER = "sk-marker-1234567890"
CONFIG = '{"chat": {"defaults": {"user": "sk-marker-0987654321"}}}'
[env.staging.vars]
ACCESS_KEYS = ["alice=marker-1"]
ADMIN_KEY = ""
`;
    const secrets = [
      ["vars.OPENAI_API_KEY", "is a secret", "OPENAI_API_KEY"],
      ["vars.HELPER", "looks like a key", "HELPER"],
      ["vars.CONFIG", "looks like a key", "OPENAI_API_KEY"],
      ["env.staging.vars.ACCESS_KEYS", "is a secret", "ACCESS_KEYS --env staging"],
      ["env.staging.vars.ADMIN_KEY", "is a secret", "ADMIN_KEY --env staging"],
    ];
    await assertErrors(
      t,
      toml,
      secrets.map(
        ([path, what, name]) =>
          `${path}: ${what}, and wrangler.toml is a file that gets shared. Remove it from there, then ` +
          `run \`npx wrangler secret put ${name}\`. If others may have seen it, make a new key and ` +
          "withdraw this one.",
      ),
    );
  });

  test("is a host that the gateway answers at itself", async (t) => {
    const toml = `routes = [{ pattern = "gw.example.com", custom_domain = true }, "https://b.example/*"]
[vars]
UPSTREAM_URL = "https://b.example/v1"
`;
    await assertErrors(t, toml, [
      "UPSTREAM_URL: is the gateway itself, as its routes name b.example; every call would be " +
        "answered 508 upstream_loop. Set it to the API's address.",
    ]);
  });

  test("is a setting outside [vars], and a name of wrangler's that is misspelt", async (t) => {
    const toml = `UPSTREAM_URL = "https://a.example"
prevew_urls = false
[config]
timeout = "1s"
[vras]
ACCESS = "open"
[[ratelimit]]
name = "RATE_LIMIT"
`;
    await assertErrors(t, toml, [
      "UPSTREAM_URL: wrangler ignores it here; write UPSTREAM_URL under [vars].",
      "prevew_urls: unknown to wrangler; did you mean preview_urls?",
      "config: wrangler ignores it here; write CONFIG under [vars].",
      "vras: unknown to wrangler; did you mean vars?",
      "ratelimit: unknown to wrangler; did you mean ratelimits?",
    ]);
  });

  test("is a rate limiter whose name is nearly RATE_LIMIT", async (t) => {
    const toml = `[[ratelimits]]\nname = "RATE_LIMITS"\nnamespace_id = "1"\nsimple = { limit = 1, period = 10 }\n`;
    await assertErrors(t, toml, ["ratelimits.RATE_LIMITS: unknown; did you mean RATE_LIMIT?"]);
  });

  test("is what wrangler itself refuses", async (t) => {
    await assertErrors(t, 'workers_dev = "yes"\n', [
      'wrangler.toml: Expected "workers_dev" to be of type boolean but got "yes".',
    ]);
  });

  test("is an entry that is missing or not there", async (t) => {
    const missing = createProject(t, { "wrangler.toml": 'name = "sluice"\n' });
    const wrong = createProject(t, { "wrangler.toml": HEAD.replace("worker.js", "wroker.js") });
    const results = await Promise.all([missing.checkJson(), wrong.checkJson()]);
    assert.deepEqual(
      results.map(({ errors }) => linesOf(errors)),
      [
        [
          'main: is missing in wrangler.toml; write main = "shim/worker.js", above the first table.',
        ],
        ['main: there is no shim/wroker.js; Sluice\'s own is main = "shim/worker.js"'],
      ],
    );
  });

  test("is an environment that is not there", async (t) => {
    const project = createTomlProject(t, "[env.staging]\n");
    const { errors } = await project.checkJson("--env", "stagign");
    assert.deepEqual(linesOf(errors), [
      "--env: wrangler.toml has no [env.stagign]; did you mean staging?",
    ]);
  });

  test("is a file that does not parse, by line and column, its text unquoted", async (t) => {
    const key = "sk-marker-unclosed-4711";
    const toml = createTomlProject(t, `[vars]\nOPENAI_API_KEY = "${key}\n`);
    const json = createProject(t, { "wrangler.json": `{ "name": "x"\n "${key}": 1 }` });
    for (const [project, path] of /** @type {const} */ ([
      [toml, /^wrangler\.toml:5:\d+$/],
      [json, /^wrangler\.json:2:\d+$/],
    ])) {
      const { errors, settings } = await project.checkJson();
      assert.match(errors[0].path, path);
      assert.equal(settings, null);
      const { code, out, err } = await project.check();
      assert.equal(code, 1);
      assert.doesNotMatch(out + err, /marker/);
    }
  });

  test("is a folder without a configuration", async (t) => {
    const { code, out } = await createProject(t, {}).check();
    assert.match(out, /^ {2}wrangler\.toml: is not in .*, nor in a folder above it\./m);
    assert.equal(code, 1);
  });

  test("is an option that there is not", async (t) => {
    const { code, out, err } = await createTomlProject(t, "").check("--jsn");
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /'--jsn'.*\nUsage: npm run check -- \[--json\] \[--env NAME\]/s);
  });
});
