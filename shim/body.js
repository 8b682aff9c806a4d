// Bodies that a rule of the core's needs read, and edited by splicing bytes.

const encoder = new TextEncoder();

/**
 * @param {Request} request
 * @param {number} limit
 * @returns {Promise<Uint8Array | null>} the whole body, or null if it has more than `limit` bytes
 */
export async function readBody(request, limit) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : concatenate(chunks, length);
}

/**
 * @param {Uint8Array} body
 * @param {string} insertion "offset text"
 * @returns {Uint8Array} the body with the text at that offset, all its own bytes as they were
 */
export function insertText(body, insertion) {
  const blank = insertion.indexOf(" ");
  const offset = Number(insertion.slice(0, blank));
  const text = encoder.encode(insertion.slice(blank + 1));
  const pieces = [body.subarray(0, offset), text, body.subarray(offset)];
  return concatenate(pieces, body.length + text.length);
}

/**
 * @param {Uint8Array[]} pieces
 * @param {number} length
 */
function concatenate(pieces, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
