// What works, but not as its owner may think. None of it keeps the check from passing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTomlProject, linesOf } from "./project.js";

/**
 * @param {import("./project.js").Scope} t
 * @param {string} toml
 * @param {RegExp[]} expected one for each warning, as a line
 * @param {string} [devVars]
 */
async function assertWarnings(t, toml, expected, devVars) {
  const { ok, warnings } = await createTomlProject(t, toml, devVars).checkJson();
  const lines = linesOf(warnings);
  assert.equal(lines.length, expected.length, lines.join("\n"));
  for (const [i, pattern] of expected.entries()) assert.match(lines[i], pattern);
  assert.equal(ok, true);
}

const OPEN =
  /^ACCESS: "open" lets anyone who finds the gateway spend OPENAI_API_KEY\. .*secret put ACCESS_KEYS/;
const ANY_PAGE = /^ALLOWED_ORIGINS: any web page can have its visitors spend OPENAI_API_KEY\. /;
const NOBODY = /^OPENAI_API_KEY: nobody can spend it, .*secret put ACCESS_KEYS/;

describe("a warning", { concurrency: 2 }, () => {
  test("ACCESS=open with a server's key: anyone, and any page, spends it", async (t) => {
    const toml = '[vars]\nACCESS = "open"\n';
    await assertWarnings(t, toml, [OPEN, ANY_PAGE], "OPENAI_API_KEY=sk-upstream\n");
    await assertWarnings(t, toml, [OPEN, ANY_PAGE]);
    await assertWarnings(t, `${toml}ALLOWED_ORIGINS = "https://app.example.com"\n`, [OPEN]);
  });

  test("a server's key that nobody can spend", async (t) => {
    await assertWarnings(t, "", [NOBODY], "OPENAI_API_KEY=sk-upstream\n");
    await assertWarnings(t, "", [], "OPENAI_API_KEY=sk-upstream\nACCESS_KEYS=ak-1\n");
  });

  test("an http:// upstream that is elsewhere, or that Cloudflare cannot reach", async (t) => {
    const toml = (/** @type {string} */ url) => `[vars]\nUPSTREAM_URL = "${url}"\n`;
    await assertWarnings(t, toml("http://llm.lan:8000"), [
      /^UPSTREAM_URL: http:\/\/ sends keys and prompts to llm\.lan /,
    ]);
    await assertWarnings(t, toml("http://[::1]:8000"), [
      /^UPSTREAM_URL: \[::1\] is this very machine/,
    ]);
    await assertWarnings(t, toml("http://127.0.0.1:8000"), [/^UPSTREAM_URL: 127\.0\.0\.1 is this/]);
    await assertWarnings(t, toml("https://llm.lan:8000"), []);
    await assertWarnings(t, "", [], "UPSTREAM_URL=http://127.0.0.1:8000\n");
  });

  test("an access key that has expired", async (t) => {
    const toml = `[vars.CONFIG.access.keys]
alice.expires = "2020-12-31"
bob.expires = 9999-12-31
"#2".expires = "2020-12-31"
`;
    const expired = [
      /^CONFIG\.access\.keys\.alice\.expires: is past: this access key is refused\.$/,
      /^CONFIG\.access\.keys\.#2\.expires: is past/,
    ];
    await assertWarnings(t, toml, expired);
  });

  test("a rate limiter that the gateway does not ask", async (t) => {
    const limiter = (/** @type {string} */ name) =>
      `[[ratelimits]]\nname = "${name}"\nnamespace_id = "1"\nsimple = { limit = 1, period = 10 }\n`;
    await assertWarnings(t, limiter("RATE_LIMIT") + limiter("OTHER"), [
      /^ratelimits\.OTHER: the gateway asks no rate limiter of this name; /,
    ]);
  });

  test("a field that wrangler does not know, and what else wrangler warns of", async (t) => {
    const toml = "unheard_of = 1\n[dev]\nprt = 1\n[vars]\nA = 1\n[env.staging]\n";
    await assertWarnings(t, toml, [
      /^dev\.prt: unknown to wrangler, which ignores it\.$/,
      /^unheard_of: unknown to wrangler, which ignores it\.$/,
    ]);
    const { warnings } = await createTomlProject(t, toml).checkJson("--env", "staging");
    assert.match(linesOf(warnings).at(-1) ?? "", /^wrangler\.toml: "vars" exists at the top level/);
  });

  test("is spelt out, and leaves the verdict at that", async (t) => {
    const { code, out } = await createTomlProject(t, '[vars]\nACCESS = "open"\n').check();
    assert.equal(code, 0);
    assert.match(
      out,
      /\nWarnings\n {2}ACCESS: "open" lets [\s\S]+\n\nNo errors, 2 warnings, once OPENAI_API_KEY is set\.\n$/,
    );
  });
});
