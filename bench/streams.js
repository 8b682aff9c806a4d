// Streams: starts the source of events, and reads its streams through a gateway, noting when each
// event comes.
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { requestBytes } from "../tests/support/client.js";
import { chatBody, chatCall } from "./calls.js";
import { now } from "./clock.js";

/** @typedef {Awaited<ReturnType<typeof startSource>>} Source */

export async function startSource() {
  const child = fork(join(import.meta.dirname, "source.js"));
  const [port] = await once(child, "message");
  return {
    port: Number(port),
    pid: /** @type {number} */ (child.pid),
    url: `http://127.0.0.1:${port}`,
    /** Waits until every stream has ended. */
    async idle() {
      const answer = once(child, "message");
      child.send("idle?");
      await answer;
    },
    async close() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/**
 * @param {number} events
 * @param {number} gap ms
 * @param {string} [key]
 */
export function streamCall(events, gap, key) {
  const members = { model: "gpt-4o-mini", stream: true, user: `${events}x${gap}` };
  return chatCall("sdk", { key, body: chatBody(1024, members) });
}

/**
 * When an event was written, and when it came; of the first one, also when the request was sent and
 * when it arrived. By the same clock, in ms.
 * @typedef {{ written: number, received: number, sent: number, arrived: number }} Event
 */

/**
 * Opens a stream.
 *
 * @param {import("./variants.js").Variant} gateway
 * @param {import("./calls.js").Call} call
 * @param {(event: Event) => void} onEvent
 */
export async function openStream(gateway, call, onEvent) {
  const socket = connect({ port: gateway.port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const headers = { ...call.headers, ...gateway.headers };
  const bytes = requestBytes(gateway, { ...call, headers });
  let text = "";
  let isOver = false;
  const close = () => {
    isOver = true;
    socket.destroy();
  };
  const sent = now();
  socket.write(bytes);
  socket.setEncoding("latin1").on("data", (data) => {
    const received = now();
    text += data;
    let end = 0;
    for (const found of text.matchAll(/"@([\d.]+)\/([\d.]+)"|\[DONE\]/g)) {
      end = found.index + found[0].length;
      if (found[1] === undefined) close();
      else onEvent({ written: Number(found[1]), received, sent, arrived: Number(found[2]) });
    }
    text = text.slice(end);
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve, reject) => {
    socket.once("error", reject).once("close", () => {
      if (isOver) resolve();
      else reject(new Error(`${gateway.name} cut a stream short: ${text.slice(-500)}`));
    });
  });
  return { ended, close };
}

/**
 * Reads a whole stream.
 *
 * @param {import("./variants.js").Variant} gateway
 * @param {import("./calls.js").Call} call
 * @returns {Promise<Event[]>}
 */
export async function readStream(gateway, call) {
  /** @type {Event[]} */
  const events = [];
  const stream = await openStream(gateway, call, (event) => events.push(event));
  await stream.ended;
  return events;
}
