// Deploys what passes the check: `npm run deploy`. Arguments are wrangler's, as in
// `npm run deploy -- --env staging`; those that choose a configuration go to the check as well.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../command.js";

const args = process.argv.slice(2);

/** @param {string[]} command */
function run(command) {
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  return status ?? 1;
}

const { values } = parseArgs({
  args,
  strict: false,
  options: { env: { type: "string", short: "e" }, config: { type: "string", short: "c" } },
});
const chosen = Object.entries(values).filter(([name, value]) => {
  return ["env", "config"].includes(name) && typeof value === "string";
});

const checked = run([
  join(ROOT, "tools/check.js"),
  ...chosen.map(([name, value]) => `--${name}=${value}`),
]);
if (checked === 0) {
  process.exitCode = run([join(ROOT, "node_modules/wrangler/bin/wrangler.js"), "deploy", ...args]);
} else {
  console.error("Not deployed.");
  process.exitCode = checked;
}
