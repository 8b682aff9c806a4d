// What must not stand in wrangler.toml, and must not be printed.

/**
 * @typedef {object} Finding
 * @property {string} path of what is meant
 * @property {string} message
 * @property {string} [given] a file here, without which there would be nothing to find
 */

export const SECRETS = ["OPENAI_API_KEY", "ACCESS_KEYS", "ADMIN_KEY"];

/** As OpenAI and others (Anthropic, DeepSeek, OpenRouter; Groq; xAI; Google) begin their keys. */
const KEY = /(?<![\w.-])(?:sk-|gsk_|xai-|AIza)[\w-]{8,}(?![\w-]|\.\w)/g;

const HIDDEN = "…";

/** Shorter ones are words that stand in any text, and no keys. */
const SHORTEST = 6;

/**
 * Visits every string of a configuration, names of members included.
 *
 * @param {unknown} value
 * @param {string[]} path
 * @param {(text: string, path: string[]) => void} visit
 */
function visitStrings(value, path, visit) {
  if (typeof value === "string") visit(value, path);
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    visit(name, [...path, name]);
    visitStrings(member, [...path, name], visit);
  }
}

/** @param {string[]} path of a variable in the file: vars.NAME…, env.<environment>.vars.NAME… */
function variableAt(path) {
  const rest = path[0] === "env" ? path.slice(2) : path;
  return rest[0] === "vars" ? rest[1] : undefined;
}

/** @param {string} [environment] */
export function putCommand(name = "NAME", environment = "") {
  const option = environment === "" ? "" : ` --env ${environment}`;
  return `\`npx wrangler secret put ${name}${option}\``;
}

/**
 * @param {object} raw the file, parsed
 * @param {string} file its name
 * @returns {Finding[]} a finding for each secret in it
 */
export function secretsInFile(raw, file) {
  /** @type {Map<string, Finding>} */
  const found = new Map();
  visitStrings(raw, [], (text, path) => {
    const variable = variableAt(path);
    const isNamed = variable !== undefined && SECRETS.includes(variable);
    if (!isNamed && text.search(KEY) < 0) return;
    const at = (isNamed ? path.slice(0, path.indexOf(variable) + 1) : path).join(".");
    const isWhole = variable !== undefined && variable !== "CONFIG";
    const environment = path[0] === "env" ? path[1] : "";
    const what = isNamed ? "is a secret" : "looks like a key";
    const command = putCommand(isWhole ? variable : "OPENAI_API_KEY", environment);
    found.set(at, {
      path: at,
      message:
        `${what}, and ${file} is a file that gets shared. Remove it from there, then run ` +
        `${command}. If others may have seen it, make a new key and withdraw this one.`,
    });
  });
  return [...found.values()];
}

/**
 * @param {object} raw a file, parsed
 * @returns {unknown[]} the secrets in it: values of those that are named so, and what looks like one
 */
export function secretValues(raw) {
  /** @type {{ vars?: Record<string, unknown>, env?: Record<string, { vars?: Record<string, unknown> } | null> }} */
  const { vars, env = {} } = raw;
  const tables = [vars, ...Object.values(env).map((environment) => environment?.vars)];
  const values = tables.flatMap((table) => SECRETS.map((name) => table?.[name]));
  visitStrings(raw, [], (text) => values.push(...(text.match(KEY) ?? [])));
  return values;
}

/**
 * @template T
 * @param {T} value
 * @param {(text: string) => string} change
 * @returns {T} a copy, every string in it changed, names of members included
 */
function mapStrings(value, change) {
  /** @param {unknown} part @returns {unknown} */
  const map = (part) => {
    if (typeof part === "string") return change(part);
    if (Array.isArray(part)) return part.map(map);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, item]) => [change(name), map(item)]),
    );
  };
  return /** @type {T} */ (map(value));
}

/**
 * The last thing before anything is printed, whatever it is made of.
 *
 * @template T
 * @param {T} report
 * @param {unknown[]} values secrets, as they are configured: one, or a list with names
 * @returns {T} the report without them
 */
export function conceal(report, values) {
  /** @type {Set<string>} */
  const secrets = new Set();
  visitStrings(values, [], (text) => {
    for (const item of [text, ...text.split(/[,\r\n]/)]) {
      secrets.add(item.trim());
      secrets.add(item.slice(item.indexOf("=") + 1).trim());
    }
  });
  const longestFirst = [...secrets]
    .filter((secret) => secret.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return mapStrings(report, (text) =>
    longestFirst.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text),
  );
}
