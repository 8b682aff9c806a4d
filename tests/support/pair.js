// What nearly every test of the Worker needs: a recording upstream, and a gateway in front of it.
import { after } from "node:test";
import { startGateway } from "./gateway.js";
import { startUpstream } from "./upstream.js";

/**
 * @param {object} [options]
 * @param {string} [options.path] behind the upstream's origin in UPSTREAM_URL
 * @param {Record<string, unknown>} [options.env] further variables of the gateway
 * @param {string} [options.core]
 * @param {{ after: (fn: () => Promise<void>) => void }} [scope] the test, if not the whole file,
 *   at whose end both are closed
 */
export async function startPair({ path = "", env = {}, core } = {}, scope = { after }) {
  const upstream = await startUpstream();
  scope.after(() => upstream.close());
  const gateway = await startGateway({ UPSTREAM_URL: upstream.url + path, ...env }, { core });
  scope.after(() => gateway.close());
  return { upstream, gateway };
}
