// Processes that the bench starts, and ends, whatever happens.
import { spawn } from "node:child_process";

/** @typedef {ReturnType<typeof startChild>} Child */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function startChild(command, args, env = process.env) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  let hasEnded = false;
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => {
    child.once("error", (error) => {
      output += error.message;
    });
    child.once("close", (code) => {
      hasEnded = true;
      running.delete(child);
      resolve(code);
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    hasEnded: () => hasEnded,
    /** Its exit code, when its output has ended. */
    ended,
    interrupt: () => child.kill("SIGINT"),
    async close() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
