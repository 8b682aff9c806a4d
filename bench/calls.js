// What callers send: the heads that a Worker on Cloudflare sees of an SDK's call and of a browser's,
// each with 24 headers (Host and Content-Length among them) and, if not told otherwise, a body of 1 KB.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * @typedef {object} Call
 * @property {"GET" | "POST"} method
 * @property {string} path
 * @property {Record<string, string>} headers
 * @property {string} body
 */
/** @typedef {Call & { bodyFile: string }} StoredCall with the body in a file, for wrk */

export const ORIGIN = "https://app.example.com";
export const CALLERS_KEY = "sk-proj-callers-own-key-0123456789abcdefghijklmnopqrstuvwxyz";

const FROM_CLOUDFLARE = {
  "accept-encoding": "gzip, br",
  "cdn-loop": "cloudflare; loops=1",
  "cf-connecting-ip": "203.0.113.7",
  "cf-ipcountry": "DE",
  "cf-ray": "8f1a2b3c4d5e6f70-FRA",
  "cf-visitor": '{"scheme":"https"}',
  "x-forwarded-proto": "https",
  "x-real-ip": "203.0.113.7",
};

const SDK = {
  ...FROM_CLOUDFLARE,
  accept: "application/json",
  "accept-language": "*",
  "content-type": "application/json",
  "sec-fetch-mode": "cors",
  "user-agent": "OpenAI/JS 7.55.0",
  "x-stainless-arch": "x64",
  "x-stainless-lang": "js",
  "x-stainless-os": "Linux",
  "x-stainless-package-version": "7.55.0",
  "x-stainless-retry-count": "0",
  "x-stainless-runtime": "node",
  "x-stainless-runtime-version": "v24.21.0",
  "x-stainless-timeout": "600",
};

const BROWSER = {
  ...FROM_CLOUDFLARE,
  accept: "*/*",
  "accept-language": "en-GB,en;q=0.9,de;q=0.8",
  "content-type": "application/json",
  origin: ORIGIN,
  priority: "u=1, i",
  referer: `${ORIGIN}/`,
  "sec-ch-ua": '"Chromium";v="142", "Not_A Brand";v="99"',
  "sec-ch-ua-mobile": "?0",
  "sec-ch-ua-platform": '"Linux"',
  "sec-fetch-dest": "empty",
  "sec-fetch-mode": "cors",
  "sec-fetch-site": "cross-site",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
};

/**
 * A chat completion's request of so many bytes.
 *
 * @param {number} size
 * @param {Record<string, unknown>} [members] besides the messages
 */
export function chatBody(size, members = { model: "gpt-4o-mini", temperature: 0.7 }) {
  /** @param {string} content */
  const write = (content) => JSON.stringify({ ...members, messages: [{ role: "user", content }] });
  return write("x".repeat(Math.max(1, size - write("").length)));
}

/**
 * @param {"sdk" | "browser"} caller
 * @param {{ key?: string, body?: string, headers?: Record<string, string> }} [options] key: none
 *   if it is empty; headers: further ones
 * @returns {Call}
 */
export function chatCall(caller, { key = CALLERS_KEY, body = chatBody(1024), headers } = {}) {
  return {
    method: "POST",
    path: "/v1/chat/completions",
    headers: {
      ...(caller === "sdk" ? SDK : BROWSER),
      ...(key !== "" && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body,
  };
}

/** What a front end sends to the one-line endpoint: no key, no model. @returns {Call} */
export function oneLineCall() {
  return { ...chatCall("browser", { key: "", body: chatBody(1024, {}) }), path: "/" };
}

/** Puts bodies where wrk finds them. */
export function createStore() {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  let count = 0;
  return {
    folder,
    /** @param {Call} call @returns {StoredCall} */
    keep(call) {
      const bodyFile = join(folder, `body-${count++}`);
      writeFileSync(bodyFile, call.body);
      return { ...call, bodyFile };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
