// Calls the C++ core: text in, lines out (wasm/abi.cpp says which). Decides nothing.

const ABI_VERSION = 3;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * @typedef {object} CoreExports
 * @property {WebAssembly.Memory} memory
 * @property {() => void} _initialize
 * @property {() => number} sluice_abi_version
 * @property {(length: number) => number} sluice_reserve
 * @property {(length: number) => number} sluice_configure
 * @property {(length: number) => number} sluice_plan
 * @property {(headLength: number, bodyLength: number) => number} sluice_plan_body
 * @property {(length: number) => number} sluice_judge
 * @property {(length: number) => number} sluice_refuse
 * @property {() => number} sluice_output
 * @property {() => number} sluice_output_size
 */

/** @typedef {ReturnType<typeof createCore>} Core */

/**
 * Starts the core with the Worker's bindings as its configuration.
 *
 * Its calls throw if the core traps. A trap leaves stack and heap damaged, so the next call starts
 * a new instance.
 *
 * @param {WebAssembly.Module} module
 * @param {object} env
 */
export function createCore(module, env) {
  const environment = JSON.stringify(configurationOf(env));
  /** @type {CoreExports | null} */
  let exports = null;
  let input = new Uint8Array();

  function start() {
    const instance = new WebAssembly.Instance(module);
    exports = /** @type {CoreExports} */ (/** @type {unknown} */ (instance.exports));
    exports._initialize();
    input = new Uint8Array();
    const version = exports.sluice_abi_version();
    if (version !== ABI_VERSION) {
      throw new Error(`core.wasm has ABI ${version}, the shim ${ABI_VERSION}; run npm run build`);
    }
    return call("sluice_configure", environment);
  }

  /**
   * A place for input, of at least so many bytes. It holds until memory grows: a view of memory
   * that has grown since is empty, and writing to it does nothing.
   *
   * @param {CoreExports} core
   * @param {number} length
   */
  function reserve(core, length) {
    if (input.length >= length && input.buffer === core.memory.buffer) return;
    const capacity = Math.max(length, input.length, 4096);
    const address = core.sluice_reserve(capacity);
    input = new Uint8Array(core.memory.buffer, address, capacity);
  }

  /**
   * @param {"sluice_configure" | "sluice_plan" | "sluice_plan_body" | "sluice_judge" | "sluice_refuse"} name
   * @param {string} text
   * @param {Uint8Array} [body]
   * @returns {{ status: number, output: string }}
   */
  function call(name, text, body) {
    if (exports === null) start();
    const core = /** @type {CoreExports} */ (/** @type {unknown} */ (exports));
    try {
      const most = text.length * 3; // bytes of UTF-8 a UTF-16 code unit can need
      reserve(core, most + (body?.length ?? 0));
      const { written } = encoder.encodeInto(text, input);
      if (body !== undefined) input.set(body, written);
      const status = core[name](written, body?.length ?? 0);
      const size = core.sluice_output_size();
      const bytes = new Uint8Array(core.memory.buffer, core.sluice_output(), size);
      return { status, output: decoder.decode(bytes) };
    } catch (error) {
      exports = null;
      throw error;
    }
  }

  /**
   * @param {"sluice_plan" | "sluice_plan_body" | "sluice_judge" | "sluice_refuse"} name
   * @param {string} text
   * @param {Uint8Array} [body]
   */
  function decide(name, text, body) {
    const { status, output } = call(name, text, body);
    if (status !== 0) throw new Error(`${name} did not understand its input`);
    return output;
  }

  const { status, output } = start();
  const isConfigured = status === 0;
  const [read = [], dropped = [], responseHeaders = []] = isConfigured
    ? output.split("\n").map((line) => line.split(" ").filter((name) => name !== ""))
    : [];

  return {
    /** What is wrong with the configuration, a line each; empty if nothing is. */
    problems: isConfigured ? "" : output.trimEnd(),
    /**
     * Of request headers: true, plan() must hear of it; false, it never goes upstream.
     * @type {Map<string, boolean>}
     */
    requestHeaders: new Map([
      ...dropped.map((name) => /** @type {const} */ ([name, false])),
      ...read.map((name) => /** @type {const} */ ([name, true])),
    ]),
    /** How the names of others start that never go upstream. */
    droppedFamilies: dropped.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1)),
    /** The response headers that judge() must hear of. */
    responseHeaders,
    /** @param {string} head */
    plan: (head) => decide("sluice_plan", head),
    /**
     * @param {string} head
     * @param {Uint8Array} body
     */
    planBody: (head, body) => decide("sluice_plan_body", head, body),
    /** @param {string} head */
    judge: (head) => decide("sluice_judge", head),
    /** @param {string} failure */
    refuse: (failure) => decide("sluice_refuse", failure),
  };
}

/**
 * The variables and secrets among the bindings, and whether there is a rate limiting binding. The
 * other bindings (namespaces, services) are objects of the platform, whose members are calls.
 *
 * @param {object} env
 */
function configurationOf(env) {
  const values = Object.entries(env).filter(([, value]) => {
    if (value === null) return false; // of workerd, for an environment variable that is not set
    if (typeof value !== "object") return typeof value !== "function";
    const prototype = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === Array.prototype;
  });
  const isBound = "RATE_LIMIT" in env && typeof env.RATE_LIMIT === "object";
  return { ...Object.fromEntries(values), ...(isBound && { RATE_LIMIT: true }) };
}
