// Makes a fresh clone runnable, then goes on: `node tools/setup.js [options] [script.js args …]`.
// Installs the npm packages when they are missing or not those of package-lock.json (and, with
// --packages or --packages=<layer>, the system packages that the tests need), then runs the script
// under the Node that the `node` npm package ships: wrangler needs a newer one than many machines
// have.
// Runs on plain Node 20 with nothing installed, so it imports node: builtins only.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { installPackages } from "./packages.js";

const ROOT = resolve(import.meta.dirname, "..");
const BIN = join(ROOT, "node_modules/.bin");
const WINDOWS = process.platform === "win32";

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined} by path in node_modules
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Compares with npm's own record of what it installed, which it writes when all went well. */
function isInstalled() {
  const wanted = lockedPackages("package-lock.json") ?? {};
  const installed = lockedPackages("node_modules/.package-lock.json");
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    const found = installed[path];
    // Packages for other platforms are in the lock file, and optional.
    return found ? found.version === version : optional;
  });
}

function installNpmPackages() {
  if (isInstalled()) return;
  console.log("Installing the npm packages that Sluice is developed with (once, about 30 s) …");
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=warn"];
  const cli = process.env.npm_execpath ?? "";
  const options = /** @type {const} */ ({ cwd: ROOT, encoding: "utf8" });
  // The very npm that runs this script, if one does.
  const run =
    basename(cli) === "npm-cli.js"
      ? spawnSync(process.execPath, [cli, ...args], options)
      : spawnSync("npm", args, { ...options, shell: WINDOWS });
  if (run.status === 0) return;
  // Of engines that the Node running npm does not satisfy: the packages run under another one.
  const noise = /^npm warn (EBADENGINE|Unknown (user|env|global) config)/i;
  const output = `${run.stdout ?? ""}${run.stderr ?? run.error?.message ?? ""}`;
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !noise.test(line));
  console.error(
    `${lines.join("\n")}\n\nnpm could not install the packages (its output is above). Check that this ` +
      "machine reaches\nits npm registry (`npm ping`), then run the same command again.",
  );
  process.exit(1);
}

/** @returns {string} the Node to go on with */
function newestNode() {
  const shipped = join(ROOT, "node_modules/node/bin", WINDOWS ? "node.exe" : "node");
  if (spawnSync(shipped, ["--version"], { stdio: "ignore" }).status === 0) return shipped;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return process.execPath;
  console.error(
    `Sluice's tools need Node 22.12 or newer; this is ${process.version}, and npm's \`node\` package does\n` +
      `not run here${existsSync(shipped) ? "" : " (npm's ignore-scripts keeps it from installing)"}. ` +
      "Install a newer Node, then run the same command again.",
  );
  process.exit(1);
}

/** @param {string[]} command a script and its arguments */
function goOnWith(command) {
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(newestNode(), command, { stdio: "inherit", env });
  // Ctrl-C reaches the child by itself, as it is in the terminal's process group.
  process.on("SIGINT", () => {});
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}

const args = process.argv.slice(2);
const packages = args[0]?.match(/^--packages(?:=(.+))?$/);
if (packages) {
  args.shift();
  installPackages(packages[1]);
}
installNpmPackages();
if (args.length > 0) goOnWith(args);
