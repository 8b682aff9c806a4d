// What a configuration comes to, found by asking the core about sample requests.
import { ask } from "./core.js";
import { accessRules, configTable } from "./environment.js";

/** @typedef {import("./core.js").Env} Env */

/**
 * @typedef {object} Caller
 * @property {string} who
 * @property {"refused" | "passes"} outcome
 * @property {number} [status] of a refusal
 * @property {string} [code] of a refusal
 * @property {"none" | "own" | "gateway"} [key] whose goes upstream
 * @property {boolean} [isUnread] the caller is a page that may not read the answer
 */

/** @typedef {ReturnType<typeof settingsOf>} Settings */

// Made up here; no real caller has them.
const ACCESS_KEY = "sample-access-key";
const OWN_KEY = "sample-own-key";
const ELSEWHERE = "https://elsewhere.invalid";

/** @param {Env} env @returns {Env} with one access key more, which no rules are for */
function withSampleKey({ ACCESS_KEYS: keys, ...env }) {
  const ACCESS_KEYS = Array.isArray(keys) ? [...keys, ACCESS_KEY] : `${keys}\n${ACCESS_KEY}`;
  return { ...env, ACCESS_KEYS };
}

/** @param {Env} env @returns {boolean} whether any page may read answers */
function allowsAnyOrigin(env) {
  const preflight = { origin: ELSEWHERE, "access-control-request-method": "POST" };
  const { headers } = ask(env, preflight, undefined, "OPTIONS");
  return headers.get("access-control-allow-origin") === "*";
}

/**
 * @param {Env} env
 * @returns {Caller[]}
 */
export function callersOf(env) {
  const hasKeys = "ACCESS_KEYS" in env;
  const asked = hasKeys ? withSampleKey(env) : env;
  /** @param {string} who @param {Record<string, string>} headers @returns {Caller} */
  const caller = (who, headers) => {
    const { status, code, headers: sent } = ask(asked, headers);
    if (status !== undefined) return { who, outcome: "refused", status, code };
    const credentials = sent.get("authorization");
    const isOwn = credentials === `Bearer ${OWN_KEY}`;
    const key = credentials === null ? "none" : isOwn ? "own" : "gateway";
    return { who, outcome: "passes", key };
  };
  const accessKey = { authorization: `Bearer ${ACCESS_KEY}` };
  const callers = [
    caller("without a key", {}),
    caller("with a key of their own", { authorization: `Bearer ${OWN_KEY}` }),
  ];
  if (hasKeys) callers.push(caller("with an access key", accessKey));
  if (!allowsAnyOrigin(env)) {
    const who = `${hasKeys ? "with one" : "without a key"}, from other origins`;
    const headers = { origin: ELSEWHERE, ...(hasKeys ? accessKey : {}) };
    callers.push({ ...caller(who, headers), isUnread: true });
  }
  return callers;
}

/**
 * @param {Env} env that the core finds nothing wrong with
 * @param {import("./wrangler.js").Configuration} configuration
 */
export function settingsOf(env, { wrangler }) {
  const { url = "", timeout = 0 } = ask("ACCESS_KEYS" in env ? withSampleKey(env) : env, {
    authorization: `Bearer ${"ACCESS_KEYS" in env ? ACCESS_KEY : OWN_KEY}`,
  });
  const { timeout: _, access: __, ...others } = configTable(env);
  const { keys, rate } = accessRules(env);
  const binding = wrangler.ratelimits.find(({ name }) => name === "RATE_LIMIT");
  return {
    upstream: url.replace(/\/v1\/models$/, ""),
    modelsUrl: url,
    timeoutMs: timeout,
    /** As they are written, or null: any. */
    origins: allowsAnyOrigin(env) ? null : env.ALLOWED_ORIGINS,
    rate: rate ?? null,
    rateLimitBinding: binding?.simple ?? null,
    accessKeys: keys,
    others,
  };
}

/**
 * @param {Env} env
 * @param {string} host
 * @returns {boolean} whether a gateway that is called by this name would call itself
 */
export function isLoop(env, host) {
  return ask(env, {}, host).code === "upstream_loop";
}
