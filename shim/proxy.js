// Carries out what the core decides: fetches, edits heads, passes bodies through unread.

import { insertText, readBody } from "./body.js";
import { applyEdits, deliver, replyFrom } from "./edits.js";
import { requestHead, responseHead } from "./heads.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {ReadableStream | Uint8Array | null} Body */

/** Refusals that need no word in the log. */
const CALLERS_OWN = new Set(["body_too_large", "rate_limited"]);

/** Why a request does not go on, in the core's word for it. */
class Refusal extends Error {
  /**
   * @param {"timeout" | "unreachable" | "body_too_large" | "rate_limited"} reason
   * @param {unknown} [cause]
   */
  constructor(reason, cause) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/**
 * The Worker's fetch handler. It answers whatever happens, and never rejects.
 *
 * @param {Core} core
 * @param {RateLimit} [rateLimit] the rate limiting binding, if there is one
 * @returns {(request: Request) => Promise<Response>}
 */
export function createProxy(core, rateLimit) {
  return async (request) => {
    if (core.problems !== "") console.error(`sluice: config_invalid\n${core.problems}`);
    try {
      const { head, dropped } = requestHead(core, request);
      let answer = core.plan(head);
      /** @type {Body} */
      let body = request.body;
      if (answer.startsWith("read\n")) {
        body = await readBody(request, Number(answer.split("\n")[1]));
        if (body === null) throw new Refusal("body_too_large");
        answer = core.planBody(head, body);
      }
      if (answer.startsWith("reply\n")) return replyFrom(answer);
      const headers = new Headers(request.headers);
      for (const name of dropped) headers.delete(name);
      return await forward(core, request, headers, body, answer, rateLimit);
    } catch (error) {
      return refuse(core, request, error);
    }
  };
}

/**
 * @param {Core} core
 * @param {Request} request
 * @param {Headers} headers to send, but for the core's edits
 * @param {Body} body
 * @param {string} answer the core's plan
 * @param {RateLimit} [rateLimit]
 * @throws {Refusal}
 */
async function forward(core, request, headers, body, answer, rateLimit) {
  while (!answer.startsWith("reply\n")) {
    const lines = answer.split("\n");
    const [, url, milliseconds, context] = lines;
    let at = 4;
    if (lines[at].startsWith("?")) await ask(rateLimit, lines[at++].slice(1));
    if (lines[at].startsWith("@") && body instanceof Uint8Array) {
      body = insertText(body, lines[at++].slice(1));
    }
    const end = applyEdits(headers, lines, at);
    const response = await fetchHead(request, body, url, headers, Number(milliseconds));
    if (response.status === Number(lines[end + 1])) return deliver(response, lines, end + 2);
    answer = core.judge(responseHead(core, context, response));
    if (answer.startsWith("deliver\n")) return deliver(response, answer.split("\n"), 1);
  }
  return replyFrom(answer);
}

/**
 * @param {RateLimit | undefined} rateLimit
 * @param {string} caller
 * @throws {Refusal} if the caller is over the binding's limit
 */
async function ask(rateLimit, caller) {
  const outcome = await rateLimit?.limit({ key: caller });
  if (outcome?.success === false) throw new Refusal("rate_limited");
}

/**
 * Fetches up to the response's head. What is still under way when the time is up ends with the
 * request; a response that has begun is never cut.
 *
 * @param {Request} request
 * @param {Body} body
 * @param {string} url
 * @param {Headers} headers
 * @param {number} milliseconds
 * @returns {Promise<Response>}
 * @throws {Refusal}
 */
function fetchHead(request, body, url, headers, milliseconds) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Refusal("timeout")), milliseconds);
    /** @param {unknown} error */
    const fail = (error) => {
      clearTimeout(timer);
      reject(new Refusal("unreachable", error));
    };
    try {
      startFetch(request, body, url, headers).then((response) => {
        clearTimeout(timer);
        resolve(response);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}

/**
 * @param {Request} request
 * @param {Body} body
 * @param {string} url
 * @param {Headers} headers
 * @returns {Promise<Response>}
 */
function startFetch(request, body, url, headers) {
  const { method } = request;
  if (body !== null && (method === "GET" || method === "HEAD")) {
    // Such a body is lawful in HTTP, but fetch takes it only from a Request that came with it.
    return fetch(new Request(url, request), { headers, redirect: "manual" });
  }
  return fetch(url, { method, headers, body, redirect: "manual" });
}

/**
 * What the log may say. The platform's TypeErrors quote URLs, which may hold secrets.
 *
 * @param {unknown} error
 */
function causeOf(error) {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.stack : "";
  const { cause } = error;
  return cause instanceof Error && !(cause instanceof TypeError) ? cause.message : "";
}

/**
 * The answer to a request that failed here: the core's words for the reason.
 *
 * @param {Core} core
 * @param {Request} request
 * @param {unknown} error
 */
function refuse(core, request, error) {
  const reason = error instanceof Refusal ? error.reason : "internal_error";
  if (!CALLERS_OWN.has(reason)) console.error(`sluice: ${reason}`, causeOf(error));
  try {
    return replyFrom(core.refuse(`${reason}\n${requestHead(core, request).head}`));
  } catch {
    return new Response(null, { status: 500, headers: { "x-sluice-error": "internal_error" } });
  }
}
