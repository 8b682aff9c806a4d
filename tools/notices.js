// Writes THIRD_PARTY_NOTICES.txt: the licences of what is linked into core.wasm, taken from the
// files in which this machine's packages state them. What is linked, the linker says. `--check`
// compares instead, where the pinned toolchain is there. Run it after the core has been built.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PINNED_TOOLCHAIN } from "./build-core.js";
import { ROOT } from "./command.js";

const BUILD = join(ROOT, "build/wasm");
const NOTICES = join(ROOT, "THIRD_PARTY_NOTICES.txt");
const DEBIAN_EMSCRIPTEN = "/usr/share/doc/emscripten/copyright";
const DEBIAN_JSON = "/usr/share/doc/nlohmann-json3-dev/copyright";
const MUSL = "/usr/share/emscripten/system/lib/libc/musl";

/**
 * A part of a file in Debian's machine-readable copyright format.
 * @param {string} file
 * @param {string} start the line (or two) with which the part starts
 * @returns {string} up to the next part, without the format's indentation
 */
function debianPart(file, start) {
  const text = `\n${readFileSync(file, "utf8")}`;
  // The content is indented; a licence that is only named has none.
  const from = text.indexOf(`\n${start}\n `);
  if (from < 0) throw new Error(`${file} has no part that starts with "${start}".`);
  const lines = text.slice(from + start.length + 2).split("\n");
  const end = lines.findIndex((line) => /^\S/.test(line) || line === "");
  return lines
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.replace(/^ {1,2}/, "").replace(/^\.$/, ""))
    .join("\n")
    .trim();
}

/**
 * musl's licence as a whole. Some of its files have another notice: none of those is linked in now,
 * and should one be, this says so.
 * @param {Linked} linked
 */
function musl({ members, functions }) {
  const kept = members.filter((name) => functions.includes(name));
  for (const folder of readdirSync(join(MUSL, "src"))) {
    for (const member of kept) {
      const source = join(MUSL, "src", folder, `${member}.c`);
      if (existsSync(source) && /copyright/i.test(readFileSync(source, "utf8"))) {
        throw new Error(`${source} is linked in and has its own notice: add it to the notices.`);
      }
    }
  }
  const text = readFileSync(join(MUSL, "COPYRIGHT"), "utf8");
  const end = text.indexOf("\n-----", text.indexOf("Permission is hereby granted"));
  if (end < 0) throw new Error(`${MUSL}/COPYRIGHT is not as expected.`);
  return `${text.slice(text.indexOf("Copyright"), end)}`;
}

function emscripten() {
  const holders = debianPart(DEBIAN_EMSCRIPTEN, "Files:\n *\nCopyright:");
  return `Copyright ${holders}\n\n${debianPart(DEBIAN_EMSCRIPTEN, "License: Expat")}`;
}

function json() {
  const text = readFileSync(DEBIAN_JSON, "utf8");
  const holders = [...text.matchAll(/^Files: (?:\*|include\/.*)\nCopyright: (.*)$/gm)];
  const lines = holders.map(([, holder]) => `Copyright ${holder}`).join("\n");
  return `${lines}\n\n${debianPart(DEBIAN_JSON, "License: Expat")}`;
}

/** Its exception is why nothing more has to be said about LLVM's libraries. */
function llvm() {
  const exception = debianPart(DEBIAN_EMSCRIPTEN, "License: Apache-2.0 with LLVM exception");
  return exception.slice(0, exception.indexOf("\n\n"));
}

/**
 * What may be linked in: its files, as the linker and the compiler name them, and its licence.
 * @type {{ title: string, files: RegExp, text: (linked: Linked) => string }[]}
 */
