// Whom the bench compares. All start on free ports, in front of the same upstream.
import { join } from "node:path";
import { startGateway } from "../tests/support/gateway.js";
import { ORIGIN } from "./calls.js";
import { startNginxGateway } from "./nginx.js";
import { startPortkey } from "./portkey.js";

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {number} pid
 * @property {Record<string, string>} [headers] that it needs of a caller, besides the caller's own
 * @property {() => Promise<void>} close
 */
/** @typedef {Server & { name: string }} Variant */
/** @typedef {{ url: string, port: number, pid: number }} Upstream */

export const UPSTREAM_KEY = "sk-proj-the-gateways-own-key-0123456789abcdefghijklmnopqrstuvwx";
export const ACCESS_KEY = "ak-carol-0123456789abcdefghijklmnopqrstuvwxyz";

/** Settings of the gateway that holds keys; both lists end with what the callers here send. */
export const KEYS = {
  OPENAI_API_KEY: UPSTREAM_KEY,
  ACCESS_KEYS: `alice=ak-alice-0123456789abcdef, bob=ak-bob-0123456789abcdef, carol=${ACCESS_KEY}`,
  ALLOWED_ORIGINS: `https://example.com, https://*.example.org, ${ORIGIN}`,
};

/** @param {string} name of the folder in variants/ @param {Upstream} upstream */
const startWorker = (name, { url }) =>
  startGateway({ UPSTREAM_URL: url }, { bundle: join(import.meta.dirname, "variants", name) });

/**
 * @param {Upstream} upstream
 * @param {Record<string, string>} [env]
 * @returns {Promise<Server>}
 */
export const startSluice = ({ url }, env) => startGateway({ UPSTREAM_URL: url, ...env });

/** @type {Record<string, (upstream: Upstream) => Promise<Server>>} */
const STARTERS = {
  direct: async ({ port, pid }) => ({ port, pid, close: async () => {} }),
  nginx: startNginxGateway,
  portkey: startPortkey,
  bare: (upstream) => startWorker("bare", upstream),
  swap: (upstream) => startWorker("swap", upstream),
  sluice: (upstream) => startSluice(upstream),
  "sluice with keys": (upstream) => startSluice(upstream, KEYS),
  "sluice one-line": (upstream) =>
    startSluice(upstream, { OPENAI_API_KEY: UPSTREAM_KEY, ACCESS: "open" }),
};

/**
 * @param {string} name
 * @param {Upstream} upstream
 * @returns {Promise<Variant>}
 */
export async function startVariant(name, upstream) {
  return { ...(await STARTERS[name](upstream)), name };
}

/**
 * Starts several, uses them, and ends them.
 *
 * @template T
 * @param {Iterable<string>} names
 * @param {Upstream} upstream
 * @param {(variants: Record<string, Variant>) => Promise<T>} use
 */
export async function withVariants(names, upstream, use) {
  const started = await Promise.all(
    [...new Set(names)].map((name) => startVariant(name, upstream)),
  );
  try {
    return await use(Object.fromEntries(started.map((variant) => [variant.name, variant])));
  } finally {
    await Promise.all(started.map(({ close }) => close()));
  }
}
