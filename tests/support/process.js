// Starts what a test runs beside itself: in a process group of its own, which ends with the test.
import { spawn } from "node:child_process";
import { eventually } from "./wait.js";

/**
 * The environment for a program under test: nothing of the developer's (whose OPENAI_API_KEY a
 * gateway would take for its own) but what finding programs takes.
 * @param {Record<string, string>} [variables]
 * @returns {Record<string, string>}
 */
export function cleanEnvironment(variables = {}) {
  /** @type {Record<string, string>} */
  const kept = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (/^(PATH|HOME|npm_.*)$/i.test(name)) kept[name] = value ?? "";
  }
  return { ...kept, ...variables };
}

/**
 * @param {string[]} command
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 */
export function start([program = "", ...args], { cwd, env = cleanEnvironment() } = {}) {
  // Descriptor 3 is for what workerd says of its ports.
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of child.stdio.slice(1)) {
    const readable = /** @type {import("node:stream").Readable} */ (stream);
    readable.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  /** @type {{ code: number | null, signal: string | null } | undefined} */
  let end;
  /** @type {Promise<{ code: number | null, signal: string | null }>} */
  const exited = new Promise((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      resolve({ code: null, signal: null });
    });
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  exited.then((result) => {
    end = result;
  });

  /** @param {NodeJS.Signals} signal for the program and all that it started */
  function killGroup(signal) {
    try {
      process.kill(-(/** @type {number} */ (child.pid)), signal);
    } catch {
      // It has ended.
    }
  }
  const killAtExit = () => killGroup("SIGKILL");
  process.once("exit", killAtExit);
  exited.then(() => process.removeListener("exit", killAtExit));

  return {
    pid: /** @type {number} */ (child.pid),
    /** What it has written so far. */
    output: () => output,
    exited,
    isRunning: () => end === undefined,
    /** @param {NodeJS.Signals} signal for the program alone */
    kill: (signal) => child.kill(signal),
    async stop() {
      killGroup("SIGKILL");
      await exited;
    },

    /**
     * @param {RegExp} pattern
     * @returns {Promise<RegExpExecArray>} the match, once it has been written
     */
    async written(pattern) {
      await eventually(() => end !== undefined || pattern.test(output), `${pattern} in the output`);
      const found = pattern.exec(output);
      if (found === null) throw new Error(`it ended without ${pattern}:\n${output}`);
      return found;
    },
  };
}
