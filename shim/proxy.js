// Carries out what the core decides: fetches, edits heads, passes bodies through unread.

import { insertText, readBody } from "./body.js";
import { applyEdits, deliver, replyFrom } from "./edits.js";

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
      return await serve(core, request, rateLimit);
    } catch (error) {
      return refuse(core, request, error);
    }
  };
}

/**
 * @param {Core} core
 * @param {Request} request
 * @param {RateLimit} [rateLimit]
 */
async function serve(core, request, rateLimit) {
  const head = requestHead(core, request);
  let answer = core.plan(head);
  /** @type {Body} */
  let body = request.body;
  if (answer.startsWith("read\n")) {
    body = await readBody(request, Number(answer.split("\n")[1]));
    if (body === null) throw new Refusal("body_too_large");
    answer = core.planBody(head, body);
  }
  const headers = new Headers(request.headers);
  while (!answer.startsWith("reply\n")) {
    const lines = answer.split("\n");
    const [, url, milliseconds, context] = lines;
    let at = 4;
    if (lines[at].startsWith("?")) await ask(rateLimit, lines[at++].slice(1));
    if (lines[at].startsWith("@") && body instanceof Uint8Array) {
      body = insertText(body, lines[at++].slice(1));
    }
    applyEdits(headers, lines, at);
    const response = await fetchHead(request, body, url, headers, Number(milliseconds));
    answer = core.judge(responseHead(core, context, response));
    if (answer.startsWith("deliver\n")) return deliver(response, answer);
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
async function fetchHead(request, body, url, headers, milliseconds) {
  let timer = 0;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, milliseconds, new Refusal("timeout"));
  });
  try {
    return await Promise.race([startFetch(request, body, url, headers), late]);
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal("unreachable", error);
  } finally {
    clearTimeout(timer);
  }
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
 * @param {Core} core
 * @param {Request} request
 */
function requestHead(core, request) {
  const { headers } = request;
  let head = `${request.method}\n${request.url}\n:now\n${Date.now()}\n`;
  for (const name of headers.keys()) {
    const value = core.requestHeaders.has(name) ? headers.get(name) : "";
    head += `${name}\n${value}\n`;
  }
  return head;
}

/**
 * @param {Core} core
 * @param {string} context
 * @param {Response} response
 */
function responseHead(core, context, response) {
  let head = `${context}\n${response.status}\n`;
  for (const name of core.responseHeaders) {
    const value = response.headers.get(name);
    if (value !== null) head += `${name}\n${value}\n`;
  }
  return head;
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
    return replyFrom(core.refuse(`${reason}\n${requestHead(core, request)}`));
  } catch {
    return new Response(null, { status: 500, headers: { "x-sluice-error": "internal_error" } });
  }
}
