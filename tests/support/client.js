// A client that sends exactly the bytes it is told to, and shows exactly those that come back.
import { connect, isIP } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { bodyReader, createReader, headBytes, readAll, readHead } from "./http1.js";
import { soon } from "./wait.js";

/**
 * @typedef {object} Call
 * @property {string} [method]
 * @property {string} [path] with the query; its characters are bytes (latin1)
 * @property {import("./http1.js").HeaderList} [headers] Host and, with a body, Content-Length are
 *   added if they are not there
 * @property {string | Buffer} [body]
 */

/**
 * @typedef {object} Address of a server, by default one on this machine without TLS
 * @property {number} port
 * @property {string} [hostname]
 * @property {string} [host] what the Host header says
 * @property {boolean} [isSecure]
 */

/**
 * @param {Address} address
 * @param {Call} call
 * @returns {Buffer}
 */
export function requestBytes(address, { method = "GET", path = "/", headers = {}, body }) {
  const pairs = Array.isArray(headers)
    ? headers
    : Object.entries(headers).flatMap(([name, value]) =>
        [value].flat().map((one) => /** @type {[string, string]} */ ([name, one])),
      );
  const names = new Set(pairs.map(([name]) => name.toLowerCase()));
  /** @type {[string, string][]} */
  const all = [...pairs];
  if (!names.has("host")) all.unshift(["Host", address.host ?? `127.0.0.1:${address.port}`]);
  const bytes = Buffer.from(body ?? "");
  if (body !== undefined && !names.has("content-length") && !names.has("transfer-encoding")) {
    all.push(["Content-Length", String(bytes.length)]);
  }
  return Buffer.concat([headBytes(`${method} ${path} HTTP/1.1`, all), bytes]);
}

/** @param {Address} address */
function connectTo({ port, hostname = "127.0.0.1", isSecure = false }) {
  if (!isSecure) return connect({ port, host: hostname, noDelay: true });
  const servername = isIP(hostname) ? "" : hostname;
  const options = { port, host: hostname, servername, ALPNProtocols: ["http/1.1"] };
  return connectSecurely(options).setNoDelay(true);
}

/**
 * Opens a connection and sends a request, the beginning of one, or several.
 *
 * @param {Address} address
 * @param {Call | Buffer} first
 */
export function open(address, first) {
  const socket = connectTo(address);
  /** @type {Error | undefined} */
  let failure;
  socket.on("error", (error) => {
    failure = error;
  });
  const reader = createReader(socket);
  let method = Buffer.isBuffer(first) ? "GET" : (first.method ?? "GET");
  /** @type {(() => Promise<Buffer | null>) | undefined} */
  let nextPiece;
  socket.write(Buffer.isBuffer(first) ? first : requestBytes(address, first));

  const connection = {
    socket,
    reader,

    /** @param {string | Buffer} data */
    write(data) {
      socket.write(data);
    },

    /** @param {Call} call sent over the same connection; read the answer before it to the end first */
    send(call) {
      method = call.method ?? "GET";
      socket.write(requestBytes(address, call));
    },

    /** The head of the next response, interim ones (1xx) left out. */
    async head() {
      for (;;) {
        const head = await soon(readHead(reader), "the head of a response");
        if (head === null) {
          throw new Error("the connection closed without a response", { cause: failure });
        }
        const status = Number(head.startLine.split(" ")[1]);
        if (status >= 100 && status < 200 && status !== 101) continue;
        const isBodiless = method === "HEAD" || status === 204 || status === 304 || status === 101;
        nextPiece = isBodiless ? async () => null : bodyReader(reader, head, "response");
        return { ...head, status };
      }
    },

    /** What comes next of the body; null at its end; rejects if it was cut short. */
    async read() {
      if (!nextPiece) throw new Error("read the head first");
      return soon(nextPiece(), "a piece of the body");
    },

    /** @param {number} size */
    async exactly(size) {
      let bytes = Buffer.alloc(0);
      while (bytes.length < size) {
        const piece = await connection.read();
        if (piece === null) throw new Error(`the body ended after ${bytes.length} bytes`);
        bytes = Buffer.concat([bytes, piece]);
      }
      return bytes;
    },

    /** The body from here to its end. */
    rest: () => readAll(connection.read),

    /** A whole response: head and body. */
    async response() {
      const head = await connection.head();
      const body = await connection.rest();
      return { ...head, body, text: body.toString(), json: () => JSON.parse(body.toString()) };
    },

    close: () => socket.destroy(),
  };
  return connection;
}

/**
 * Makes one request over a connection of its own.
 *
 * @param {Address} address
 * @param {Call} call
 */
export async function request(address, call) {
  const connection = open(address, call);
  try {
    return await connection.response();
  } finally {
    connection.close();
  }
}
