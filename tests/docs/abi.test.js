// docs/abi.md says what the boundary is: its examples are golden cases, its version and functions
// those of shim and core.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/command.js";

/** @param {string} file */
const read = (file) => readFileSync(join(ROOT, file), "utf8");

const page = read("docs/abi.md");
const fenced = page.split(/^```.*\n/m).filter((_, i) => i % 2 === 1);

/** @returns {WebAssembly.Exports} */
function core() {
  const module = new WebAssembly.Module(readFileSync(join(ROOT, "shim/core.wasm")));
  return new WebAssembly.Instance(module).exports;
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 */
function captured(text, pattern) {
  return text.match(pattern)?.[1] ?? assert.fail(`nothing matches ${pattern}`);
}

test("each fenced block in docs/abi.md is a whole golden case, word for word", () => {
  const files = globSync("tests/cases/*.txt", { cwd: ROOT });
  const cases = files.flatMap((file) => read(file).split(/^(?==== )/m));
  const golden = new Set(cases.map((text) => text.trimEnd()));
  for (const example of fenced) {
    assert.ok(golden.has(example.trimEnd()), `no case in tests/cases reads so:\n${example}`);
  }
});

test("the examples in docs/abi.md show every call and every verb of an answer", () => {
  const text = fenced.join("\n");
  for (const call of ["configure", "plan", "body", "judge", "refuse"]) {
    assert.match(text, new RegExp(`^--- ${call}$`, "m"));
  }
  for (const verb of ["forward", "read", "reply", "deliver", "again"]) {
    assert.match(text, new RegExp(`^--- answers\n${verb}$`, "m"));
  }
});

test("docs/abi.md is about the version that shim and core have", () => {
  const { sluice_abi_version: version } = core();
  const described = Number(captured(page, /version (\d+)/));
  assert.equal(described, Number(captured(read("shim/core.js"), /ABI_VERSION = (\d+)/)));
  assert.equal(described, /** @type {() => number} */ (version)());
});

test("docs/abi.md describes the functions that the core exports, and no others", () => {
  const functions = Object.entries(core()).filter(([name]) => name.startsWith("sluice_"));
  const exported = functions.map(([name, value]) => {
    return `${name} ${/** @type {Function} */ (value).length}`;
  });
  const headings = page.matchAll(/^(?:### |\| )`(sluice_\w+)\((.*?)\)`/gm);
  const described = [...headings].map(([, name, parameters = ""]) => {
    return `${name} ${parameters.split(",").filter(Boolean).length}`;
  });
  assert.deepEqual(described.sort(), exported.sort());
});
