// Load from wrk, and what it costs the process under it.
import { join } from "node:path";
import { cpuNanoseconds } from "./accounting.js";
import { startChild } from "./children.js";

/**
 * @typedef {object} Load
 * @property {number} requests answered
 * @property {number} perSecond
 * @property {number} cpu of the process under load, µs a request
 * @property {number} mean latency, µs; so are the next two
 * @property {number} p50
 * @property {number} p99
 */

/**
 * @param {string[]} args
 * @param {number} seconds
 * @returns {Promise<string>} what wrk prints
 */
async function wrk(args, seconds) {
  const child = startChild("wrk", ["-d60s", ...args]);
  // Its own durations are whole seconds; interrupted, it ends and reports as if they were over.
  // While it gets ready it ignores interrupts, so one may not do.
  const interrupt = () => {
    child.interrupt();
    timer = setTimeout(interrupt, 250);
  };
  let timer = setTimeout(interrupt, seconds * 1000);
  const code = await child.ended;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`wrk ended with ${code}:\n${child.output()}`);
  return child.output();
}

/**
 * Calls a gateway over keep-alive connections for a while; for longer, if no answer comes meanwhile.
 * Throws if one is not a success.
 *
 * @param {import("./variants.js").Variant} gateway
 * @param {import("./calls.js").StoredCall} call
 * @param {{ connections: number, seconds: number }} size
 * @returns {Promise<Load>}
 */
export async function load(gateway, call, { connections, seconds }) {
  const headers = Object.entries({ ...call.headers, ...gateway.headers });
  const args = [
    ...["-t1", `-c${connections}`, "--timeout", "30s"],
    ...headers.flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    ...["-s", join(import.meta.dirname, "wrk.lua")],
    ...[`http://127.0.0.1:${gateway.port}${call.path}`, "--", call.method, call.bodyFile],
  ];
  const before = cpuNanoseconds(gateway.pid);
  const output = await wrk(args, seconds);
  const spent = cpuNanoseconds(gateway.pid) - before;
  const { requests, duration, errors, ...latency } = JSON.parse(
    output.trimEnd().split("\n").at(-1) ?? "",
  );
  if (errors > 0) throw new Error(`${gateway.name}: ${errors} calls failed.\n${output}`);
  if (requests === 0) {
    if (seconds > 10) throw new Error(`${gateway.name} does not answer.`);
    return load(gateway, call, { connections, seconds: seconds * 4 });
  }
  return {
    requests,
    perSecond: (requests / duration) * 1e6,
    cpu: spent / requests / 1000,
    ...latency,
  };
}
