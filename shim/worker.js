// The Worker: compiles the configuration when the isolate starts, then hands every request over.
import { env } from "cloudflare:workers";
import { createCore } from "./core.js";
import module from "./core.wasm";
import { createProxy } from "./proxy.js";

/** @type {{ RATE_LIMIT?: RateLimit }} */
const { RATE_LIMIT } = env;

export default { fetch: createProxy(createCore(module, env), RATE_LIMIT) };
