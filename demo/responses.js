// The shapes of /v1/responses: one object, or a stream of typed, numbered events.
import { randomBytes } from "node:crypto";
import { answerWords, usage } from "./chat.js";

/** @typedef {import("./chat.js").Arrival} Arrival */

/** @param {string} prefix */
const newId = (prefix) => `${prefix}_${randomBytes(24).toString("hex")}`;

/** @param {{ model: string }} body */
function begun({ model }) {
  return {
    id: newId("resp"),
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model,
    output: /** @type {object[]} */ ([]),
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: "default",
    store: true,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
    usage: /** @type {object | null} */ (null),
    user: null,
    metadata: {},
  };
}

/** @param {string} text */
const textPart = (text) => ({ type: "output_text", annotations: [], logprobs: [], text });

/**
 * @param {string} id
 * @param {string} status
 * @param {object[]} content
 */
const messageItem = (id, status, content) => ({
  id,
  type: "message",
  status,
  content,
  role: "assistant",
});

/**
 * @param {ReturnType<typeof begun>} start
 * @param {object} item
 * @param {string[]} words
 */
function completed(start, item, words) {
  const { prompt_tokens, completion_tokens, total_tokens } = usage(words);
  return {
    ...start,
    status: "completed",
    completed_at: Math.floor(Date.now() / 1000),
    output: [item],
    usage: {
      input_tokens: prompt_tokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: completion_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens,
    },
  };
}

/**
 * @param {{ model: string }} body
 * @param {Arrival} arrival
 */
export function response(body, arrival) {
  const words = answerWords(arrival);
  const item = messageItem(newId("msg"), "completed", [textPart(words.join(""))]);
  return completed(begun(body), item, words);
}

/**
 * @param {{ model: string }} body
 * @param {Arrival} arrival
 * @returns {Generator<import("./chat.js").ServerSentEvent>}
 */
export function* responseEvents(body, arrival) {
  const words = answerWords(arrival);
  const start = begun(body);
  const id = newId("msg");
  const text = words.join("");
  const item = messageItem(id, "completed", [textPart(text)]);
  const place = { item_id: id, output_index: 0, content_index: 0 };
  let sequence_number = 0;
  /**
   * @param {string} type
   * @param {object} members
   */
  const event = (type, members) => ({
    text: `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence_number++, ...members })}\n\n`,
    isWord: type === "response.output_text.delta",
  });

  yield event("response.created", { response: start });
  yield event("response.in_progress", { response: start });
  const empty = messageItem(id, "in_progress", []);
  yield event("response.output_item.added", { output_index: 0, item: empty });
  yield event("response.content_part.added", { ...place, part: textPart("") });
  for (const delta of words) {
    yield event("response.output_text.delta", { ...place, delta, logprobs: [] });
  }
  yield event("response.output_text.done", { ...place, text, logprobs: [] });
  yield event("response.content_part.done", { ...place, part: textPart(text) });
  yield event("response.output_item.done", { output_index: 0, item });
  yield event("response.completed", { response: completed(start, item, words) });
}
