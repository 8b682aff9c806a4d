// Runs the commands that make up a test layer: to the terminal, or captured to be shown on failure.
import { spawn } from "node:child_process";
import { resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "..");

/** @typedef {{ ok: boolean, output: string }} Outcome */
/** @typedef {{ capture: boolean, deadline?: number }} RunOptions deadline in ms since the epoch */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** @param {import("node:child_process").ChildProcess} child */
function killGroup(child) {
  try {
    process.kill(-(/** @type {number} */ (child.pid)), "SIGKILL");
  } catch {
    // It has just ended.
  }
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    for (const child of running) killGroup(child);
    process.exit(130);
  });
}

/**
 * Runs one command in the project's folder.
 * @param {string[]} command
 * @param {RunOptions} options
 * @returns {Promise<Outcome>} the output is empty when it was not captured
 */
export function run([program = "", ...args], { capture, deadline }) {
  return new Promise((done) => {
    const { FORCE_COLOR: _, ...env } = process.env;
    const child = spawn(program, args, {
      cwd: ROOT,
      env: capture ? { ...env, NO_COLOR: "1" } : process.env,
      stdio: capture ? ["ignore", "pipe", "pipe"] : "inherit",
      // A group of its own, so that what it started (workerd, Chromium) can be ended with it.
      detached: capture,
    });
    running.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    const timer =
      deadline &&
      setTimeout(() => {
        output += "\nStopped: this took too long.\n";
        killGroup(child);
      }, deadline - Date.now());
    /** @param {boolean} ok */
    const finish = (ok) => {
      if (timer) clearTimeout(timer);
      if (capture) killGroup(child);
      running.delete(child);
      done({ ok, output });
    };
    child.on("error", (error) => {
      output += `${program}: ${error.message}\n`;
      finish(false);
    });
    child.on("exit", () => capture && setTimeout(() => killGroup(child), 2000).unref());
    child.on("close", (code) => finish(code === 0));
  });
}

/**
 * Runs commands one after the other, and stops at the first that fails.
 * @param {string[][]} commands
 * @param {RunOptions} options
 * @returns {Promise<Outcome>}
 */
export async function runAll(commands, options) {
  let output = "";
  for (const command of commands) {
    const outcome = await run(command, options);
    output += outcome.output;
    if (!outcome.ok) return { ok: false, output };
  }
  return { ok: true, output };
}
