// Asks the core what the Worker would: the same shim/core.wasm, through the shim's own codec.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createCore } from "../../shim/core.js";
import { applyEdits } from "../../shim/edits.js";
import { ROOT } from "../command.js";

const wasm = new WebAssembly.Module(readFileSync(join(ROOT, "shim/core.wasm")));

/** @typedef {Record<string, unknown>} Env variables and secrets; a rate limiting binding is `true` */

/**
 * @typedef {object} Answer what becomes of a request
 * @property {number} [status] of the gateway's own answer
 * @property {string} [code] of its error
 * @property {string} [url] to which the request goes otherwise
 * @property {number} [timeout] milliseconds to the response's head
 * @property {Headers} headers of the answer, or of the request as it goes on
 */

/**
 * @param {Env} env
 * @returns {import("./secrets.js").Finding[]} what the Worker's log would name
 */
export function problemsOf(env) {
  const lines = createCore(wasm, env).problems.split("\n");
  return lines.filter(Boolean).map((line) => {
    const end = line.indexOf(": ");
    return { path: line.slice(0, end), message: line.slice(end + 2) };
  });
}

/**
 * @param {string} name
 * @returns {string | undefined} the gateway's variable or secret that this is, or is a slip of
 */
export function settingLike(name) {
  const [problem] = problemsOf({ [name]: 0 }); // wrong for every setting
  if (problem === undefined) return undefined;
  return problem.message.match(/did you mean (\w+)\?/)?.[1] ?? name;
}

/**
 * What becomes of a request, if it is the first: nothing it asks counts against a limit.
 *
 * @param {Env} env
 * @param {Record<string, string>} [headers] names in lower case
 * @param {string} [host] by which the gateway is called
 * @param {string} [method]
 * @returns {Answer}
 */
export function ask(env, headers = {}, host = "gateway.invalid", method = "GET") {
  const fields = Object.entries({ ":now": `${Date.now()}`, ...headers }).flat();
  const head = [method, `https://${host}/v1/models`, ...fields, ""].join("\n");
  const lines = createCore(wasm, env).plan(head).split("\n");
  if (lines[0] === "reply") {
    const edited = new Headers();
    applyEdits(edited, lines, 2);
    const code = edited.get("x-sluice-error") ?? undefined;
    return { status: Number(lines[1]), code, headers: edited };
  }
  const edited = new Headers(headers);
  applyEdits(edited, lines, lines[4].startsWith("?") ? 5 : 4);
  return { url: lines[1], timeout: Number(lines[2]), headers: edited };
}
