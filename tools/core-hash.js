// Identifies what shim/core.wasm is built from: a hash of the core's sources, by content, since a
// clone's file times mean nothing. The core carries it as bytes, and /_sluice/health shows it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const BUILD_FILES = ["CMakeLists.txt", "CMakePresets.json", "tools/emscripten.cmake"];

/**
 * The files that decide the core, relative to `root`, in the order in which they are hashed.
 * @param {string} root
 * @returns {string[]}
 */
export function coreFiles(root) {
  const sources = readdirSync(join(root, "wasm"), { recursive: true, encoding: "utf8" })
    .map((name) => `wasm/${name.replaceAll("\\", "/")}`)
    .filter((name) => /\.(cpp|h)$/.test(name));
  return [...sources, ...BUILD_FILES].sort();
}

/**
 * First 12 hex digits of SHA-256 over the version, and each file's path and content.
 * @param {string} root
 * @returns {string}
 */
export function coreHash(root) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const hash = createHash("sha256").update(`${version}\0`);
  for (const name of coreFiles(root)) {
    const content = readFileSync(join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 12);
}
