// The report as text: aligned tables, wrapped for 80 columns, coloured on a terminal.
import { styleText } from "node:util";
import { listed } from "./environment.js";
import { putCommand } from "./secrets.js";

/** @typedef {import("../check.js").Result} Result */
/** @typedef {NonNullable<Result["settings"]>} Settings */
/** @typedef {import("./secrets.js").Finding} Finding */
/** @typedef {import("./settings.js").Caller} Caller */
/** @typedef {[string, ...string[]]} Row a name, and what is said of it, a paragraph each */

const WIDTH = 80;
const MARGIN = 2;

/**
 * Words, but commands in backticks stay whole, so that they can be copied.
 * @param {string} text
 * @param {number} indent
 * @returns {string[]} lines
 */
function wrap(text, indent) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.match(/[^\s`]*`[^`]*`\S*|\S+/g) ?? []) {
    const line = lines.at(-1);
    const fits = line !== undefined && indent + line.length + 1 + word.length <= WIDTH;
    if (fits) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * @param {string} title
 * @param {Row[]} rows
 */
function block(title, rows) {
  const widest = Math.max(...rows.map(([name]) => name.length));
  const indent = MARGIN + widest + 3;
  const lines = rows.flatMap(([name, ...paragraphs]) => {
    const texts = paragraphs.flatMap((paragraph) => wrap(paragraph, indent));
    return texts.map((text, i) => {
      return `${" ".repeat(MARGIN)}${(i === 0 ? name : "").padEnd(widest)}   ${text}`;
    });
  });
  return [styleText("bold", title), ...lines, ""];
}

/** @param {number} milliseconds */
function duration(milliseconds) {
  const units = /** @type {const} */ ([
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
    ["ms", 1],
  ]);
  const [unit, size] = units.find(([, size]) => milliseconds % size === 0) ?? units[3];
  return `${milliseconds / size}${unit}`;
}

/** @param {unknown} value as it is written: a string, a list, a table */
function written(value) {
  if (typeof value === "string") return value.split(/[\r\n]+/).join(", ");
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.join(", ");
  }
  return JSON.stringify(value);
}

/** @param {Settings} settings */
function settingsBlock(settings) {
  const { file, environment, upstream, timeoutMs, origins, rate, rateLimitBinding } = settings;
  const { limit, period } = rateLimitBinding ?? {};
  const limits = [
    ...(rate === null ? [] : [`${written(rate)} for each caller`]),
    ...(rateLimitBinding === null ? [] : [`RATE_LIMIT: ${limit} in ${period} s`]),
  ];
  const pages = origins === null ? "any origin" : written(origins);
  const others = Object.entries(settings.others);
  /** @type {Row[]} */
  const rows = [
    ["upstream", upstream, `GET /v1/models goes to ${settings.modelsUrl}`],
    ["timeout", `${duration(timeoutMs)}, to the beginning of the upstream's answer`],
    ["origins", `pages of ${pages} may read answers`],
    ["rate limit", limits.join("; ") || "none"],
    ...others.map(([name, value]) => /** @type {Row} */ ([`CONFIG.${name}`, written(value)])),
  ];
  return block(`Settings of ${file}${environment && `, for --env ${environment}`}`, rows);
}

/** @param {Caller} caller */
function outcomeOf({ outcome, status, code, key, isUnread }) {
  if (outcome === "refused") return `is refused: ${status} ${code}`;
  if (isUnread) return "passes, but the page may not read the answer";
  if (key === "gateway") return "spends the gateway's key";
  return key === "own" ? "passes, with it" : "passes, without a key";
}

/** @param {Caller[]} callers */
const callerRows = (callers) =>
  callers.map((caller) => /** @type {Row} */ ([caller.who, outcomeOf(caller)]));

/** @param {Settings["secrets"]} secrets */
function missingSecrets(secrets) {
  return secrets.filter(({ where }) => where === null).map(({ name }) => name);
}

/** @param {string[]} names */
const areSet = (names) => `${listed(names)} ${names.length === 1 ? "is" : "are"} set`;

/** @param {Settings} settings */
function callerBlocks({ callers, callersHere, problemsHere, secrets }) {
  const missing = missingSecrets(secrets);
  const rows = callerRows(callers);
  if (secrets.length === 0) return block("Who may call, with no secret set", rows);
  if (missing.length === 0) return block("Who may call, with the secrets that are here", rows);
  const problems = problemsHere.map(({ path, message }) => `${path}: ${message}`);
  /** @type {Row[]} */
  const nobody = [["nobody", "every request is answered 500 config_invalid:", ...problems]];
  return [
    ...block(
      `Who may call, as it stands here (without ${listed(missing)})`,
      problems.length > 0 ? nobody : callerRows(callersHere),
    ),
    ...block(`Who may call, once ${areSet(missing)}`, rows),
  ];
}

/** @param {Settings} settings */
function keyBlock({ accessKeys }) {
  const rows = Object.entries(accessKeys).map(([name, rules]) => {
    const parts = Object.entries(/** @type {object} */ (rules)).map(
      ([rule, value]) => `${rule} ${written(value)}`,
    );
    return /** @type {Row} */ ([name, parts.join("; ") || "none"]);
  });
  return rows.length === 0 ? [] : block("Rules for access keys", rows);
}

/** @param {Settings} settings */
function secretBlock({ secrets, environment, localFile, localSettings }) {
  const rows = secrets.map(({ name, expected, where }) => {
    const found = where === null ? "not here" : `in ${where}`;
    const text = expected === null ? found : `expected, ${found}: ${expected}.`;
    return /** @type {Row} */ ([name, text]);
  });
  const none =
    "is expected, and none is here. If the deployed Worker has any, write them into .dev.vars as " +
    "well to see what holds with them.";
  const lines = block("Secrets", rows.length === 0 ? [["none", none]] : rows);
  const notes = [
    `Set by ${putCommand(undefined, environment)}; for \`npm start\`, by lines NAME=value in ` +
      ".dev.vars. What is set at Cloudflare cannot be read from here, so it is not checked.",
  ];
  if (localSettings.length > 0) {
    const names = listed(localSettings);
    notes.push(`\`npm start\` takes ${names} from ${localFile}; the tables above do not.`);
  }
  const indent = " ".repeat(MARGIN);
  return [
    ...lines.slice(0, -1),
    ...notes.flatMap((note) => wrap(note, MARGIN)).map((line) => indent + line),
    "",
  ];
}

/**
 * @param {string} title
 * @param {"red" | "yellow"} colour
 * @param {Finding[]} findings
 */
function findingBlock(title, colour, findings) {
  if (findings.length === 0) return [];
  const lines = findings.flatMap(({ path, message, given }) => {
    const source = given === undefined ? "" : ` (given what ${given} says)`;
    const [first = "", ...rest] = wrap(`${path}: ${message}${source}`, 2 * MARGIN);
    return [`  ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return [styleText([colour, "bold"], title), ...lines, ""];
}

/** @param {number} count @param {string} word */
const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** @param {Result} result */
function verdict({ ok, errors, warnings, settings }) {
  const noted = warnings.length > 0 ? `, ${counted(warnings.length, "warning")}` : "";
  if (!ok) {
    const found = counted(errors.length, "error") + noted;
    return styleText("red", `${found}. Correct what is wrong, then run npm run check again.`);
  }
  const missing = missingSecrets(settings?.secrets ?? []);
  const condition = missing.length > 0 ? `, once ${areSet(missing)}` : "";
  if (noted === "") return styleText("green", `Nothing looks wrong${condition}.`);
  return styleText("yellow", `No errors${noted}${condition}.`);
}

/**
 * @param {Result} result
 * @returns {string}
 */
export function textOf(result) {
  const { settings, errors, warnings } = result;
  const tables =
    settings === null
      ? []
      : [
          ...settingsBlock(settings),
          ...callerBlocks(settings),
          ...keyBlock(settings),
          ...secretBlock(settings),
        ];
  const lines = [
    ...tables,
    ...findingBlock("Errors", "red", errors),
    ...findingBlock("Warnings", "yellow", warnings),
    verdict(result),
  ];
  return `${lines.join("\n")}\n`;
}
