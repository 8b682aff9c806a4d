// Reads golden cases (README.md says the format).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ verb: string, text: string }} Section */
/** @typedef {{ file: string, name: string, sections: Section[] }} Case */

/** @returns {Case[]} every case of every file in this folder */
export function goldenCases() {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".txt"));
  return files.sort().flatMap((file) => casesOf(file));
}

/**
 * What a case expects of an answer: how a response of the expected status is delivered, behind an
 * empty line, only where the case says it, too.
 *
 * @param {string} answer
 * @param {string} expected
 */
export function comparedPart(answer, expected) {
  const text = answer.replace(/\n+$/, "");
  if (!/^(forward|again)\n/.test(text) || expected.includes("\n\n")) return text;
  return text.split("\n\n")[0];
}

/** @param {string} file */
function casesOf(file) {
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [head, ...bodies] = part.split(/^--- /m);
      const sections = bodies.map((body) => {
        const end = body.indexOf("\n");
        return { verb: body.slice(0, end), text: body.slice(end + 1).replace(/\n+$/, "") };
      });
      return { file, name: head.trim(), sections };
    });
}
