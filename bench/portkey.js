// @portkey-ai/gateway, the best-known gateway of this kind, on Node. It is installed on demand, from
// the lock file in portkey/, and is no dependency of this project.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../tests/support/bundle.js";
import { freePort } from "../tests/support/port.js";
import { startChild } from "./children.js";
import { listening } from "./listening.js";

const PINNED = join(import.meta.dirname, "portkey");
const FOLDER = join(ROOT, "build/bench/portkey");

/** @param {string} file */
function versionIn(file) {
  try {
    const { packages } = JSON.parse(readFileSync(file, "utf8"));
    return packages["node_modules/@portkey-ai/gateway"].version;
  } catch {
    return undefined;
  }
}

/** @returns {boolean} whether it is there now */
export function installPortkey() {
  const wanted = versionIn(join(PINNED, "package-lock.json"));
  // npm writes this file when all went well.
  const isThere = () => versionIn(join(FOLDER, "node_modules/.package-lock.json")) === wanted;
  if (isThere()) return true;
  mkdirSync(FOLDER, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    copyFileSync(join(PINNED, name), join(FOLDER, name));
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"];
  const cli = process.env.npm_execpath ?? "";
  const options = { cwd: FOLDER, stdio: /** @type {const} */ ("ignore") };
  if (basename(cli) === "npm-cli.js") spawnSync(process.execPath, [cli, ...args], options);
  else spawnSync("npm", args, options);
  return isThere();
}

/** @param {{ url: string }} upstream */
export async function startPortkey(upstream) {
  const port = await freePort();
  const server = join(FOLDER, "node_modules/@portkey-ai/gateway/build/start-server.js");
  const child = startChild(process.execPath, [server, "--headless", `--port=${port}`]);
  await listening("portkey", port, child);
  return {
    port,
    pid: child.pid,
    headers: { "x-portkey-provider": "openai", "x-portkey-custom-host": `${upstream.url}/v1` },
    close: child.close,
  };
}
