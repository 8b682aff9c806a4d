// An upstream that keeps the raw bytes of every request, and answers what the test writes: at once
// with whole responses, or byte by byte by the test's hand.
import { STATUS_CODES } from "node:http";
import { createServer } from "node:net";
import {
  bodyReader,
  chunk,
  createReader,
  headBytes,
  LAST_CHUNK,
  readAll,
  readHead,
} from "./http1.js";
import { soon } from "./wait.js";

/**
 * One request as it arrived, and the means to answer it.
 *
 * @typedef {object} Exchange
 * @property {import("./http1.js").Head} head
 * @property {string} method
 * @property {string} target path and query, as sent
 * @property {(name: string) => string | undefined} value of a header field
 * @property {Promise<Buffer>} body whole, without chunked framing; rejects if it is cut
 * @property {number} bodyBytes how many of them have come so far
 * @property {number} connection which connection it came over: 1, 2, 3 …
 * @property {Promise<number>} closed when the connection closed, by performance.now()
 * @property {(data: string | Buffer) => void} write
 * @property {(status: number, headers?: Record<string, string>) => void} begin a head
 *   for a body in chunks
 * @property {(data: string | Buffer) => void} chunk
 * @property {() => void} end the last chunk
 * @property {(status: number, headers?: Record<string, string | string[]>, body?: string | Buffer) => void} reply
 *   a whole response, with Content-Length where there is a body
 * @property {import("node:net").Socket} socket
 * @property {import("./http1.js").Reader} reader
 */

/** @typedef {Awaited<ReturnType<typeof startUpstream>>} Upstream */

/** @param {{ port?: number }} [options] port: 0, the default, takes a free one */
export async function startUpstream({ port: wantedPort = 0 } = {}) {
  /** @type {Exchange[]} */
  const requests = [];
  /** @type {((exchange: Exchange) => void)[]} */
  const scripts = [];
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  let connections = 0;

  const server = createServer({ noDelay: true }, async (socket) => {
    const connection = ++connections;
    sockets.add(socket);
    socket.on("error", () => {});
    /** @type {Promise<number>} */
    const closed = new Promise((resolve) => {
      socket.once("close", () => {
        sockets.delete(socket);
        resolve(performance.now());
      });
    });
    const reader = createReader(socket);
    for (;;) {
      const head = await readHead(reader);
      if (head === null) return;
      const exchange = createExchange(head, { connection, closed, socket, reader });
      requests.push(exchange);
      const script = scripts.shift();
      if (script) script(exchange);
      else exchange.body.then(() => upstream.answer(exchange)).catch(() => {});
      if (head.value("upgrade")) return; // what follows is no HTTP
      await exchange.body.catch(() => {});
    }
  });
  await new Promise((resolve) => server.listen(wantedPort, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

  const upstream = {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,

    /**
     * Answers requests that no script waits for, when their body has come.
     * @param {Exchange} exchange
     */
    answer(exchange) {
      exchange.reply(200, { "content-type": "application/json" }, "{}");
    },

    /** The last request. */
    last() {
      const exchange = requests.at(-1);
      if (!exchange) throw new Error("nothing reached the upstream");
      return exchange;
    },

    /**
     * The next request goes to `script`, as soon as its head is there; after it, the one of the
     * next call of this function.
     * @param {(exchange: Exchange) => void} script
     */
    onNext(script) {
      scripts.push(script);
    },

    /** Takes the next request, for the test to answer. Call it before the request is made. */
    hold() {
      /** @type {Promise<Exchange>} */
      const held = new Promise((resolve) => scripts.push(resolve));
      return soon(held, "a request to reach the upstream");
    },

    async close() {
      const done = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await done;
    },
  };
  return upstream;
}

/**
 * @param {import("./http1.js").Head} head
 * @param {Pick<Exchange, "connection" | "closed" | "socket" | "reader">} parts
 * @returns {Exchange}
 */
function createExchange(head, { connection, closed, socket, reader }) {
  const [method, target] = head.startLine.split(" ");
  const next = bodyReader(reader, head, "request");
  const body = readAll(async () => {
    const piece = await next();
    exchange.bodyBytes += piece?.length ?? 0;
    return piece;
  });
  body.catch(() => {});
  /** @type {Exchange["write"]} */
  const write = (data) => {
    socket.write(data);
  };
  /** @param {number} status */
  const statusLine = (status) => `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Custom"}`;
  /** @type {Exchange} */
  const exchange = {
    head,
    method,
    target,
    value: head.value,
    body,
    bodyBytes: 0,
    connection,
    closed,
    socket,
    reader,
    write,
    begin(status, headers = {}) {
      write(headBytes(statusLine(status), { ...headers, "transfer-encoding": "chunked" }));
    },
    chunk: (data) => write(chunk(data)),
    end: () => write(LAST_CHUNK),
    reply(status, headers = {}, text = "") {
      const bytes = Buffer.from(text);
      const all = { ...headers };
      if (status !== 204 && status !== 304) all["content-length"] ??= String(bytes.length);
      const headPart = headBytes(statusLine(status), all);
      write(Buffer.concat([headPart, method === "HEAD" ? Buffer.alloc(0) : bytes]));
    },
  };
  return exchange;
}
