// Streams as the official `openai` package sees them: word by word, and over at once for the
// upstream, which bills by the word, when the reader leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { ANSWER, CHAT, createGate, startWithOpenAi, within } from "../support/openai.js";

/** @type {import("openai").OpenAI.ChatCompletionCreateParamsStreaming} */
const STREAMED_CHAT = { ...CHAT, stream: true };
const STREAMED_RESPONSE = /** @type {const} */ ({
  model: "gpt-5-mini",
  input: "Hello!",
  stream: true,
});

/**
 * @param {import("node:test").TestContext} t
 * @param {number | (() => Promise<unknown>)} pause of the upstream between two words
 */
async function start(t, pause) {
  const { close, url, openAi } = await startWithOpenAi({ pause });
  t.after(close);
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "sk-mine", maxRetries: 0 });
  return { client, openAi };
}

test("each word of a chat arrives before the next one is sent", async (t) => {
  const gate = createGate();
  const { client } = await start(t, gate.pass);
  let words = 0;
  const read = async () => {
    for await (const { choices } of await client.chat.completions.create(STREAMED_CHAT)) {
      if (!choices[0]?.delta.content) continue;
      words += 1;
      gate.release();
    }
  };
  await within(10_000, read());
  assert.ok(words > 30);
});

test("each word of a response arrives before the next one is sent", async (t) => {
  const gate = createGate();
  const { client } = await start(t, gate.pass);
  let words = 0;
  const read = async () => {
    for await (const { type } of await client.responses.create(STREAMED_RESPONSE)) {
      if (type !== "response.output_text.delta") continue;
      words += 1;
      gate.release();
    }
  };
  await within(10_000, read());
  assert.ok(words > 30);
});

test("a reader that breaks off ends the upstream's request within a second", async (t) => {
  const { client, openAi } = await start(t, 100);
  for await (const { choices } of await client.chat.completions.create(STREAMED_CHAT)) {
    if (choices[0]?.delta.content) break;
  }
  assert.equal(await within(1000, openAi.requests[0]?.end), "cut");
});

test("an aborted signal ends the upstream's request within a second", async (t) => {
  const { client, openAi } = await start(t, 100);
  const leaving = new AbortController();
  const { signal } = leaving;
  for await (const { type } of await client.responses.create(STREAMED_RESPONSE, { signal })) {
    if (type === "response.output_text.delta") leaving.abort();
  }
  assert.equal(await within(1000, openAi.requests[0]?.end), "cut");
});

test("many streams at a time are each whole", async (t) => {
  const { client } = await start(t, 1);
  const read = async () => {
    const chunks = await Array.fromAsync(await client.chat.completions.create(STREAMED_CHAT));
    return chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
  };
  const answers = await Promise.all(Array.from({ length: 40 }, read));
  assert.equal(new Set(answers).size, 1);
  assert.match(answers[0] ?? "", ANSWER);
});
