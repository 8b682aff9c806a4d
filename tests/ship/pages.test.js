// Cloudflare Pages: the folder of `npm run build:pages`, served by `wrangler pages dev`, and what
// `wrangler pages deploy` uploads of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/bundle.js";
import { cleanClone } from "../support/clone.js";
import { startCloudflare } from "../support/cloudflare.js";
import { assertConforms } from "../support/conformance.js";
import { freePort } from "../support/port.js";
import { cleanEnvironment, start } from "../support/process.js";
import { temporaryFolder } from "../support/server.js";

const folder = temporaryFolder();
const clone = cleanClone([
  ["# ALLOWED_ORIGINS", "ALLOWED_ORIGINS"],
  ["# [vars.CONFIG]\n# timeout", "[vars.CONFIG]\ntimeout"],
]);
execFileSync(process.execPath, ["tools/build-pages.js", folder], { cwd: clone });

/**
 * wrangler as the README says to run it: in this project, whose own wrangler.toml is for Workers.
 * @param {string[]} command
 * @param {Record<string, string>} env
 */
function startWrangler(command, env) {
  const wrangler = [process.execPath, "node_modules/wrangler/bin/wrangler.js", "--cwd", folder];
  return start([...wrangler, ...command], { cwd: ROOT, env: cleanEnvironment(env) });
}

test("under wrangler pages dev it passes the tests", async (t) => {
  const upstream = `http://127.0.0.1:${await freePort()}`;
  const options = ["--ip", "127.0.0.1", "--port", "0", "--binding", `UPSTREAM_URL=${upstream}`];
  const pages = startWrangler(["pages", "dev", ...options], {
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  });
  t.after(() => pages.stop());
  const [, url = ""] = await pages.written(/Ready on (http:\/\/\S+)/);
  await assertConforms({ url, upstream, env: { SLUICE_ORIGIN: "https://app.example.com" } });
});

test("wrangler pages deploy uploads the Worker, its core, and what wrangler.toml says", async (t) => {
  const cloudflare = await startCloudflare(t);
  const wrangler = startWrangler(["pages", "deploy"], cloudflare.env);
  const { code } = await wrangler.exited;
  assert.equal(code, 0, wrangler.output());
  const project = "/client/v4/accounts/account/pages/projects/sluice";
  const upload = cloudflare.calls.get(`POST ${project}/deployments`);
  assert.ok(upload, [...cloudflare.calls.keys()].join("\n"));
  assert.ok(upload.includes(readFileSync(join(ROOT, "shim/core.wasm"))));
  const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  const [, date] = /^compatibility_date = "(.*)"$/m.exec(toml) ?? [];
  assert.ok(upload.includes(`"compatibility_date":"${date}"`));
  assert.ok(upload.includes('"name":"ALLOWED_ORIGINS"'), "a setting of wrangler.toml");
  assert.ok(upload.includes('"timeout":"10m"'), "another");
});
