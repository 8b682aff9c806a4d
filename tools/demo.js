// The demo: Sluice under `wrangler dev`, in front of a stand-in for OpenAI (demo/), so that it takes
// no key and no network. Prints a curl line, then the answer to it as it streams in.
//   npm run demo -- --port 8788   on another port than 8787
//   npm run demo -- --once        ends after the answer
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { devNull } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { startOpenAi } from "../demo/openai.js";

const ROOT = resolve(import.meta.dirname, "..");
const KEY = "demo";
const QUESTION = {
  model: "gpt-5-mini",
  stream: true,
  messages: [{ role: "user", content: "Hello!" }],
};

/** An error whose message is all that the user needs. */
class Problem extends Error {}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { port: { type: "string", default: "8787" }, once: { type: "boolean" } },
    });
    const port = /^\d+$/.test(values.port) ? Number(values.port) : 0;
    if (port < 1 || port > 65_535) throw new Error(`"${values.port}" is not a port`);
    return { port, once: values.once === true };
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new Problem(`${message}\nUsage: npm run demo -- [--port 8788] [--once]`);
  }
}

/** @param {number} port */
async function requireFree(port) {
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    const reason =
      code === "EADDRINUSE" ? "is taken by another program" : `cannot be used: ${code}`;
    throw new Problem(`Port ${port} ${reason}. Choose another: npm run demo -- --port 8788`);
  }
  probe.close();
  await once(probe, "close");
}

/** As wrangler would, which buries the reason for a failure. */
function buildCore() {
  const build = spawnSync(process.execPath, ["tools/build-core.js"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (build.status !== 0) throw new Problem("Without its core, the gateway cannot start.");
}

/**
 * @param {number} port
 * @param {string} upstream
 */
function startWrangler(port, upstream) {
  const args = [
    "node_modules/wrangler/bin/wrangler.js",
    "dev",
    ...["--port", `${port}`, "--var", `UPSTREAM_URL:${upstream}`],
    // In place of .dev.vars: those are the user's keys and settings, not the demo's.
    ...["--env-file", devNull],
    ...["--log-level", "error"],
  ];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    // What Request.cf holds, which wrangler would ask the network for, is of no use here.
    env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_HIDE_BANNER: "true" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  return {
    exited,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function untilItAnswers(url, signal) {
  for (;;) {
    const response = await fetch(`${url}/_sluice/health`, { signal }).catch(() => undefined);
    if (response?.ok) return;
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {string} url */
function curlLine(url) {
  return [
    `curl -N ${url}/v1/chat/completions`,
    '-H "Content-Type: application/json"',
    `-H "Authorization: Bearer ${KEY}"`,
    `-d '${JSON.stringify(QUESTION)}'`,
  ].join(" \\\n  ");
}

/**
 * Asks, and prints each word of the answer as it arrives.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function printAnswer(url, signal) {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${KEY}` },
    body: JSON.stringify(QUESTION),
    signal,
  });
  if (!response.ok || response.body === null) {
    throw new Problem(`The gateway answered ${response.status}:\n${await response.text()}`);
  }
  let rest = "";
  let column = Infinity;
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      if (event === "data: [DONE]") continue;
      const word = JSON.parse(event.slice("data: ".length)).choices[0]?.delta.content ?? "";
      const wraps = word !== "" && column + word.length > 76;
      process.stdout.write(wraps ? `\n  ${word.trimStart()}` : word);
      column = wraps ? word.length : column + word.length;
    }
  }
  process.stdout.write("\n");
}

async function main() {
  const options = readOptions();
  const url = `http://localhost:${options.port}`;
  await requireFree(options.port);
  buildCore();
  const openAi = await startOpenAi();
  const wrangler = startWrangler(options.port, openAi.url);
  const leaving = new AbortController();
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.once(signal, () => leaving.abort());
  }
  const left = once(leaving.signal, "abort");
  const died = wrangler.exited.then(([code]) => {
    if (!leaving.signal.aborted) throw new Problem(`wrangler dev ended by itself (${code}).`);
  });

  const show = async () => {
    console.log("Starting Sluice (wrangler dev) …");
    await untilItAnswers(url, leaving.signal);
    console.log(`It runs on ${url}, in front of a stand-in for OpenAI. Ask it something:\n`);
    console.log(`${curlLine(url)}\n\nThe answer to this very request, as it comes in:`);
    await printAnswer(url, leaving.signal);
    if (options.once) return;
    console.log(`\nIn your own code: base URL ${url}/v1, and any key. Ctrl-C stops the demo.`);
    await left;
  };
  try {
    await Promise.race([show(), died]);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  } finally {
    leaving.abort();
    await wrangler.stop();
    await openAi.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Problem ? error.message : error);
  process.exitCode = 1;
}