const PARTS = [
  { title: "nlohmann/json (MIT)", files: /\/nlohmann\//, text: json },
  {
    title: "Emscripten: start-up code, emmalloc (MIT)",
    files: /^(crt1.*\.o|lib(emmalloc|noexit|standalonewasm|stubs)\b.*\.a)$/,
    text: emscripten,
  },
  { title: "musl (MIT)", files: /^libc(-[a-z]+)*\.a$/, text: musl },
  {
    title: "LLVM's libc++, libc++abi and compiler-rt (Apache-2.0 with LLVM exception)",
    files: /^lib(c\+\+|c\+\+abi|compiler_rt)(-[a-z]+)*\.a$/,
    text: llvm,
  },
];

/**
 * The function names in a WebAssembly name section (subsection 1: index, length and text of each).
 * @param {Uint8Array} bytes
 * @returns {string[]}
 */
function functionNames(bytes) {
  let at = 0;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const [kind, size] = [number(), number()];
    if (kind !== 1) {
      at += size;
      continue;
    }
    return Array.from({ length: number() }, () => {
      number();
      const length = number();
      at += length;
      return new TextDecoder().decode(bytes.subarray(at - length, at));
    });
  }
  throw new Error("The core was linked without function names.");
}

/**
 * @typedef {object} Linked
 * @property {string[]} files the libraries that the linker took something from, the headers used
 * @property {string[]} members of libc, loaded (which is not to say: kept) by the linker
 * @property {string[]} functions names of those that were kept
 */

/** @returns {Linked} */
function linkAgain() {
  const link = readFileSync(join(BUILD, "CMakeFiles/core.dir/link.txt"), "utf8").trim();
  const traced = link.replace(/ -o \S+/, " --profiling-funcs -Wl,--trace -o named.wasm");
  const run = spawnSync("sh", ["-c", traced], { cwd: BUILD, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${run.stderr}\nThe core does not link: ${traced}`);
  const loaded = run.stdout.split("\n").filter((line) => /^\/.*\.(a\(.*\)|o)$/.test(line));
  const libraries = loaded.map((line) => basename(line.replace(/\(.*/, "")));
  const objects = join(BUILD, "CMakeFiles/core.dir/wasm");
  const headers = readdirSync(objects)
    .filter((name) => name.endsWith(".d"))
    .flatMap((name) => readFileSync(join(objects, name), "utf8").split(/\s+/))
    .filter((file) => file.includes("/include/nlohmann/"));
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(join(BUILD, "named.wasm"))));
  const [names = new ArrayBuffer(0)] = WebAssembly.Module.customSections(module, "name");
  return {
    files: [...new Set([...libraries, ...headers])],
    members: loaded.flatMap((line) => line.match(/\/libc\.a\((.*)\.o\)$/)?.[1] ?? []),
    functions: functionNames(new Uint8Array(names)),
  };
}

function notices() {
  const linked = linkAgain();
  const unknown = linked.files.filter((file) => !PARTS.some(({ files }) => files.test(file)));
  if (unknown.length > 0) {
    throw new Error(
      `Linked into core.wasm, but not known to tools/notices.js: ${unknown.join(", ")}`,
    );
  }
  const rule = "-".repeat(80);
  const sections = PARTS.filter(({ files }) => linked.files.some((file) => files.test(file))).map(
    ({ title, text }) =>
      `${rule}\n${title}\n\n${text(linked)
        .trim()
        .replace(/[ \t]+$/gm, "")}\n`,
  );
  return (
    "shim/core.wasm, a part of Sluice, contains compiled code from the projects below.\n" +
    `Generated by tools/notices.js: ${PINNED_TOOLCHAIN}.\n\n${sections.join("\n")}`
  );
}

const toolchain = readFileSync(join(BUILD, "toolchain.txt"), "utf8").trim();
if (toolchain !== PINNED_TOOLCHAIN) {
  console.log(
    `Not run: this machine has ${toolchain}; the notices are those of ${PINNED_TOOLCHAIN}.`,
  );
} else if (!process.argv.includes("--check")) {
  writeFileSync(NOTICES, notices());
} else if (readFileSync(NOTICES, "utf8") !== notices()) {
  console.error(
    "THIRD_PARTY_NOTICES.txt is out of date: run `node tools/notices.js` and commit it.",
  );
  process.exitCode = 1;
}
