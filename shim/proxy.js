// Carries out what the core decides: fetches, edits heads, passes bodies through unread.

import { applyEdits, deliver, replyFrom } from "./edits.js";

/** @typedef {import("./core.js").Core} Core */

/** A fetch that brought no response head; `reason` is the core's word for it. */
class UpstreamFailure extends Error {
  /**
   * @param {"timeout" | "unreachable"} reason
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
 * @returns {(request: Request) => Promise<Response>}
 */
export function createProxy(core) {
  return async (request) => {
    if (core.problems !== "") console.error(`sluice: config_invalid\n${core.problems}`);
    try {
      return await serve(core, request);
    } catch (error) {
      return refuse(core, request, error);
    }
  };
}

/**
 * @param {Core} core
 * @param {Request} request
 */
async function serve(core, request) {
  let answer = core.plan(requestHead(core, request));
  const headers = new Headers(request.headers);
  while (!answer.startsWith("reply\n")) {
    const lines = answer.split("\n");
    const [, url, milliseconds, context] = lines;
    applyEdits(headers, lines, 4);
    const response = await fetchHead(request, url, headers, Number(milliseconds));
    answer = core.judge(responseHead(core, context, response));
    if (answer.startsWith("deliver\n")) return deliver(response, answer);
  }
  return replyFrom(answer);
}

/**
 * Fetches up to the response's head. What is still under way when the time is up ends with the
 * request; a response that has begun is never cut.
 *
 * @param {Request} request whose method and body are sent
 * @param {string} url
 * @param {Headers} headers
 * @param {number} milliseconds
 * @returns {Promise<Response>}
 * @throws {UpstreamFailure}
 */
async function fetchHead(request, url, headers, milliseconds) {
  let timer = 0;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, milliseconds, new UpstreamFailure("timeout"));
  });
  try {
    return await Promise.race([startFetch(request, url, headers), late]);
  } catch (error) {
    throw error instanceof UpstreamFailure ? error : new UpstreamFailure("unreachable", error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Request} request
 * @param {string} url
 * @param {Headers} headers
 * @returns {Promise<Response>}
 */
function startFetch(request, url, headers) {
  const { method, body } = request;
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
  let head = `${request.method}\n${request.url}\n`;
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
  if (!(error instanceof UpstreamFailure)) return error instanceof Error ? error.stack : "";
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
  const reason = error instanceof UpstreamFailure ? error.reason : "internal_error";
  console.error(`sluice: ${reason}`, causeOf(error));
  try {
    return replyFrom(core.refuse(`${reason}\n${requestHead(core, request)}`));
  } catch {
    return new Response(null, { status: 500, headers: { "x-sluice-error": "internal_error" } });
  }
}
