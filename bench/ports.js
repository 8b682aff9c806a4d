// TCP ports, for servers that cannot choose a free one by themselves.
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** @returns {Promise<number>} a port that was free just now */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {number} port @returns {Promise<boolean>} */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/**
 * Waits until a server is up.
 *
 * @param {string} name
 * @param {number} port
 * @param {import("./children.js").Child} child
 */
export async function listening(name, port, child) {
  while (!(await accepts(port))) {
    if (child.hasEnded()) throw new Error(`${name} does not start:\n${child.output()}`);
    await delay(5);
  }
}
