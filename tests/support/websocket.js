// The upstream's side of a WebSocket (RFC 6455), by hand: the handshake and whole, short frames.
import { createHash } from "node:crypto";
import { headBytes } from "./http1.js";
import { soon } from "./wait.js";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;

/** @typedef {{ kind: "text", text: string } | { kind: "binary", bytes: Buffer } | { kind: "close", code: number | undefined, reason: string }} Message */

/**
 * Accepts an exchange's upgrade.
 *
 * @param {import("./upstream.js").Exchange} exchange
 * @param {Record<string, string>} [headers] of the response, such as the subprotocol
 */
export function acceptWebSocket({ head, socket, reader }, headers = {}) {
  // The GUID is that of section 1.3.
  const accept = createHash("sha1")
    .update(`${head.value("sec-websocket-key")}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  socket.write(
    headBytes("HTTP/1.1 101 Switching Protocols", {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Accept": accept,
      ...headers,
    }),
  );

  /**
   * @param {number} opcode
   * @param {Buffer} payload
   */
  function sendFrame(opcode, payload) {
    const length =
      payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
    socket.write(Buffer.concat([Buffer.from([0x80 | opcode, ...length]), payload]));
  }

  // When both have sent a close frame the server closes the connection, section 7.1.1.
  let closeFrames = 0;
  function countCloseFrame() {
    if (++closeFrames === 2) socket.end();
  }

  /** @param {number} size */
  async function bytes(size) {
    const found = await soon(reader.exactly(size), "a WebSocket frame");
    if (found === null) throw new Error("the connection ended without a close frame");
    return found;
  }

  return {
    /** @param {string | Buffer} data */
    send: (data) => sendFrame(typeof data === "string" ? TEXT : BINARY, Buffer.from(data)),

    /**
     * @param {number} code
     * @param {string} reason
     */
    close(code, reason) {
      sendFrame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
      countCloseFrame();
    },

    /** @returns {Promise<Message>} */
    async receive() {
      const [first, second] = await bytes(2);
      const short = second & 127;
      if (short === 127) throw new Error("a frame longer than this helper reads");
      const size = short === 126 ? (await bytes(2)).readUInt16BE() : short;
      const mask = second & 128 ? await bytes(4) : Buffer.alloc(4);
      const payload = Buffer.from((await bytes(size)).map((byte, i) => byte ^ mask[i % 4]));
      const opcode = first & 15;
      if (opcode === TEXT) return { kind: "text", text: payload.toString() };
      if (opcode === BINARY) return { kind: "binary", bytes: payload };
      if (opcode !== CLOSE) throw new Error(`an unexpected opcode: ${opcode}`);
      countCloseFrame();
      const code = size >= 2 ? payload.readUInt16BE() : undefined;
      return { kind: "close", code, reason: payload.toString("utf8", 2) };
    },
  };
}
