// `npm run demo` for real, and so the Worker under `wrangler dev`: what it prints can be relied on,
// and nothing of it is left behind.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/bundle.js";
import { freePort } from "../support/port.js";

const ANSWER = /^ {2}Hello! .* I say it\..* in my place\.$/s;

/** @param {string[]} args */
function startDemo(args) {
  // A process group of its own, as a terminal gives it.
  const child = spawn(process.execPath, [join(ROOT, "tools/demo.js"), ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const group = /** @type {number} */ (child.pid);
  let output = "";
  /** @type {(() => void)[]} */
  const watchers = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = once(child, "close").then(([code]) => code);
  return {
    ended,
    output: () => output,
    group,
    /** @param {string} text */
    async printed(text) {
      const found = new Promise((resolve) => {
        watchers.push(() => output.includes(text) && resolve(true));
      });
      const early = ended.then(() => assert.fail(`the demo ended without "${text}":\n${output}`));
      await Promise.race([found, early]);
    },
  };
}

/**
 * @param {number} group
 * @returns {string[]} the command lines of what still runs
 */
function processesIn(group) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // "pid (name) state parent group …"; what is dead and not yet waited for has no command line.
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return Number(stat[2]) === group && command !== "" ? [command] : [];
      } catch {
        return []; // it has just ended
      }
    });
}

test("the demo prints a curl line and the streamed answer to it, and --once then ends it", async () => {
  const demo = startDemo(["--once", "--port", `${await freePort()}`]);
  assert.equal(await demo.ended, 0, demo.output());
  const [, curl = "", , answer = "", ...rest] = demo.output().split(/\n{2,}|\n$/);
  assert.match(curl, /^curl -N http:\/\/localhost:\d+\/v1\/chat\/completions /);
  assert.match(answer, ANSWER);
  assert.deepEqual(rest, [""], "wrangler's own output is not shown");
  assert.deepEqual(processesIn(demo.group), []);
});

test("the demo stays up until Ctrl-C: its curl line works, and nothing is left running", async () => {
  const demo = startDemo(["--port", `${await freePort()}`]);
  await demo.printed("Ctrl-C stops the demo.");
  const curl = /^curl -N .*?'$/ms.exec(demo.output())?.[0] ?? "";
  const { stdout } = spawnSync("sh", ["-c", curl], { encoding: "utf8" });
  assert.match(stdout, /^data: \{.*"content":"Hello!".*data: \[DONE\]\n\n$/s);

  process.kill(-demo.group, "SIGINT");
  assert.equal(await demo.ended, 0, demo.output());
  assert.deepEqual(processesIn(demo.group), []);
});

test("a demo that is told to end while it starts leaves nothing running", async () => {
  const demo = startDemo(["--port", `${await freePort()}`]);
  await demo.printed("Starting");
  process.kill(demo.group, "SIGTERM");
  assert.equal(await demo.ended, 0, demo.output());
  assert.deepEqual(processesIn(demo.group), []);
});

test("where its port is taken, the demo says so and how to choose another", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (other.address());
  const demo = startDemo(["--port", `${port}`]);
  assert.equal(await demo.ended, 1);
  assert.equal(
    demo.output(),
    `Port ${port} is taken by another program. Choose another: npm run demo -- --port 8788\n`,
  );
  other.close();
});
