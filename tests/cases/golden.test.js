// The golden cases, through shim/core.wasm and the shim's own codec.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createCore } from "../../shim/core.js";
import { comparedPart, goldenCases } from "./golden.js";

const wasm = new WebAssembly.Module(
  readFileSync(join(import.meta.dirname, "../../shim/core.wasm")),
);

for (const { file, name, sections } of goldenCases()) {
  test(`${file}: ${name}`, () => {
    let core = createCore(wasm, {});
    let answer = "";
    let head = "";
    for (const { verb, text } of sections) {
      switch (verb) {
        case "configure":
          core = createCore(wasm, JSON.parse(text));
          answer = core.problems;
          break;
        case "plan":
          head = text;
          answer = core.plan(head);
          break;
        case "body":
          answer = core.planBody(head, new TextEncoder().encode(text));
          break;
        case "judge":
        case "refuse":
          answer = core[verb](text);
          break;
        case "answers":
          assertMatches(answer, text);
          break;
        default:
          assert.fail(`a section is called "${verb}"`);
      }
    }
    assert.equal(sections.at(-1)?.verb, "answers", "a case ends with what the core answers");
  });
}

/**
 * @param {string} answer
 * @param {string} expected in which a line "…" stands for any one line
 */
function assertMatches(answer, expected) {
  const lines = expected.split("\n");
  const got = comparedPart(answer, expected).split("\n");
  const shown = got.map((line, i) => (lines[i] === "…" ? "…" : line));
  assert.equal(shown.join("\n"), expected);
}
