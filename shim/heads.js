// Writes heads as the core takes them (wasm/abi.cpp): of their headers, what it asked for.

/** @typedef {import("./core.js").Core} Core */

/**
 * @param {Core} core
 * @param {Request} request
 * @returns {{ head: string, dropped: string[] }} dropped: headers of which plan() need not hear, as
 *   they never go upstream
 */
export function requestHead(core, request) {
  const { headers } = request;
  let head = `${request.method}\n${request.url}\n`;
  if (core.requestHeaders.has(":now")) head += `:now\n${Date.now()}\n`;
  const dropped = [];
  for (const name of headers.keys()) {
    const isRead = core.requestHeaders.get(name);
    if (isRead) head += `${name}\n${headers.get(name)}\n`;
    else if (isRead === false || startsWithAny(name, core.droppedFamilies)) dropped.push(name);
  }
  return { head, dropped };
}

/**
 * @param {string} name
 * @param {string[]} starts
 */
function startsWithAny(name, starts) {
  for (const start of starts) if (name.startsWith(start)) return true;
  return false;
}

/**
 * @param {Core} core
 * @param {string} context
 * @param {Response} response
 */
export function responseHead(core, context, response) {
  let head = `${context}\n${response.status}\n`;
  for (const name of core.responseHeaders) {
    const value = response.headers.get(name);
    if (value !== null) head += `${name}\n${value}\n`;
  }
  return head;
}
