// The systemd unit and the Dockerfile of the server folder, as far as a machine without either can
// tell: that they are valid, and name what the folder has.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/bundle.js";
import { request } from "../support/client.js";
import { start } from "../support/process.js";
import { buildServer, temporaryFolder } from "../support/server.js";

const folder = buildServer();

/** @param {string} name */
const read = (name) => readFileSync(join(folder, name), "utf8");

/** The instructions of the Dockerfile, by stage. @type {{ name: string, value: string }[][]} */
const stages = [];
for (const line of read("Dockerfile").replaceAll("\\\n", " ").split("\n")) {
  const [, name, value] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) continue;
  if (name === "FROM") stages.push([]);
  stages.at(-1)?.push({ name, value });
}
const [build = [], image = []] = stages;

/**
 * @param {{ name: string, value: string }[]} stage
 * @param {string} name
 */
const values = (stage, name) =>
  stage.filter((instruction) => instruction.name === name).map(({ value }) => value);

/** What a stage copies from the folder. @param {typeof build} stage */
const copied = (stage) =>
  values(stage, "COPY")
    .filter((value) => !value.startsWith("--from="))
    .flatMap((value) => value.split(/ +/).slice(0, -1));

test("systemd takes the unit as it is", async (t) => {
  const verify = start(["systemd-analyze", "verify", join(folder, "sluice.service")]);
  const { code } = await verify.exited;
  if (code === null) return t.skip("systemd-analyze is not installed here");
  assert.equal(code, 0);
  assert.equal(verify.output(), "");
});

test("the image gets the folder's files, and the folder's secrets stay out of it", () => {
  const wanted = [...copied(build), ...copied(image)].toSorted();
  const let_in = [...read(".dockerignore").matchAll(/^!(.+)$/gm)].map(([, name]) => name);
  assert.deepEqual(let_in.toSorted(), wanted);
  assert.match(read(".dockerignore"), /^\*$/m);
  for (const name of wanted) assert.ok(read(name).length > 0);
});

test("the image runs the workerd of the tests, as nobody, and stops on SIGTERM", () => {
  const { version } = JSON.parse(
    readFileSync(join(ROOT, "node_modules/workerd/package.json"), "utf8"),
  );
  assert.equal(JSON.parse(read("package.json")).dependencies.workerd, version);
  assert.match(values(build, "RUN").join("\n"), /npm ci .*--ignore-scripts/);
  assert.match(values(image, "FROM").join(), /^debian:\w+-slim$/);
  assert.deepEqual(values(image, "USER"), ["65534:65534"]);
  assert.deepEqual(values(image, "STOPSIGNAL"), ["SIGTERM"]);
});

test("the image's command starts a gateway that its health check finds well", async (t) => {
  const root = temporaryFolder();
  for (const name of copied(image)) copyFileSync(join(folder, name), join(root, name));
  const bin = join(temporaryFolder(), "workerd");
  symlinkSync(join(ROOT, "node_modules/workerd/bin/workerd"), bin);

  const [program, ...args] = JSON.parse(values(image, "CMD").join());
  assert.equal(program, "workerd");
  const address = args.indexOf("http=*:8787");
  assert.ok(address > 0 && values(image, "EXPOSE").join() === "8787");
  args[address] = "http=*:0";
  const server = start([bin, ...args, "--control-fd=3"], { cwd: root });
  t.after(() => server.stop());
  const [, port] = await server.written(/"port":(\d+)/);
  const { status } = await request({ port: Number(port) }, { path: "/_sluice/health" });
  assert.equal(status, 200);

  const check = /CMD (\[.*\])$/.exec(values(image, "HEALTHCHECK").join());
  const healthy = start([...JSON.parse(check?.[1] ?? "[]"), port], { cwd: root });
  assert.equal((await healthy.exited).code, 0, healthy.output());
});
