// The project as somebody has it who has just cloned it, and installed its npm packages.
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { ROOT } from "./bundle.js";
import { temporaryFolder } from "./server.js";

const NOT_CLONED = new Set([".git", ".wrangler", "build", "node_modules"]);
const isSecret = (/** @type {string} */ name) =>
  name.startsWith(".dev.vars") && name !== ".dev.vars.example";

/**
 * @param {[string, string][]} [edits] of wrangler.toml: what to replace, by what
 * @returns {string} its folder
 */
export function cleanClone(edits = []) {
  const folder = join(temporaryFolder(), "clone");
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (path) => !NOT_CLONED.has(relative(ROOT, path)) && !isSecret(basename(path)),
  });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const file = join(folder, "wrangler.toml");
  let toml = readFileSync(file, "utf8");
  for (const [from, to] of edits) {
    if (!toml.includes(from)) throw new Error(`wrangler.toml has no ${from}`);
    toml = toml.replace(from, to);
  }
  writeFileSync(file, toml);
  return folder;
}
