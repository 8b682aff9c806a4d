// What is wrong with a configuration, and what only looks wrong.
import { ask, problemsOf } from "./core.js";
import { accessRules, standInKeys } from "./environment.js";
import { putCommand } from "./secrets.js";
import { isLoop } from "./settings.js";

/** @typedef {import("./secrets.js").Finding} Finding */
/** @typedef {import("./wrangler.js").Configuration} Configuration */
/** @typedef {import("./environment.js").Environments} Environments */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./settings.js").Caller} Caller */

/**
 * @param {Configuration} configuration
 * @param {Environments} environments
 * @returns {Finding[]}
 */
export function errorsOf({ localFile, wrangler }, { file, deployed, hereCompleted }) {
  const limiters = new Set(wrangler.ratelimits.map(({ name }) => name));
  /** @type {Map<string, Finding>} */
  const found = new Map();
  for (const env of [file, deployed.env, hereCompleted]) {
    for (const { path: name, message } of problemsOf(env)) {
      const path = limiters.has(name) ? `ratelimits.${name}` : name;
      const given = env === file ? {} : { given: localFile };
      const text = `${path}: ${message}`;
      if (!found.has(text)) found.set(text, { path, message, ...given });
    }
  }
  if (found.size > 0) return [...found.values()];
  const loops = hostsOf(wrangler).filter((host) => isLoop(deployed.env, host));
  return loops.map((host) => ({
    path: "UPSTREAM_URL",
    message:
      `is the gateway itself, as its routes name ${host}; every call would be answered 508 ` +
      "upstream_loop. Set it to the API's address.",
  }));
}

/**
 * @param {Configuration["wrangler"]} wrangler
 * @returns {string[]} hosts at which the Worker will answer, as far as its routes name them
 */
function hostsOf({ routes = [], route }) {
  const patterns = [...routes, ...(route === undefined ? [] : [route])].map((item) =>
    typeof item === "string" ? item : item.pattern,
  );
  const hosts = patterns.map((pattern) => pattern.replace(/^\w+:\/\//, "").replace(/\/.*/, ""));
  return hosts.filter((host) => !host.includes("*"));
}

/**
 * Of a configuration that the core finds nothing wrong with.
 *
 * @param {Configuration} configuration
 * @param {Environments} environments
 * @param {Settings} settings
 * @param {Caller[]} callers
 * @returns {Finding[]}
 */
export function warningsOf(configuration, { deployed: { env } }, settings, callers) {
  return [
    ...upstreamWarnings(settings),
    ...keyWarnings(env, settings, callers, configuration.environment),
    ...expiredKeys(env),
    ...idleLimiters(configuration),
  ];
}

/**
 * @param {Settings} settings
 * @returns {Finding[]}
 */
function upstreamWarnings({ upstream }) {
  const { protocol, hostname } = new URL(upstream);
  if (/^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) {
    const message =
      `${hostname} is this very machine, which a Worker at Cloudflare cannot reach. If it is meant ` +
      "for `npm start` alone, write it into .dev.vars instead.";
    return [{ path: "UPSTREAM_URL", message }];
  }
  if (protocol !== "http:") return [];
  const message =
    `http:// sends keys and prompts to ${hostname} for anyone on the way to read. Use https://, ` +
    "unless that way is a network of your own.";
  return [{ path: "UPSTREAM_URL", message }];
}

/**
 * Who spends the gateway's key.
 *
 * @param {import("./core.js").Env} env
 * @param {Settings} settings
 * @param {Caller[]} callers
 * @param {string} environment
 * @returns {Finding[]}
 */
function keyWarnings(env, { origins }, callers, environment) {
  const spenders = callers.filter(({ key }) => key === "gateway").map(({ who }) => who);
  if (spenders.includes("without a key")) {
    const open = {
      path: "ACCESS",
      message:
        '"open" lets anyone who finds the gateway spend OPENAI_API_KEY. To let in only those whom ' +
        `you give a key, remove it and set ACCESS_KEYS: ${putCommand("ACCESS_KEYS", environment)}.`,
    };
    if (origins !== null) return [open];
    const message =
      "any web page can have its visitors spend OPENAI_API_KEY. Name the pages that may, as in " +
      'ALLOWED_ORIGINS = "https://app.example.com" (it binds browsers, not programs).';
    return [open, { path: "ALLOWED_ORIGINS", message }];
  }
  if (spenders.length > 0 || !("OPENAI_API_KEY" in env)) return [];
  const message =
    "nobody can spend it, as callers must bring a key of their own. Set ACCESS_KEYS to the keys " +
    `that callers must present, ${putCommand("ACCESS_KEYS", environment)}, or take this one away.`;
  return [{ path: "OPENAI_API_KEY", message }];
}

/**
 * @param {import("./core.js").Env} env
 * @returns {Finding[]}
 */
function expiredKeys(env) {
  const keys = standInKeys(env);
  const expired = Object.keys(accessRules(env).keys).filter((name) => {
    const item = keys.find((key) => key.startsWith(`${name}=`)) ?? keys[Number(name.slice(1)) - 1];
    const key = item?.replace(`${name}=`, "");
    const { code } = ask({ ...env, ACCESS_KEYS: keys }, { authorization: `Bearer ${key}` });
    return code === "invalid_api_key";
  });
  return expired.map((name) => ({
    path: `CONFIG.access.keys.${name}.expires`,
    message: "is past: this access key is refused.",
  }));
}

/**
 * @param {Configuration} configuration
 * @returns {Finding[]}
 */
function idleLimiters({ wrangler }) {
  const others = wrangler.ratelimits.filter(({ name }) => name !== "RATE_LIMIT");
  return others.map(({ name }) => ({
    path: `ratelimits.${name}`,
    message: "the gateway asks no rate limiter of this name; the one that it asks is RATE_LIMIT.",
  }));
}
