// Cloudflare Workers, deployed from a clean clone on a machine without a C++ toolchain, as that of
// the Deploy button is: what `wrangler deploy` would upload, run in workerd.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { unstable_readConfig } from "wrangler";
import { ROOT } from "../support/bundle.js";
import { cleanClone } from "../support/clone.js";
import { assertConforms } from "../support/conformance.js";
import { startGateway } from "../support/gateway.js";
import { freePort } from "../support/port.js";
import { cleanEnvironment, start } from "../support/process.js";
import { temporaryFolder } from "../support/server.js";

/** @param {string} name */
const read = (name) => readFileSync(join(ROOT, name), "utf8");
const { scripts, cloudflare } = JSON.parse(read("package.json"));
/** What the Deploy button runs, `npm run build` and `npm run deploy`, without npm. */
const [build = [], deploy = []] = [scripts.build, scripts.deploy].map((script) =>
  script.split(" ").slice(1),
);

/** A PATH with Node alone. */
const bin = join(temporaryFolder(), "bin");
mkdirSync(bin);
symlinkSync(process.execPath, join(bin, "node"));

/**
 * @param {string[]} args of Node
 * @param {string} cwd
 */
async function runNode(args, cwd) {
  const run = start([join(bin, "node"), ...args], { cwd, env: cleanEnvironment({ PATH: bin }) });
  assert.equal((await run.exited).code, 0, run.output());
}

test("what a deploy from a clean clone uploads passes the tests", async (t) => {
  const clone = cleanClone();
  const upstream = `http://127.0.0.1:${await freePort()}`;
  await runNode(build, clone);
  await runNode([...deploy, "--dry-run", "--outdir", "out"], clone);
  const gateway = await startGateway({ UPSTREAM_URL: upstream }, { bundle: join(clone, "out") });
  t.after(() => gateway.close());
  await assertConforms({ url: gateway.url, upstream });
});

test("the Deploy button has nothing to ask", () => {
  const asked = read(".dev.vars.example")
    .split("\n")
    .filter((line) => !/^(#.*)?$/.test(line));
  assert.deepEqual(asked, []);
});

test("every setting has a description for the Deploy button", () => {
  const config = read("deploy/server/config.capnp");
  const settings = [...config.matchAll(/\(name = "([A-Z_]+)", fromEnvironment/g)];
  const described = Object.entries(cloudflare.bindings);
  assert.deepEqual(
    described.map(([name]) => name).toSorted(),
    settings.map(([, name]) => name).toSorted(),
  );
  for (const [name, { description }] of described) assert.match(description, /\.$/, name);
});

test("a custom domain, a route and a region are each one uncommented line away", () => {
  const domain = '# routes = [{ pattern = "gateway.example.com", custom_domain = true }]';
  const route = '# routes = [{ pattern = "gateway.example.com/*", zone_name = "example.com" }]';
  const region = '# [placement]\n# region = "aws:us-east-1"';
  /** @param {string} comment */
  const uncommented = (comment) => {
    const clone = cleanClone([[comment, comment.replaceAll("# ", "")]]);
    return JSON.parse(
      JSON.stringify(unstable_readConfig({ config: join(clone, "wrangler.toml") })),
    );
  };
  assert.deepEqual(uncommented(domain).routes, [
    { pattern: "gateway.example.com", custom_domain: true },
  ]);
  assert.deepEqual(uncommented(route).routes, [
    { pattern: "gateway.example.com/*", zone_name: "example.com" },
  ]);
  assert.deepEqual(uncommented(region).placement, { region: "aws:us-east-1" });
});

test("logs are on, and telemetry and preview URLs off", () => {
  const config = unstable_readConfig({ config: join(ROOT, "wrangler.toml") });
  assert.equal(config.observability?.enabled, true);
  assert.equal(config.preview_urls, false);
  assert.equal(config.send_metrics, false);
  assert.equal(config.routes, undefined);
  assert.equal(config.placement, undefined);
});
