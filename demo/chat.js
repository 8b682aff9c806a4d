// What the stand-in says, and the shapes of /v1/chat/completions in which it says it: one object,
// or a stream of events.
import { randomBytes } from "node:crypto";

/**
 * @typedef {object} ServerSentEvent
 * @property {string} text as it is sent
 * @property {boolean} isWord whether it brings a word of the answer
 */

/** @typedef {{ method: string, url: string }} Arrival how the request reached the stand-in */

/**
 * The answer, in words; each but the first begins with a blank, as tokens do.
 * @param {Arrival} arrival
 * @returns {string[]}
 */
export function answerWords({ method, url }) {
  const answer =
    `Hello! Sluice passed your request on to me, a stand-in for OpenAI, as ${method} ${url}, and hands ` +
    "you each word the moment I say it. Run `npm start`, use your own key, and a real model answers " +
    "in my place.";
  return answer.split(/(?= )/);
}

/** @param {string[]} words */
export function usage(words) {
  const prompt = 9;
  return {
    prompt_tokens: prompt,
    completion_tokens: words.length,
    total_tokens: prompt + words.length,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/**
 * @param {{ model: string }} body
 * @param {string} object
 */
function head({ model }, object) {
  return {
    id: `chatcmpl-${randomBytes(15).toString("base64url")}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model,
    service_tier: "default",
    system_fingerprint: "fp_5105e11ce0",
  };
}

/**
 * @param {{ model: string }} body
 * @param {Arrival} arrival
 */
export function chatCompletion(body, arrival) {
  const words = answerWords(arrival);
  const content = words.join("");
  return {
    ...head(body, "chat.completion"),
    choices: [
      {
        index: 0,
        message: { role: "assistant", content, refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: usage(words),
  };
}

/**
 * @param {{ model: string, stream_options?: { include_usage?: boolean } }} body
 * @param {Arrival} arrival
 * @returns {Generator<ServerSentEvent>}
 */
export function* chatEvents(body, arrival) {
  const words = answerWords(arrival);
  const withUsage = body.stream_options?.include_usage === true;
  const common = {
    ...head(body, "chat.completion.chunk"),
    ...(withUsage ? { usage: null } : {}),
  };
  /** @param {object} part */
  const event = (part) => `data: ${JSON.stringify({ ...common, ...part })}\n\n`;
  /**
   * @param {object} delta
   * @param {string | null} [finish_reason]
   */
  const chunk = (delta, finish_reason = null) =>
    event({ choices: [{ index: 0, delta, logprobs: null, finish_reason }] });

  yield { text: chunk({ role: "assistant", content: "", refusal: null }), isWord: false };
  for (const content of words) yield { text: chunk({ content }), isWord: true };
  yield { text: chunk({}, "stop"), isWord: false };
  if (withUsage) yield { text: event({ choices: [], usage: usage(words) }), isWord: false };
  yield { text: "data: [DONE]\n\n", isWord: false };
}
