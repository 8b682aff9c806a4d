// Bundles the Worker for where wrangler does not deploy it: one ES module, and core.wasm beside it.
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./command.js";

/**
 * @param {string} folder
 * @param {string} name of the module
 */
export async function bundleWorker(folder, name) {
  // As wrangler does before it bundles.
  const core = spawnSync(process.execPath, ["tools/build-core.js"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (core.status !== 0) process.exit(1);
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["shim/worker.js"],
    outfile: join(folder, name),
    bundle: true,
    format: "esm",
    target: "esnext",
    external: ["cloudflare:*", "./core.wasm"],
  });
  cpSync(join(ROOT, "shim/core.wasm"), join(folder, "core.wasm"));
}
