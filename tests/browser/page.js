// What the tests run inside the page: each function goes to the browser as its source, and so uses
// nothing from outside itself.

/** @typedef {typeof globalThis & { OpenAI: typeof import("openai").OpenAI, sawWord(): Promise<void> }} Page */

/**
 * One GET, with the headers that the official client sends.
 * @param {{ url: string, key?: string, plain?: boolean }} options plain: without such headers
 */
export async function call({ url, key = "sk-mine", plain = false }) {
  const headers = {
    authorization: `Bearer ${key}`,
    "x-stainless-lang": "js",
    "x-stainless-os": "Unknown",
    "x-stainless-retry-count": "0",
    "x-stainless-runtime": "browser:chrome",
  };
  const response = await fetch(url, plain ? {} : { headers });
  const body = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

/**
 * Posts, reads the streamed chat, and tells of each word as it comes.
 * @param {{ url: string, body: string }} options
 */
export async function readStream({ url, body }) {
  const page = /** @type {Page} */ (globalThis);
  const headers = { authorization: "Bearer sk-mine", "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body });
  const words = [];
  let rest = "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) return words;
    const events = (rest + value).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      if (event === "data: [DONE]") continue;
      const word = JSON.parse(event.slice("data: ".length)).choices[0].delta.content;
      if (!word) continue;
      words.push(word);
      await page.sawWord();
    }
  }
}

/**
 * @param {{ baseURL: string, chat: import("openai").OpenAI.ChatCompletionCreateParamsNonStreaming }} options
 */
export async function streamWithOpenAi({ baseURL, chat }) {
  const { OpenAI } = /** @type {Page} */ (globalThis);
  const client = new OpenAI({
    baseURL,
    apiKey: "sk-mine",
    maxRetries: 0,
    dangerouslyAllowBrowser: true,
  });
  const words = [];
  for await (const { choices } of await client.chat.completions.create({ ...chat, stream: true })) {
    words.push(choices[0]?.delta.content ?? "");
  }
  return words;
}

/**
 * Opens a WebSocket, says one thing, and listens until it is closed.
 * @param {{ url: string, protocols: string[], message: string }} options
 * @returns {Promise<{ protocol: string, messages: string[], code: number, reason: string }>}
 */
export function converse({ url, protocols, message }) {
  const socket = new WebSocket(url, protocols);
  /** @type {string[]} */
  const messages = [];
  socket.onopen = () => socket.send(message);
  socket.onmessage = ({ data }) => messages.push(data);
  return new Promise((resolve) => {
    socket.onclose = ({ code, reason }) =>
      resolve({ protocol: socket.protocol, messages, code, reason });
  });
}
