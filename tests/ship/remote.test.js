// `npm run test:remote`: what it says when it is not told enough, and that it fails for what is no
// gateway, or a gateway behind something that spoils it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { ROOT } from "../support/bundle.js";
import { freePort } from "../support/port.js";
import { cleanEnvironment, start } from "../support/process.js";

/** @param {Record<string, string>} variables */
async function run(variables) {
  const env = cleanEnvironment(variables);
  const command = start([process.execPath, "tools/test-remote.js"], { cwd: ROOT, env });
  const { code } = await command.exited;
  return { code, output: command.output() };
}

test("without a URL it says what to set", async () => {
  const { code, output } = await run({});
  assert.equal(code, 1);
  assert.match(output, /^ {2}SLUICE_URL=https:\/\/gateway\.example\.com npm run test:remote$/m);
});

test("a URL that is none, or has a path, is refused by name", async () => {
  for (const SLUICE_URL of ["gateway.example.com", "https://gateway.example.com/v1", ""]) {
    const { code, output } = await run({ SLUICE_URL });
    assert.equal(code, 1);
    assert.ok(output.startsWith(`SLUICE_URL is "${SLUICE_URL}".\n`), output);
  }
  const SLUICE_URL = "http://127.0.0.1:1";
  const { code, output } = await run({ SLUICE_URL, SLUICE_UPSTREAM: "http://127.0.0.1" });
  assert.equal(code, 1);
  assert.match(output, /^SLUICE_UPSTREAM is "http:\/\/127\.0\.0\.1"\.$/m);
});

/**
 * @param {import("node:test").TestContext} t
 * @param {import("node:http").RequestListener} listener
 */
async function listen(t, listener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

test("of a gateway that is not well, or none, it says what its health is", async (t) => {
  const SLUICE_URL = await listen(t, (_, response) =>
    response.writeHead(500).end("config_invalid"),
  );
  const ill = await run({ SLUICE_URL });
  assert.equal(ill.code, 1);
  assert.equal(ill.output, `${SLUICE_URL}/_sluice/health answers 500: config_invalid\n`);

  const nobody = await run({ SLUICE_URL: `http://127.0.0.1:${await freePort()}` });
  assert.equal(nobody.code, 1);
  assert.match(nobody.output, /_sluice\/health cannot be asked: .*ECONNREFUSED/);
});

test("a gateway behind something that spoils its answers fails", async (t) => {
  const SLUICE_URL = await listen(t, ({ url }, response) => {
    response.setHeader("access-control-allow-origin", ["*", "*"]);
    const health = '{"status":"ok","version":"1.0.0","build":"1"}';
    response.end(url === "/_sluice/health" ? health : "{}");
  });
  const { code, output } = await run({ SLUICE_URL });
  assert.equal(code, 1);
  assert.match(output, /^✖ a page can read the gateway's errors/m);
  assert.match(output, /^✖ TRACE is refused/m);
});
