// Waits for servers that do not say when they are up.
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

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
