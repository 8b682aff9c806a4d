// Reads the configuration as wrangler does, by wrangler's own code: wrangler.toml (or .json, .jsonc),
// and the secrets that `wrangler dev` takes from .dev.vars.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { experimental_readRawConfig, unstable_getVarsForDev, unstable_readConfig } from "wrangler";
import { ROOT } from "../command.js";
import { settingLike } from "./core.js";
import { nearestName, suggestion } from "./nearest.js";

/** @typedef {import("./secrets.js").Finding} Finding */
/** @typedef {{ env?: string, config?: string }} Options as wrangler has them */

/**
 * @typedef {object} ConfigFile
 * @property {string} path
 * @property {string} name to print
 * @property {import("wrangler").Unstable_RawConfig} raw parsed
 */

/**
 * @typedef {object} Configuration
 * @property {string} file its name
 * @property {string} environment of wrangler's; "" at the top level
 * @property {import("wrangler").Unstable_Config} wrangler what wrangler makes of it
 * @property {Record<string, unknown>} vars as they are deployed
 * @property {Record<string, unknown>} local what `wrangler dev` puts over them
 * @property {string} localFile where that stands
 */

/**
 * @param {Options} options
 * @param {Finding[]} errors to add to
 * @returns {ConfigFile | undefined} nothing if there is none that can be parsed
 */
export function readFile({ config }, errors) {
  try {
    const { rawConfig, configPath } = experimental_readRawConfig({ config });
    if (configPath !== undefined) {
      return { path: configPath, name: relative(".", configPath), raw: rawConfig };
    }
    const message = `is not in ${process.cwd()}, nor in a folder above it. Run this where it is.`;
    errors.push({ path: "wrangler.toml", message });
  } catch (error) {
    errors.push(parseFailure(error));
  }
  return undefined;
}

/**
 * @param {ConfigFile} file
 * @param {Options} options
 * @param {Finding[]} errors to add to
 * @param {Finding[]} warnings to add to
 * @returns {Configuration | undefined} nothing if wrangler cannot make sense of it
 */
export function readConfiguration({ path, name, raw }, options, errors, warnings) {
  const environment = options.env ?? process.env.CLOUDFLARE_ENV ?? "";
  const environments = Object.keys(raw.env ?? {});
  if (environment !== "" && !environments.includes(environment)) {
    const message = `${name} has no [env.${environment}]${suggestion(environment, environments)}`;
    errors.push({ path: "--env", message });
    return undefined;
  }
  const ignored = join(dirname(path), "wrangler.toml");
  if (basename(path) !== "wrangler.toml" && options.config === undefined && existsSync(ignored)) {
    const message = `is not read, since ${name} is there. Remove one of them.`;
    warnings.push({ path: "wrangler.toml", message });
  }

  const { config, problems, notes } = normalize(path, environment);
  for (const message of problems) errors.push({ path: name, message });
  for (const note of notes) explain(note, name, errors, warnings);
  if (config === undefined) return undefined;
  checkMain(config, name, errors);
  // Through JSON, as they are deployed: TOML's dates become strings.
  const vars = JSON.parse(JSON.stringify(config.vars));
  return { file: name, environment, wrangler: config, vars, ...localValues(config, environment) };
}

/**
 * Of a file that is not TOML or JSON, the place and no more: its text may hold a key.
 * @param {unknown} error
 * @returns {Finding}
 */
function parseFailure(error) {
  const { message, location } =
    /** @type {Error & { location?: { file: string, line: number, column: number } }} */ (error);
  if (location === undefined) return { path: "wrangler.toml", message };
  const path = `${relative(".", location.file)}:${location.line}:${location.column + 1}`;
  return { path, message };
}

/**
 * wrangler throws its errors, and prints its warnings.
 * @param {string} configPath
 * @param {string} environment
 */
function normalize(configPath, environment) {
  const { warn } = console;
  /** @type {string[]} */
  const notes = [];
  console.warn = (text) => notes.push(...itemsOf(text));
  try {
    const config = unstable_readConfig({ config: configPath, env: environment });
    return { config, problems: [], notes };
  } catch (error) {
    return { problems: itemsOf(/** @type {Error} */ (error).message), notes };
  } finally {
    console.warn = warn;
  }
}

/**
 * The items of wrangler's nested list, without its headings.
 * @param {string} text
 */
function itemsOf(text) {
  const [heading = "", ...lines] = stripVTControlCharacters(text).split("\n");
  const items = lines
    .join("\n")
    .split(/^\s*- /m)
    .slice(1);
  const sentences = items.map((item) => item.replace(/\s+/g, " ").trim());
  if (sentences.length === 0) return [heading];
  return sentences.filter((sentence) => !sentence.endsWith("environment configuration"));
}

/** @returns {string[]} */
function namesThatWranglerKnows() {
  const schema = join(ROOT, "node_modules/wrangler/config-schema.json");
  return Object.keys(JSON.parse(readFileSync(schema, "utf8")).definitions.RawConfig.properties);
}

/**
 * Makes a finding of one of wrangler's warnings; of a field that it ignores, an error if the name
 * is only misspelt or only misplaced.
 *
 * @param {string} note
 * @param {string} file
 * @param {Finding[]} errors
 * @param {Finding[]} warnings
 */
function explain(note, file, errors, warnings) {
  const [, place, names] = note.match(/^Unexpected fields found in (\S+) field: (".*")$/) ?? [];
  if (place === undefined || names === undefined) {
    warnings.push({ path: file, message: note });
    return;
  }
  const table = place === "top-level" ? "" : `${place}.`;
  const isMain = table === "" || /^env\.[^.]+\.$/.test(table);
  for (const name of JSON.parse(`[${names}]`)) {
    const path = table + name;
    const setting = isMain ? settingLike(name) : undefined;
    const near = isMain ? nearestName(name, namesThatWranglerKnows()) : undefined;
    // wrangler's names are in lower case, the gateway's in upper.
    if (setting !== undefined && [setting, name].includes(name.toUpperCase())) {
      const message = `wrangler ignores it here; write ${setting} under [${table}vars].`;
      errors.push({ path, message });
    } else if (near !== undefined) {
      errors.push({ path, message: `unknown to wrangler; did you mean ${near}?` });
    } else {
      warnings.push({ path, message: "unknown to wrangler, which ignores it." });
    }
  }
}

/**
 * @param {import("wrangler").Unstable_Config} config
 * @param {string} file
 * @param {Finding[]} errors
 */
function checkMain({ main }, file, errors) {
  if (main === undefined) {
    const message = `is missing in ${file}; write main = "shim/worker.js", above the first table.`;
    errors.push({ path: "main", message });
  } else if (!existsSync(main)) {
    const message = `there is no ${relative(".", main)}; Sluice's own is main = "shim/worker.js"`;
    errors.push({ path: "main", message });
  }
}

/**
 * @param {import("wrangler").Unstable_Config} config
 * @param {string} environment
 */
function localValues({ configPath, vars, secrets }, environment) {
  const env = environment === "" ? undefined : environment;
  const bindings = unstable_getVarsForDev(configPath, undefined, vars, env, true, secrets);
  const local = Object.entries(bindings).filter(([, { type }]) => type === "secret_text");
  const folder = dirname(configPath ?? ".");
  const files = [...(env === undefined ? [] : [`.dev.vars.${env}`]), ".dev.vars"];
  return {
    local: Object.fromEntries(local.map(([name, { value }]) => [name, value])),
    localFile: files.find((name) => existsSync(join(folder, name))) ?? ".env",
  };
}
