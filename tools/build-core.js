// Builds shim/core.wasm from the sources in wasm/ when these changed; wrangler runs it before every
// build ([build] in wrangler.toml). With --verify, builds always, and checks what is committed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { coreHash } from "./core-hash.js";

/** The toolchain that shim/core.wasm is committed from; its builds are the same bit for bit. */
export const PINNED_TOOLCHAIN = "Emscripten 3.1.6, Clang 14.0.6, nlohmann/json 3.11.2";
const GZIP_LIMIT = 42 * 1024;

const ROOT = resolve(import.meta.dirname, "..");
const COMMITTED = join(ROOT, "shim/core.wasm");
const BUILT = join(ROOT, "build/wasm/core.wasm");

/** What a user can act on; anything else that is thrown is a bug. */
class BuildError extends Error {}

/**
 * @param {string} file
 * @returns {Buffer | undefined}
 */
function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** @param {string} command */
function isThere(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

/** @param {string[]} args */
function cmake(args) {
  const run = spawnSync("cmake", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status !== 0) {
    throw new BuildError(
      `${run.stdout}${run.stderr}\nThe core does not build: cmake ${args.join(" ")}`,
    );
  }
}

/** @param {string} hash */
function needToolchain(hash) {
  const missing = ["cmake", "emcc"].filter((command) => !isThere(command));
  if (missing.length === 0) return;
  throw new BuildError(
    `shim/core.wasm does not match the C++ sources in wasm/ (they are ${hash} now), and building it\n` +
      `needs what is not in PATH here: ${missing.join(" and ")}. Either install it:\n` +
      "  Debian, Ubuntu   apt-get install cmake make emscripten nlohmann-json3-dev\n" +
      "  elsewhere        https://emscripten.org/docs/getting_started/downloads.html\n" +
      "or go back to the sources that the committed core was built from:\n" +
      "  git checkout HEAD -- wasm shim/core.wasm package.json CMakeLists.txt CMakePresets.json tools",
  );
}

/**
 * Builds the core into build/wasm/. `options` go to the configuring cmake.
 * @param {string} hash
 * @param {string[]} [options]
 * @returns {{ bytes: Buffer, toolchain: string }}
 */
function build(hash, options = []) {
  cmake([...options, "--preset", "wasm", `-DSLUICE_BUILD=${hash}`]);
  cmake(["--build", "--preset", "wasm", "--parallel", String(availableParallelism())]);
  return {
    bytes: readFileSync(BUILT),
    toolchain: readFileSync(join(ROOT, "build/wasm/toolchain.txt"), "utf8").trim(),
  };
}

/**
 * @param {Buffer} bytes
 * @param {string} hash
 * @returns {string} the size, to print
 */
function check(bytes, hash) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(new Uint8Array(bytes)));
  if (imports.length > 0) {
    const names = imports.map(({ module, name }) => `${module}.${name}`).join(", ");
    throw new BuildError(`core.wasm must import nothing, but imports ${names}.`);
  }
  if (!bytes.includes(hash)) throw new BuildError(`core.wasm does not carry its build, ${hash}.`);
  if (bytes.includes(ROOT)) throw new BuildError(`core.wasm carries the path ${ROOT}.`);
  const zipped = gzipSync(bytes, { level: 9 }).length;
  if (zipped > GZIP_LIMIT) {
    throw new BuildError(`core.wasm is ${zipped} bytes gzipped; the limit is ${GZIP_LIMIT}.`);
  }
  return `${(bytes.length / 1024).toFixed(1)} KB, ${(zipped / 1024).toFixed(1)} KB gzipped`;
}

/** @param {Buffer} bytes */
function install(bytes) {
  mkdirSync(join(ROOT, "shim"), { recursive: true });
  // Not written in place: wrangler dev must never see half a module.
  const partial = `${COMMITTED}.${process.pid}.part`;
  writeFileSync(partial, bytes);
  renameSync(partial, COMMITTED);
}

function update() {
  const hash = coreHash(ROOT);
  if (readIfThere(COMMITTED)?.includes(hash)) return;
  needToolchain(hash);
  console.log("The C++ core changed: building shim/core.wasm …");
  const { bytes, toolchain } = build(hash);
  const size = check(bytes, hash);
  install(bytes);
  console.log(`Built shim/core.wasm ${hash}: ${size}.`);
  if (toolchain !== PINNED_TOOLCHAIN) {
    console.log(
      `Note: built with ${toolchain}.\nWhat is committed must come from ${PINNED_TOOLCHAIN} (Debian 12).`,
    );
  }
}

function verify() {
  const hash = coreHash(ROOT);
  needToolchain(hash);
  const { bytes, toolchain } = build(hash, ["--fresh"]);
  const size = check(bytes, hash);
  const committed = readIfThere(COMMITTED);
  if (!committed?.includes(hash)) {
    throw new BuildError(
      "shim/core.wasm is not built from the sources in wasm/. Run `npm run build` and commit it.",
    );
  }
  check(committed, hash);
  if (toolchain !== PINNED_TOOLCHAIN) {
    console.log(
      `Not compared with shim/core.wasm byte for byte: built here by ${toolchain},\n` +
        `committed from ${PINNED_TOOLCHAIN}. Zero imports; ${size}.`,
    );
  } else if (!bytes.equals(committed)) {
    throw new BuildError(
      "shim/core.wasm is not what its sources build with the pinned toolchain. Commit the file that\n" +
        "`cp build/wasm/core.wasm shim/core.wasm` gives.",
    );
  } else {
    console.log(`shim/core.wasm ${hash} is what its sources build. Zero imports; ${size}.`);
  }
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  try {
    if (process.argv.includes("--verify")) verify();
    else update();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
