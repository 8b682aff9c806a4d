// Runs the gateway for a test: the Worker as wrangler bundles it, in the workerd that wrangler pins.
//
// Not wrangler's own test harness: that puts a proxy in front which resolves dot segments, drops
// `Connection` and adds `Accept-Encoding`, so that a test could not see what the Worker does.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundledWorker, ROOT } from "./bundle.js";

/**
 * @typedef {object} Gateway
 * @property {string} url "http://127.0.0.1:PORT", without a slash at the end
 * @property {number} port
 * @property {number} pid of workerd
 * @property {() => string} log what workerd has written so far
 * @property {() => Promise<void>} close
 */

/**
 * Starts a gateway on a free port.
 *
 * @param {Record<string, unknown>} [env] its variables and secrets; strings, or values for JSON
 * @param {object} [options]
 * @param {string} [options.core] a file to run in place of the bundled core.wasm
 * @param {string} [options.bundle] a folder with worker.js, and its wasm if it has one, to run in
 *   place of Sluice as wrangler bundles it here
 * @returns {Promise<Gateway>}
 */
export async function startGateway(env = {}, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-gateway-"));
  const { core, bundle = bundledWorker() } = options;
  writeFileSync(join(folder, "config.capnp"), workerdConfig(bundle, env, core));
  const workerd = join(ROOT, "node_modules/workerd/bin/workerd");
  // File descriptor 3 is where workerd says which port it got.
  const child = spawn(workerd, ["serve", "config.capnp", "--control-fd=3", "--import-path=/"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      log += text;
    });
  }
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const stop = () => child.kill("SIGKILL");
  process.once("exit", stop);

  const control = /** @type {import("node:stream").Readable} */ (child.stdio[3]);
  const port = await new Promise((resolve, reject) => {
    let text = "";
    control.setEncoding("utf8").on("data", (data) => {
      text += data;
      const found = /"event":"listen","socket":"http","port":(\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    });
    child.once("exit", (code) => reject(new Error(`workerd ended with ${code}:\n${log}`)));
  });

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: /** @type {number} */ (child.pid),
    log: () => log,
    async close() {
      stop();
      await exited;
      process.removeListener("exit", stop);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * @param {string} bundle
 * @param {Record<string, unknown>} env
 * @param {string | undefined} core
 */
function workerdConfig(bundle, env, core) {
  const wasm = readdirSync(bundle).find((name) => name.endsWith(".wasm"));
  const compatibilityDate = /compatibility_date = "(.*?)"/.exec(
    readFileSync(join(ROOT, "wrangler.toml"), "utf8"),
  )?.[1];
  const wasmModule =
    wasm && `(name = ${text(`./${wasm}`)}, wasm = embed ${text(core ?? join(bundle, wasm))}),`;
  const bindings = Object.entries(env).map(([name, value]) =>
    typeof value === "string"
      ? `(name = ${text(name)}, text = ${text(value)})`
      : `(name = ${text(name)}, json = ${text(JSON.stringify(value))})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed ${text(join(bundle, "worker.js"))}),
    ${wasmModule ?? ""}
  ],
  compatibilityDate = ${text(compatibilityDate ?? "")},
  bindings = [${bindings.join(", ")}],
  globalOutbound = "internet",
);
`;
}

/**
 * A string literal of Cap'n Proto's schema language, any byte of it escaped that could need it.
 * @param {string} value
 */
function text(value) {
  const bytes = [...Buffer.from(value, "utf8")];
  const plain = (/** @type {number} */ byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
  const escaped = bytes.map((byte) =>
    plain(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  );
  return `"${escaped.join("")}"`;
}
