// Checks the configuration before it is deployed: `npm run check`. Says what it comes to, and what is
// wrong with it, in the words of the core that will run it. It needs no compiler and no network.
//   npm run check -- --env staging     an environment of wrangler's; --config: another file, as there
//   npm run --silent check -- --json   for machines
// Ends with 1 if there are errors.
import { parseArgs } from "node:util";
import { problemsOf } from "./check/core.js";
import { environmentsOf } from "./check/environment.js";
import { errorsOf, warningsOf } from "./check/findings.js";
import { textOf } from "./check/report.js";
import { conceal, SECRETS, secretsInFile, secretValues } from "./check/secrets.js";
import { callersOf, settingsOf } from "./check/settings.js";
import { readConfiguration, readFile } from "./check/wrangler.js";

/** @typedef {import("./check/secrets.js").Finding} Finding */
/** @typedef {import("./check/wrangler.js").Configuration} Configuration */
/** @typedef {ReturnType<typeof check>} Result */

const USAGE = "Usage: npm run check -- [--json] [--env NAME] [--config FILE]";

/**
 * @param {Configuration} configuration
 * @param {Finding[]} errors to add to
 * @param {Finding[]} warnings to add to
 */
function examine(configuration, errors, warnings) {
  const environments = environmentsOf(configuration);
  errors.push(...errorsOf(configuration, environments));
  const { deployed, here } = environments;
  if (problemsOf(deployed.env).length > 0) return null;
  const gateway = settingsOf(deployed.env, configuration);
  const callers = callersOf(deployed.env);
  warnings.push(...warningsOf(configuration, environments, gateway, callers));
  return {
    file: configuration.file,
    environment: configuration.environment,
    ...gateway,
    callers,
    callersHere: callersOf(here),
    problemsHere: problemsOf(here),
    secrets: secretsOf(configuration, environments),
    localFile: configuration.localFile,
    localSettings: environments.localSettings,
  };
}

/**
 * @param {Configuration} configuration
 * @param {import("./check/environment.js").Environments} environments
 */
function secretsOf({ local, localFile, file }, { expected, here }) {
  const reasons = new Map(expected.map(({ name, reason }) => [name, reason]));
  const names = new Set([...reasons.keys(), ...SECRETS.filter((name) => name in here)]);
  return [...names].map((name) => {
    const where = name in local ? localFile : name in here ? file : null;
    return { name, expected: reasons.get(name) ?? null, where };
  });
}

/** @param {import("./check/wrangler.js").Options} options */
function check(options) {
  /** @type {Finding[]} */
  const errors = [];
  /** @type {Finding[]} */
  const warnings = [];
  const file = readFile(options, errors);
  if (file) errors.push(...secretsInFile(file.raw, file.name));
  const configuration = file && readConfiguration(file, options, errors, warnings);
  const settings = configuration ? examine(configuration, errors, warnings) : null;
  const result = { ok: errors.length === 0, errors, warnings, settings };
  const secrets = secretValues({ vars: configuration?.local });
  return conceal(result, [...secrets, ...secretValues(file?.raw ?? {})]);
}

function readOptions() {
  try {
    const options = /** @type {const} */ ({
      json: { type: "boolean", default: false },
      env: { type: "string", short: "e" },
      config: { type: "string", short: "c" },
    });
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n${USAGE}`);
    return process.exit(1);
  }
}

const { json, ...options } = readOptions();
const result = check(options);
const text = json ? `${JSON.stringify(result, null, 2)}\n` : textOf(result);
// Having warned of a field, wrangler asks the network for a newer version. Nobody waits for that.
process.stdout.write(text, () => process.exit(result.ok ? 0 : 1));
