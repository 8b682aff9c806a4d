// What the check prints of a configuration that works: the settings that it comes to.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createProject, createTomlProject, HEAD } from "./project.js";

const KEYS = `[vars.CONFIG.access.keys.alice]
models = ["gpt-4o*", "o4-mini"]
rate = "10/min"
[vars.CONFIG.access.keys.bob]
paths = ["/v1/chat/*"]
`;

describe("the report", { concurrency: 2 }, () => {
  test("without settings: a transparent proxy to OpenAI", async (t) => {
    const { code, out, err } = await createTomlProject(t, "").check();
    assert.equal(
      out,
      `Settings of wrangler.toml
  upstream     https://api.openai.com
               GET /v1/models goes to https://api.openai.com/v1/models
  timeout      10m, to the beginning of the upstream's answer
  origins      pages of any origin may read answers
  rate limit   none

Who may call, with no secret set
  without a key             passes, without a key
  with a key of their own   passes, with it

Secrets
  none   is expected, and none is here. If the deployed Worker has any, write
         them into .dev.vars as well to see what holds with them.
  Set by \`npx wrangler secret put NAME\`; for \`npm start\`, by lines NAME=value in
  .dev.vars. What is set at Cloudflare cannot be read from here, so it is not
  checked.

Nothing looks wrong.
`,
    );
    assert.equal(err, "");
    assert.equal(code, 0);
  });

  test("with rules for access keys: what holds now, and once their secrets are set", async (t) => {
    const project = createTomlProject(
      t,
      `[vars]
UPSTREAM_URL = "https://api.openai.com/v1"
ALLOWED_ORIGINS = "https://app.example.com, https://*.example.org"
[vars.CONFIG]
timeout = "90s"
max_body = "1MiB"
access.rate = "60/min"
${KEYS}
[[ratelimits]]
name = "RATE_LIMIT"
namespace_id = "1001"
simple = { limit = 100, period = 60 }
`,
    );
    const { code, out } = await project.check();
    assert.equal(
      out,
      `Settings of wrangler.toml
  upstream          https://api.openai.com
                    GET /v1/models goes to https://api.openai.com/v1/models
  timeout           90s, to the beginning of the upstream's answer
  origins           pages of https://app.example.com, https://*.example.org may
                    read answers
  rate limit        60/min for each caller; RATE_LIMIT: 100 in 60 s
  CONFIG.max_body   1MiB

Who may call, as it stands here (without ACCESS_KEYS and OPENAI_API_KEY)
  nobody   every request is answered 500 config_invalid:
           CONFIG.access.keys.alice: unknown
           CONFIG.access.keys.bob: unknown

Who may call, once ACCESS_KEYS and OPENAI_API_KEY are set
  without a key                  is refused: 401 missing_api_key
  with a key of their own        is refused: 401 invalid_api_key
  with an access key             spends the gateway's key
  with one, from other origins   is refused: 403 origin_not_allowed

Rules for access keys
  alice   models gpt-4o*, o4-mini; rate 10/min
  bob     paths /v1/chat/*

Secrets
  ACCESS_KEYS      expected, not here: CONFIG.access.keys has rules for alice
                   and bob. Without keys of these names in it, every request is
                   answered 500 config_invalid.
  OPENAI_API_KEY   expected, not here: callers with an access key spend it.
  Set by \`npx wrangler secret put NAME\`; for \`npm start\`, by lines NAME=value in
  .dev.vars. What is set at Cloudflare cannot be read from here, so it is not
  checked.

Nothing looks wrong, once ACCESS_KEYS and OPENAI_API_KEY are set.
`,
    );
    assert.equal(code, 0);
  });

  test("with the secrets of .dev.vars: what holds with them", async (t) => {
    const devVars =
      "ACCESS_KEYS='alice=ak-4711-alice, bob=ak-4711-bob'\nOPENAI_API_KEY=sk-4711-upstream\n";
    const project = createTomlProject(
      t,
      `${KEYS}[vars.CONFIG.access]\nallow_own_keys = true\n`,
      devVars,
    );
    const { code, out } = await project.check();
    assert.match(
      out,
      /^Who may call, with the secrets that are here\n {2}without a key {13}is refused: 401 missing_api_key\n {2}with a key of their own {3}passes, with it\n {2}with an access key {8}spends the gateway's key\n\n/m,
    );
    assert.match(out, /^ {2}OPENAI_API_KEY {3}expected, in \.dev\.vars: /m);
    assert.doesNotMatch(out, /as it stands here|4711/);
    assert.match(out, /\nNothing looks wrong\.\n$/);
    assert.equal(code, 0);
  });

  test("with a key that nobody may spend from elsewhere: what a page of elsewhere gets", async (t) => {
    const toml = '[vars]\nALLOWED_ORIGINS = "https://app.example.com"\n';
    const { settings } = await createTomlProject(t, toml).checkJson();
    assert.equal(settings.origins, "https://app.example.com");
    assert.deepEqual(settings.callers.at(-1), {
      who: "without a key, from other origins",
      outcome: "passes",
      key: "none",
      isUnread: true,
    });
  });

  test("an upstream with a path, and one that speaks another API", async (t) => {
    const groq = createTomlProject(t, '[vars]\nUPSTREAM_URL = "https://api.groq.com/openai/v1/"\n');
    const other = createTomlProject(
      t,
      '[vars]\nUPSTREAM_URL = "https://x.example/a"\nCONFIG = \'{"api": "none"}\'\n',
    );
    const [first, second] = await Promise.all([groq.checkJson(), other.checkJson()]);
    assert.equal(first.settings.modelsUrl, "https://api.groq.com/openai/v1/models");
    assert.equal(second.settings.modelsUrl, "https://x.example/a/v1/models");
    assert.deepEqual(second.settings.others, { api: "none" });
  });

  test("a rate that allows one call does not get into the check's way", async (t) => {
    const project = createTomlProject(t, '[vars]\nCONFIG.access.rate = "1/d"\n');
    const { settings } = await project.checkJson();
    assert.deepEqual(
      settings.callers.map((/** @type {{ outcome: string }} */ { outcome }) => outcome),
      ["passes", "passes"],
    );
    assert.equal(settings.rate, "1/d");
  });

  test("--json prints one object and nothing else", async (t) => {
    const project = createTomlProject(t, 'unheard_of = 1\n[vars]\nACCESS = "open"\n');
    const { code, out, err } = await project.check("--json");
    const { ok, errors, warnings, settings } = JSON.parse(out);
    assert.deepEqual([code, err, ok, errors], [0, "", true, []]);
    assert.equal(warnings[0].path, "unheard_of");
    assert.equal(settings.upstream, "https://api.openai.com");
    assert.equal(settings.timeoutMs, 600_000);
    assert.equal(settings.origins, null);
    assert.deepEqual(settings.secrets, [
      { name: "OPENAI_API_KEY", expected: 'ACCESS = "open" lets callers spend it', where: null },
    ]);
  });

  test("no line is wider than 80 columns, commands and addresses aside", async (t) => {
    const toml =
      '[vars]\nACCESS = "open"\nUPSTREAM_URL = "http://gateway.lan"\nOPENAI_API_KEY = "x"\n';
    const { out } = await createTomlProject(t, toml).check();
    const wide = out.split("\n").filter((line) => line.length > 80);
    assert.deepEqual(wide, []);
    assert.match(out, /`npx wrangler secret put ACCESS_KEYS`/, "a command is not broken");
  });

  test("colours are for terminals", async (t) => {
    const files = { "wrangler.toml": HEAD };
    const plain = await createProject(t, files).check();
    const coloured = await createProject(t, files, { env: { FORCE_COLOR: "1" } }).check();
    assert.ok(!plain.out.includes("\u001b"));
    assert.ok(coloured.out.includes("\u001b[32mNothing looks wrong.\u001b[39m"));
  });

  test("--env: the settings of that environment, and commands for it", async (t) => {
    const toml = `[vars]\nACCESS = "open"\n[env.staging.vars]\nUPSTREAM_URL = "https://s.example"\n`;
    const project = createTomlProject(t, toml, "OPENAI_API_KEY=one\n");
    const staging = await project.check("--env", "staging");
    assert.match(
      staging.out,
      /^Settings of wrangler\.toml, for --env staging\n {2}upstream {5}https:\/\/s\.example$/m,
    );
    assert.match(staging.out, /`npx wrangler secret put NAME --env staging`/);
    assert.doesNotMatch(staging.out, /"open"/);
    assert.equal(staging.code, 0);
    const top = await project.checkJson();
    assert.equal(top.settings.upstream, "https://api.openai.com");
    assert.equal(top.settings.callers[0].key, "gateway");
  });

  test("CLOUDFLARE_ENV chooses an environment, as it does for wrangler", async (t) => {
    const toml = `${HEAD}[env.staging.vars]\nUPSTREAM_URL = "https://s.example"\n`;
    const project = createProject(
      t,
      { "wrangler.toml": toml },
      { env: { CLOUDFLARE_ENV: "staging" } },
    );
    const { settings } = await project.checkJson();
    assert.equal(settings.upstream, "https://s.example");
  });

  test("wrangler.json and wrangler.jsonc are read as wrangler reads them", async (t) => {
    const json = { name: "x", main: "shim/worker.js", vars: { CONFIG: { timeout: "2s" } } };
    const text = `// a comment\n${JSON.stringify(json)}`;
    const alone = createProject(t, { "wrangler.jsonc": text });
    const beside = createProject(t, { "wrangler.json": text, "wrangler.toml": HEAD });
    const [first, second] = await Promise.all([alone.checkJson(), beside.checkJson()]);
    assert.equal(first.settings.timeoutMs, 2000);
    assert.equal(first.settings.file, "wrangler.jsonc");
    assert.deepEqual(first.warnings, []);
    assert.equal(second.settings.timeoutMs, 2000);
    assert.deepEqual(second.warnings, [
      {
        path: "wrangler.toml",
        message: "is not read, since wrangler.json is there. Remove one of them.",
      },
    ]);
  });

  test("a file in a folder above is found, as wrangler finds it, and another with --config", async (t) => {
    const files = {
      "wrangler.toml": HEAD,
      "shim/other.toml": `${HEAD.replace("shim/", "")}[vars]\nUPSTREAM_URL = "https://o.example"\n`,
    };
    const project = createProject(t, files, { cwd: "shim" });
    const above = await project.checkJson();
    assert.equal(above.settings.file, "../wrangler.toml");
    const other = await project.checkJson("--config", "other.toml");
    assert.equal(other.settings.upstream, "https://o.example");
  });
});
