// HTTP/1.1 by hand (RFC 9112), for tests that must see the very bytes: Node's own client and server
// tidy up what they send and receive.

/** @typedef {Record<string, string | string[]> | [string, string][]} HeaderList */

/**
 * @typedef {object} Head
 * @property {Buffer} bytes as sent, with the empty line
 * @property {string} startLine
 * @property {[string, string][]} headers as sent, byte by byte (latin1)
 * @property {(name: string) => string[]} values of all header fields of that name
 * @property {(name: string) => string | undefined} value of the only field of that name
 */

/**
 * Reads a socket at the pace of who asks, so that nobody who asks for nothing takes anything.
 *
 * @param {import("node:net").Socket} socket
 */
export function createReader(socket) {
  const source = socket.iterator({ destroyOnReturn: false });
  let buffer = Buffer.alloc(0);

  async function fill() {
    try {
      const { value, done } = await source.next();
      if (done) return false;
      buffer = buffer.length === 0 ? value : Buffer.concat([buffer, value]);
      return true;
    } catch {
      return false; // the connection was reset
    }
  }

  /** @param {number} size */
  function shift(size) {
    const bytes = buffer.subarray(0, size);
    buffer = buffer.subarray(size);
    return bytes;
  }

  return {
    /**
     * @param {number} most
     * @returns {Promise<Buffer | null>} what is there, at least a byte; null at the end
     */
    async some(most) {
      if (buffer.length === 0 && !(await fill())) return null;
      return shift(most);
    },
    /**
     * @param {number} size
     * @returns {Promise<Buffer | null>} that many bytes; null if the end comes before
     */
    async exactly(size) {
      while (buffer.length < size) if (!(await fill())) return null;
      return shift(size);
    },
    /**
     * @param {string} marker
     * @returns {Promise<Buffer | null>} the bytes up to and with the marker; null if it never comes
     */
    async until(marker) {
      for (;;) {
        const at = buffer.indexOf(marker);
        if (at >= 0) return shift(at + marker.length);
        if (!(await fill())) return null;
      }
    },
  };
}

/** @typedef {ReturnType<typeof createReader>} Reader */

/**
 * @param {Reader} reader
 * @returns {Promise<Head | null>} null if the connection ends first
 */
export async function readHead(reader) {
  const bytes = await reader.until("\r\n\r\n");
  if (bytes === null) return null;
  const [startLine, ...lines] = bytes.toString("latin1").slice(0, -4).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return /** @type {[string, string]} */ ([line.slice(0, colon), line.slice(colon + 1).trim()]);
  });
  /** @param {string} name */
  const values = (name) =>
    headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
  return {
    bytes,
    startLine,
    headers,
    values,
    value(name) {
      const found = values(name);
      if (found.length > 1) throw new Error(`${found.length} header fields are named ${name}`);
      return found[0];
    },
  };
}

/**
 * Reads the body that follows a head, piece by piece as it comes.
 *
 * @param {Reader} reader
 * @param {Head} head
 * @param {"request" | "response"} kind
 * @returns {() => Promise<Buffer | null>} the next piece; null at the end; rejects if it was cut
 */
export function bodyReader(reader, head, kind) {
  const isChunked = head.value("transfer-encoding")?.toLowerCase() === "chunked";
  const length = head.value("content-length");
  const untilClose = !isChunked && length === undefined && kind === "response";
  let left = untilClose ? Infinity : isChunked ? 0 : Number(length ?? 0);
  let isDone = !isChunked && left === 0;

  /** @param {Buffer | null} bytes */
  const uncut = (bytes) => {
    if (bytes === null) throw new Error("the connection ended inside the body");
    return bytes;
  };

  async function nextChunk() {
    left = Number.parseInt(uncut(await reader.until("\r\n")).toString("latin1"), 16);
    if (left === 0) {
      uncut(await reader.until("\r\n"));
      isDone = true;
    }
  }

  return async () => {
    if (isChunked && left === 0 && !isDone) await nextChunk();
    if (isDone) return null;
    const piece = await reader.some(left);
    if (piece === null && untilClose) {
      isDone = true;
      return null;
    }
    left -= uncut(piece).length;
    if (left === 0 && isChunked) uncut(await reader.exactly(2));
    else if (left === 0) isDone = true;
    return piece;
  };
}

/** @param {() => Promise<Buffer | null>} next */
export async function readAll(next) {
  const pieces = [];
  for (let piece = await next(); piece !== null; piece = await next()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/**
 * @param {string} startLine
 * @param {HeaderList} headers
 * @returns {Buffer} a head; its strings are bytes (latin1)
 */
export function headBytes(startLine, headers) {
  const pairs = Array.isArray(headers)
    ? headers
    : Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const lines = pairs.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${startLine}\r\n${lines.join("")}\r\n`, "latin1");
}

/** @param {string | Buffer} data */
export function chunk(data) {
  const bytes = Buffer.from(data);
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from("\r\n"),
  ]);
}

export const LAST_CHUNK = "0\r\n\r\n";
