// The Worker as `wrangler deploy` would upload it: bundled once for each state of its sources.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** @type {string | undefined} */
let bundled;

/**
 * @returns {string} a folder with worker.js and the wasm module that it imports; the same one for
 *   the life of this process
 */
export function bundledWorker() {
  bundled ??= bundle();
  return bundled;
}

function bundle() {
  const hash = createHash("sha256");
  for (const name of ["wrangler.toml", "package-lock.json"])
    hash.update(readFileSync(join(ROOT, name)));
  for (const name of readdirSync(join(ROOT, "shim")).sort()) {
    hash.update(name).update(readFileSync(join(ROOT, "shim", name)));
  }
  const parent = join(ROOT, "build/bundles");
  const folder = join(parent, hash.digest("hex").slice(0, 12));
  if (existsSync(folder)) return folder;

  mkdirSync(parent, { recursive: true });
  const partial = mkdtempSync(join(parent, "partial-"));
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const run = spawnSync(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", partial], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (run.status !== 0) {
    throw new Error(`wrangler deploy --dry-run failed:\n${run.stdout}${run.stderr}`);
  }
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Another test process was faster.
    if (!existsSync(folder)) throw error;
    rmSync(partial, { recursive: true });
  }
  return folder;
}
