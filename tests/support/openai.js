// What the tests of clients share: a gateway in front of the demo's stand-in for OpenAI, a gate that
// holds a streamed answer back word by word, and a clock for what must happen soon.
import assert from "node:assert/strict";
import { APIError } from "openai";
import { startOpenAi } from "../../demo/openai.js";
import { startGateway } from "./gateway.js";

/** @typedef {Awaited<ReturnType<typeof startWithOpenAi>>} GatewayWithOpenAi */

/** @type {import("openai").OpenAI.ChatCompletionCreateParamsNonStreaming} */
export const CHAT = { model: "gpt-5-mini", messages: [{ role: "user", content: "Hello!" }] };

/** What the stand-in says to it. */
export const ANSWER = /^Hello! Sluice passed .* in my place\.$/;

/**
 * A gateway and its upstream.
 *
 * @param {object} [options]
 * @param {Record<string, unknown>} [options.env] of the gateway, but for UPSTREAM_URL
 * @param {number | (() => Promise<unknown>)} [options.pause] between two words of a streamed answer
 */
export async function startWithOpenAi({ env = {}, pause = 5 } = {}) {
  const openAi = await startOpenAi({ pause });
  const gateway = await startGateway({ UPSTREAM_URL: openAi.url, ...env });
  return {
    openAi,
    gateway,
    url: gateway.url,
    async close() {
      await gateway.close();
      await openAi.close();
    },
  };
}

/** Each `pass()` waits for a `release()` of its own. */
export function createGate() {
  let released = 0;
  /** @type {(() => void)[]} */
  const waiting = [];
  return {
    /** @returns {Promise<void>} */
    pass() {
      if (released > 0) {
        released -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    release() {
      const next = waiting.shift();
      if (next) next();
      else released += 1;
    },
  };
}

/**
 * @template T
 * @param {number} milliseconds
 * @param {Promise<T> | undefined} promise
 * @returns {Promise<T>}
 */
export async function within(milliseconds, promise) {
  assert.ok(promise, "nothing to wait for");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    const error = new assert.AssertionError({ message: `not within ${milliseconds} ms` });
    timer = setTimeout(() => reject(error), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * The same for one test.
 * @param {import("node:test").TestContext} t
 * @param {Parameters<typeof startWithOpenAi>[0]} [options]
 */
export async function startForTest(t, options) {
  const pair = await startWithOpenAi(options);
  t.after(pair.close);
  return pair;
}

/**
 * The error that a call of the official package ends with.
 * @param {PromiseLike<unknown>} call
 * @returns {Promise<APIError>}
 */
export async function failure(call) {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof APIError, `${error}`);
    return error;
  }
  return assert.fail("the call did not fail");
}
