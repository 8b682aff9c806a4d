// What the READMEs say holds: their commands, links, codes and settings exist, and the two languages
// say the same.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { problemsOf } from "../../tools/check/core.js";
import { ROOT } from "../support/bundle.js";
import { codeIn, fences, headings, links, section, tableRows } from "./markdown.js";

const READMES = ["README.md", "README.zh-CN.md"];
/** Their places among the sections. */
const SETTINGS = 2;
const TROUBLES = 7;

/** @param {string} file */
const read = (file) => readFileSync(join(ROOT, file), "utf8");
const { scripts, cloudflare } = JSON.parse(read("package.json"));

const ACCOUNT = / # (needs a Cloudflare account|需要 Cloudflare 账号)$/;
const COMMENT = /(^|\s+)(#|\/\/) .*$/gm;

/** The one code in their tables that is OpenAI's. */
const OPENAIS = "unsupported_country_region_territory";

/** @param {string} cell @returns {string} the name that it holds and nothing else, or an empty string */
const nameIn = (cell = "") => /^`([^`]+)`$/.exec(cell)?.[1] ?? "";

/**
 * What the core says of a member of CONFIG whose value may be of the wrong kind.
 * @param {string} path
 */
function problemWith(path) {
  /** @type {unknown} */
  let CONFIG = true;
  for (const name of path.split(".").reverse()) CONFIG = { [name]: CONFIG };
  const problems = problemsOf({ ACCESS_KEYS: "anna=key-of-anna", CONFIG });
  return problems.map(({ message }) => message).join("\n");
}

for (const readme of READMES) {
  const text = read(readme);

  test(`${readme}: each command is there, or says that it needs an account`, () => {
    const lines = codeIn(text, "sh").flatMap((code) => code.replaceAll("\\\n", "").split("\n"));
    const commands = lines.filter((line) => line !== "" && !ACCOUNT.test(line));
    assert.ok(commands.length > 5);
    for (const command of commands) {
      assert.match(command, /^(npm (ci|test|start|run) ?|curl )/);
    }
    for (const [, name = ""] of text.matchAll(/npm (?:run )?([\w:]+)/g)) {
      assert.ok(name === "ci" || name in scripts, `there is no npm run ${name}`);
    }
  });

  test(`${readme}: each link leads somewhere`, () => {
    const found = links(text);
    assert.ok(found.length > 20);
    const broken = found.filter(({ file, anchor }) => {
      if (file !== "" && !existsSync(join(ROOT, file))) return true;
      if (anchor === "") return false;
      const there = headings(file === "" ? text : read(file));
      return !there.some((heading) => heading.anchor === anchor);
    });
    assert.deepEqual(broken, []);
  });

  test(`${readme}: it explains the codes that the core answers with, and no others`, () => {
    const source = read("wasm/errors.cpp").matchAll(/(?:k\w+|"\w+_error"), "([a-z_]+)"/g);
    const codes = new Set([...source].map(([, code = ""]) => code));
    assert.ok(codes.size > 10);
    const symptoms = tableRows(section(text, TROUBLES)).map(([symptom = ""]) => symptom);
    const explained = symptoms
      .filter((symptom) => /^[45]\d\d /.test(symptom))
      .flatMap((symptom) => symptom.match(/(?<=`)[a-z]+(_[a-z]+)+(?=`)/g) ?? []);
    assert.deepEqual([...new Set(explained)].toSorted(), [...codes, OPENAIS].toSorted());
    assert.match(section(text, TROUBLES), /x-sluice-error/);
  });

  test(`${readme}: its settings are those that there are`, () => {
    const rows = tableRows(section(text, SETTINGS)).filter(([name = ""]) => nameIn(name) !== "");
    const names = rows.map(([name = ""]) => nameIn(name));
    const variables = names.filter((name) => /^[A-Z_]+$/.test(name));
    assert.deepEqual(variables.toSorted(), Object.keys(cloudflare.bindings).toSorted());

    const members = rows.slice(variables.length).flatMap(([name = "", meaning = ""]) => {
      const path = nameIn(name).replace("<name>", "anna");
      const rules = path.endsWith(".anna") ? [...meaning.matchAll(/`(\w+) = /g)] : [];
      return [path, ...rules.map(([, rule]) => `${path}.${rule}`)];
    });
    assert.ok(members.length > 10);
    assert.match(problemWith("tmeout"), /^unknown/, "the core names what it does not know");
    for (const path of members) assert.doesNotMatch(problemWith(path), /^unknown/m, path);
  });
}

test("both languages have the same sections, code, tables and links", () => {
  const [english, chinese] = READMES.map((readme) => {
    const text = read(readme);
    const files = links(text).map(({ file, anchor }) => (file === "" ? "" : `${file}#${anchor}`));
    return {
      sections: headings(text).map(({ level }) => level),
      code: fences(text).map(({ language, code }) => [language, code.replaceAll(COMMENT, "")]),
      rows: tableRows(text).map((cells) => cells.length),
      names: tableRows(text).map(([name]) => nameIn(name)),
      files: files.filter((file) => !file.startsWith("README")),
    };
  });
  assert.deepEqual(chinese, english);
});
