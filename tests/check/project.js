// A project's folder for a test, and the check run there, as its owner would run it.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** What a wrangler.toml begins with. */
export const HEAD = `name = "sluice"
main = "shim/worker.js"
compatibility_date = "2026-11-17"
`;

/** @typedef {{ path: string, message: string, given?: string }} Finding */
/** @typedef {{ code: number | null, out: string, err: string }} Run */

/**
 * @typedef {object} Project
 * @property {string} folder
 * @property {(...args: string[]) => Promise<Run>} check
 * @property {(...args: string[]) => Promise<any>} checkJson what it prints with --json
 * @property {(...args: string[]) => Promise<Run>} deploy
 */

/** @typedef {{ after: (fn: () => void) => void }} Scope the test, at whose end the folder goes */

/**
 * @param {Scope} t
 * @param {Record<string, string>} files by name; without a wrangler.toml, there is none
 * @param {object} [options]
 * @param {Record<string, string>} [options.env] of the process, besides its own
 * @param {string} [options.cwd] a folder in it to run in
 * @returns {Project}
 */
export function createProject(t, files, { env = {}, cwd = "." } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-check-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const worker = "export default { fetch: () => new Response() };\n";
  for (const [name, text] of Object.entries({ "shim/worker.js": worker, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const run =
    (/** @type {string} */ script) =>
    (/** @type {string[]} */ ...args) => {
      return runScript(join(ROOT, script), args, join(folder, cwd), env);
    };
  const check = run("tools/check.js");
  return {
    folder,
    check,
    async checkJson(...args) {
      const { code, out, err } = await check("--json", ...args);
      const result = JSON.parse(out);
      if (code !== (result.ok ? 0 : 1)) throw new Error(`ended with ${code}:\n${out}${err}`);
      return result;
    },
    deploy: run("tools/check/deploy.js"),
  };
}

/**
 * @param {Scope} t
 * @param {string} toml behind the head
 * @param {string} [devVars] .dev.vars, if there is one
 */
export function createTomlProject(t, toml, devVars) {
  const files = { "wrangler.toml": HEAD + toml };
  return createProject(t, devVars === undefined ? files : { ...files, ".dev.vars": devVars });
}

/**
 * @param {string} script
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} env
 * @returns {Promise<Run>}
 */
function runScript(script, args, cwd, env) {
  const { FORCE_COLOR: _, NO_COLOR: __, CLOUDFLARE_ENV: ___, ...own } = process.env;
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    // Most of a run is spent on compiling wrangler.
    env: { ...own, NODE_COMPILE_CACHE: join(ROOT, "build/compile-cache"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  return new Promise((done) => child.on("close", (code) => done({ code, out, err })));
}

/**
 * @param {Finding[]} findings
 * @returns {string[]} as the log of the Worker has them
 */
export const linesOf = (findings) => findings.map(({ path, message }) => `${path}: ${message}`);
