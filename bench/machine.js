// What the figures were measured on and with.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../tests/support/bundle.js";
import { coreHash } from "../tools/core-hash.js";
import { NGINX_ENV } from "./nginx.js";

/** @param {string} file */
const versionIn = (file) => JSON.parse(readFileSync(join(ROOT, file), "utf8")).version;

/** @param {string} command @param {RegExp} pattern */
function versionOf(command, pattern) {
  const { stdout, stderr } = spawnSync(command, ["-v"], { encoding: "utf8", env: NGINX_ENV });
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? "of an unknown version";
}

/**
 * @param {{ hasPortkey: boolean }} lab
 * @returns {string} Markdown
 */
export function describeMachine({ hasPortkey }) {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const portkey = hasPortkey
    ? `@portkey-ai/gateway ${versionIn("build/bench/portkey/node_modules/@portkey-ai/gateway/package.json")}`
    : "without portkey, which could not be installed";
  return [
    `- ${new Date().toISOString().slice(0, 10)}, Sluice ${versionIn("package.json")}, core ${coreHash(ROOT)}`,
    `- ${processors.length} × ${processors[0].model}, ${memory} GB, Linux ${release()}`,
    `- workerd ${versionIn("node_modules/workerd/package.json")}, Node ${process.versions.node},` +
      ` wrk ${versionOf("wrk", /wrk (?:debian\/)?(\S+)/)}, nginx ${versionOf("nginx", /nginx\/(\S+)/)}, ${portkey}`,
    "",
  ].join("\n");
}
