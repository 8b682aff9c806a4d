// Waiting for conditions: with a deadline that only a failing test meets.
import { setTimeout as delay } from "node:timers/promises";

const DEADLINE = 15_000;

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what is waited for, for the failure's message
 * @returns {Promise<T>}
 */
export async function soon(promise, what) {
  const timer = new AbortController();
  const late = delay(DEADLINE, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`waited ${DEADLINE} ms in vain for ${what}`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

/**
 * For what sends no event, such as another process's log.
 *
 * @param {() => boolean} condition
 * @param {string} what is waited for
 */
export async function eventually(condition, what) {
  const end = performance.now() + DEADLINE;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${DEADLINE} ms in vain for ${what}`);
    await delay(2);
  }
}
