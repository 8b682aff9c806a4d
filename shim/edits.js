// Applies the core's edits to heads (wasm/abi.cpp: "-name", "=name\nvalue", "+name\nvalue").

/**
 * @param {Headers} headers
 * @param {string[]} lines an answer of the core; edits end at an empty line
 * @param {number} first index of the first edit
 * @returns {number} index of the empty line
 */
export function applyEdits(headers, lines, first) {
  let i = first;
  for (; lines[i] !== ""; ++i) {
    const name = lines[i].slice(1);
    if (lines[i][0] === "-") headers.delete(name);
    else if (lines[i][0] === "=") headers.set(name, lines[++i]);
    else headers.append(name, lines[++i]);
  }
  return i;
}

/**
 * @param {string} answer "reply\nstatus\n" + edits + "\n" + body
 * @returns {Response}
 */
export function replyFrom(answer) {
  const lines = answer.split("\n");
  const headers = new Headers();
  const end = applyEdits(headers, lines, 2);
  const body = lines.slice(end + 1).join("\n");
  return new Response(body === "" ? null : body, { status: Number(lines[1]), headers });
}

/**
 * The upstream's response: itself where nothing in its head changes, else a copy around the same
 * body, which stays unread, encoded as it came.
 *
 * @param {Response} response
 * @param {string[]} lines an answer of the core
 * @param {number} first index of the first edit
 * @returns {Response}
 */
export function deliver(response, lines, first) {
  if (lines[first] === "") return response;
  const copy = new Response(response.body, response);
  applyEdits(copy.headers, lines, first);
  return copy;
}
