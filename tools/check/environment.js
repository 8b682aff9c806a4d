// What the Worker gets: the variables and bindings of the file, the secrets as far as they are known
// here, and stand-ins for those that it expects besides.
import { ask, problemsOf, settingLike } from "./core.js";
import { SECRETS } from "./secrets.js";

/** @typedef {import("./core.js").Env} Env */
/** @typedef {{ name: string, reason: string }} Expected a secret */

/** @typedef {ReturnType<typeof environmentsOf>} Environments */

const STAND_IN = "stand-in";
const MOST_UNNAMED = 1000;

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>} itself if it is a table, else an empty one: the core says why
 */
function tableOf(value) {
  const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
  return isTable ? /** @type {Record<string, unknown>} */ (value) : {};
}

/**
 * @param {Env} env
 * @returns {Record<string, unknown>} CONFIG, which may be a table or a string of JSON
 */
export function configTable({ CONFIG }) {
  if (typeof CONFIG !== "string") return tableOf(CONFIG);
  try {
    return tableOf(JSON.parse(CONFIG));
  } catch {
    return {};
  }
}

/** @param {Env} env */
export function accessRules(env) {
  const { keys, rate, allow_own_keys } = tableOf(configTable(env).access);
  return { keys: tableOf(keys), rate, allow_own_keys };
}

/** @param {string[]} names */
export function listed(names) {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * @param {Env} env
 * @param {string[]} required those that wrangler is told to insist on
 * @returns {Expected[]}
 */
function expectedSecrets(env, required) {
  const { keys, allow_own_keys } = accessRules(env);
  const names = Object.keys(keys);
  /** @type {Record<string, string>} */
  const reasons = {};
  for (const name of required) reasons[name] = "[secrets] says that it is required";
  if (names.length > 0) {
    reasons.ACCESS_KEYS =
      `CONFIG.access.keys has rules for ${listed(names)}. Without keys of these names in it, every ` +
      "request is answered 500 config_invalid";
  } else if (allow_own_keys === true) {
    reasons.ACCESS_KEYS = "CONFIG.access.allow_own_keys lets callers in besides those with one";
  }
  const isOpenAi = ask({ UPSTREAM_URL: env.UPSTREAM_URL }).url?.startsWith(
    "https://api.openai.com/",
  );
  if (env.ACCESS === "open") {
    reasons.OPENAI_API_KEY = 'ACCESS = "open" lets callers spend it';
  } else if (isOpenAi && ("ACCESS_KEYS" in env || reasons.ACCESS_KEYS !== undefined)) {
    reasons.OPENAI_API_KEY = "callers with an access key spend it";
  }
  return Object.entries(reasons).map(([name, reason]) => ({ name, reason }));
}

/**
 * Keys of all the names that CONFIG has rules for. Which names there can be, the core knows.
 *
 * @param {Env} env
 * @returns {string[]}
 */
export function standInKeys(env) {
  const names = Object.keys(accessRules(env).keys);
  const numbers = names.map((name) => Number(name.match(/^#(\d+)$/)?.[1] ?? 1));
  const unnamed = Math.min(MOST_UNNAMED, Math.max(1, ...numbers));
  const named = names.filter((name) => {
    return problemsOf({ ACCESS_KEYS: [`${name}=${STAND_IN}`] }).length === 0;
  });
  return [
    ...Array.from({ length: unnamed }, (_, i) => `${STAND_IN}-${i + 1}`),
    ...named.map((name) => `${name}=${STAND_IN}-${name}`),
  ];
}

/**
 * @param {Env} env
 * @param {Expected[]} expected
 * @returns {{ env: Env, missing: string[] }}
 */
function complete(env, expected) {
  const missing = expected.map(({ name }) => name).filter((name) => !(name in env));
  const standIns = missing.map((name) => {
    return [name, name === "ACCESS_KEYS" ? standInKeys(env) : STAND_IN];
  });
  return { env: { ...env, ...Object.fromEntries(standIns) }, missing };
}

/**
 * Secrets in .dev.vars are taken to be those of the deployed Worker; variables there are not.
 *
 * @param {import("./wrangler.js").Configuration} configuration
 */
export function environmentsOf({ vars, local, wrangler }) {
  const required = wrangler.secrets?.required ?? [];
  const names = [...SECRETS, ...required];
  const bindings = Object.fromEntries(wrangler.ratelimits.map(({ name }) => [name, true]));
  const file = { ...vars, ...bindings };
  const isSecret = (/** @type {[string, unknown]} */ [name]) => names.includes(name);
  const known = { ...file, ...Object.fromEntries(Object.entries(local).filter(isSecret)) };
  const here = { ...file, ...local };
  const expected = expectedSecrets(known, required);
  return {
    expected,
    /** Without .dev.vars: a stand-in for every secret that is expected. */
    file: complete(file, expectedSecrets(file, required)).env,
    /** Deployed, stand-ins only for the secrets that are missing here. */
    deployed: complete(known, expected),
    /** As `wrangler dev` would run it now. */
    here,
    /** The same, with stand-ins for the secrets that are missing. */
    hereCompleted: complete(here, expectedSecrets(here, required)).env,
    /** Settings that only `wrangler dev` takes from .dev.vars. */
    localSettings: Object.keys(local).filter((name) => !names.includes(name) && settingLike(name)),
  };
}
