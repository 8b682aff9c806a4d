// The folder that `npm run build:server` writes, and Sluice started from it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { ROOT } from "./bundle.js";
import { cleanEnvironment, start } from "./process.js";

/** @returns {string} a folder of its own for a test file */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "sluice-ship-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * @param {object} [options]
 * @param {string} [options.from] the project's folder
 * @param {boolean} [options.withWorkerd] as if npm had installed it there
 * @returns {string}
 */
export function buildServer({ from = ROOT, withWorkerd = true } = {}) {
  const folder = join(temporaryFolder(), "server");
  execFileSync(process.execPath, ["tools/build-server.js", folder], { cwd: from });
  if (withWorkerd) symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/**
 * Starts Sluice as the README of the folder says, on a free port.
 * @param {string} folder
 * @param {Record<string, string>} [env]
 * @param {{ after: (fn: () => Promise<void>) => void }} [scope] at whose end it is killed
 */
export async function startServer(folder, env = {}, scope = { after }) {
  const server = start(["sh", join(folder, "start.sh"), "--control-fd=3"], {
    env: cleanEnvironment({ LISTEN: "127.0.0.1:0", ...env }),
  });
  scope.after(() => server.stop());
  const [, port] = await server.written(/"event":"listen","socket":"http","port":(\d+)/);
  return { ...server, port: Number(port), url: `http://127.0.0.1:${port}` };
}
