// Sluice on a server of one's own: the folder of `npm run build:server`, started by its one command.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { request } from "../support/client.js";
import { cleanClone } from "../support/clone.js";
import { assertConforms } from "../support/conformance.js";
import { freePort } from "../support/port.js";
import { start } from "../support/process.js";
import { buildServer, startServer, temporaryFolder } from "../support/server.js";
import { startUpstream } from "../support/upstream.js";

const folder = buildServer();

/**
 * What the upstream gets as Authorization of a call with an access key.
 * @param {{ port: number }} server
 * @param {Awaited<ReturnType<typeof startUpstream>>} upstream
 * @param {string} key
 */
async function keySent(server, upstream, key) {
  const headers = { authorization: `Bearer ${key}` };
  const { status, text } = await request(server, { path: "/v1/models", headers });
  assert.equal(status, 200, text);
  return upstream.last().value("authorization");
}

test("one command installs workerd and starts a gateway that passes the tests", async (t) => {
  const fresh = buildServer({ from: cleanClone(), withWorkerd: false });
  const upstream = `http://127.0.0.1:${await freePort()}`;
  copyFileSync(join(fresh, "sluice.env.example"), join(fresh, "sluice.env"));
  writeFileSync(join(fresh, "sluice.env"), `UPSTREAM_URL=${upstream}\n`, { flag: "a" });
  const { url, output } = await startServer(fresh, { npm_config_prefer_offline: "true" }, t);
  assert.match(output(), /^Installing workerd \(npm, once\)/);
  await assertConforms({ url, upstream });
});

test("with keys, it passes the tests that a user of it can run", async (t) => {
  const { startOpenAi } = await import("../../demo/openai.js");
  const openAi = await startOpenAi();
  t.after(openAi.close);
  const { url } = await startServer(
    folder,
    { UPSTREAM_URL: openAi.url, OPENAI_API_KEY: "sk-1", ACCESS_KEYS: "ann=ak-1" },
    t,
  );
  await assertConforms({
    url,
    env: { SLUICE_KEY: "ak-1" },
    skipping: /SLUICE_UPSTREAM|access keys/,
  });
});

test("sluice.env holds values as they are, and the environment goes first", async (t) => {
  const upstream = await startUpstream();
  t.after(() => upstream.close());
  const other = buildServer();
  const lines = [
    "# A comment, and an empty line:",
    "",
    "UPSTREAM_URL=http://upstream.invalid",
    "OPENAI_API_KEY=sk-$HOME\"'`id`\\n=#",
    "ACCESS_KEYS=ann=ak-1, ben=ak-2",
    'CONFIG={"access": {"rate": "1000/h"}, "timeout": "90s"}',
  ];
  writeFileSync(join(other, "sluice.env"), lines.join("\n"));
  const server = await startServer(other, { UPSTREAM_URL: upstream.url }, t);
  assert.equal(await keySent(server, upstream, "ak-1"), "Bearer sk-$HOME\"'`id`\\n=#");
  assert.equal(await keySent(server, upstream, "ak-2"), "Bearer sk-$HOME\"'`id`\\n=#");
});

test("a line of sluice.env that is no setting stops it, without being repeated", async () => {
  const other = buildServer();
  for (const line of ["OPENAI_API_KEY sk-secret", "export ACCESS=sk-secret", "A B=sk-secret"]) {
    writeFileSync(join(other, "sluice.env"), `${line}\n`);
    const server = start(["sh", join(other, "start.sh")]);
    assert.equal((await server.exited).code, 1);
    assert.match(server.output(), /^sluice\.env: a line is neither NAME=value nor a comment/);
    assert.ok(!server.output().includes("secret"));
  }
});

test("a configuration that is wrong is named in the log", async (t) => {
  const server = await startServer(folder, { ACCESS_KEYS: "", CONFIG: '{"tmeout":"1s"}' }, t);
  assert.equal((await request(server, { path: "/_sluice/health" })).status, 500);
  await server.written(/^ACCESS_KEYS: is empty/m);
  await server.written(/^CONFIG\.tmeout: unknown; did you mean timeout\?/m);
});

test("an example of every setting can be taken as it is", async (t) => {
  const example = readFileSync(join(folder, "sluice.env.example"), "utf8");
  const settings = [...example.matchAll(/^#([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  const { LISTEN: _, ACCESS, ...rest } = Object.fromEntries(settings);
  const config = readFileSync(join(folder, "config.capnp"), "utf8");
  const bound = [...config.matchAll(/fromEnvironment = "([A-Z_]+)"/g)].map(([, name]) => name);
  const shown = settings.map(([name]) => name).filter((name) => bound.includes(`${name}`));
  assert.deepEqual(shown.toSorted(), bound.toSorted());
  const { ACCESS_KEYS: __, ...opened } = { ...rest, ACCESS };
  for (const env of [rest, opened]) {
    const server = await startServer(folder, env, t);
    const { status } = await request(server, { path: "/_sluice/health" });
    assert.equal(status, 200, server.output());
  }
});

test("the health check succeeds for a gateway that is well, and only then", async (t) => {
  /** @param {number} port */
  const check = async (port) => {
    return (await start(["bash", join(folder, "healthcheck.sh"), `${port}`]).exited).code;
  };
  assert.equal(await check((await startServer(folder, {}, t)).port), 0);
  assert.equal(await check((await startServer(folder, { ACCESS: "opne" }, t)).port), 1);
  assert.equal(await check(await freePort()), 1);
});

test("it says what to do where workerd is missing, and npm too", async () => {
  const bin = temporaryFolder();
  const bare = buildServer({ withWorkerd: false });
  const command = `ln -s "$(command -v dirname)" "$(command -v printenv)" ${bin}`;
  await start(["sh", "-c", command]).exited;
  const server = start(["/bin/sh", join(bare, "start.sh")], { env: { PATH: bin } });
  assert.equal((await server.exited).code, 1);
  assert.match(server.output(), /there is no npm to install it with; install Node\.js/);
});
