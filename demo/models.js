// The stand-in's other answers: its list of models, embeddings and speech.
import { createHash } from "node:crypto";

export const MODELS = ["gpt-5", "gpt-5-mini", "text-embedding-3-small", "tts-1"].map((id) => ({
  id,
  object: "model",
  created: 1_754_425_777,
  owned_by: "system",
}));

const DIMENSIONS = 1536;

/**
 * @param {{ model: string, input?: unknown, encoding_format?: string, dimensions?: number }} body
 */
export function embeddings({ model, input, encoding_format, dimensions = DIMENSIONS }) {
  // One text, one list of tokens, or a list of either.
  const isOne = !Array.isArray(input) || typeof input[0] === "number";
  const inputs = isOne ? [input] : input;
  const data = inputs.map((one, index) => {
    const vector = unitVector(JSON.stringify(one) ?? "", dimensions);
    const embedding =
      encoding_format === "base64"
        ? Buffer.from(vector.buffer).toString("base64")
        : Array.from(vector);
    return { object: "embedding", index, embedding };
  });
  const tokens = inputs.length * 8;
  return {
    object: "list",
    data,
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/**
 * A direction that depends on the text alone.
 * @param {string} text
 * @param {number} dimensions
 */
function unitVector(text, dimensions) {
  const vector = Float32Array.from({ length: dimensions }, (_, i) => {
    const hash = createHash("md5").update(`${i} ${text}`).digest();
    return hash.readInt32LE(0) / 2 ** 31;
  });
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/**
 * @param {{ response_format?: string }} body
 * @returns {{ contentType: string, bytes: Buffer }}
 */
export function speech({ response_format }) {
  if (response_format === "wav") return { contentType: "audio/wav", bytes: toneAsWav() };
  return { contentType: "audio/mpeg", bytes: silenceAsMp3() };
}

/** Half a second of A4, 16 bits, 24 kHz. */
function toneAsWav() {
  const rate = 24_000;
  const samples = Int16Array.from({ length: rate / 2 }, (_, i) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * 440 * i) / rate)),
  );
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16); // length of the format that follows
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22); // channels
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28); // bytes a second
  head.writeUInt16LE(2, 32); // bytes a sample
  head.writeUInt16LE(16, 34); // bits a sample
  head.write("data", 36);
  head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer)]);
}

/** Twenty empty frames (half a second) of MPEG-1 Layer III, 128 kbit/s, 44.1 kHz. */
function silenceAsMp3() {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xfffb9064);
  return Buffer.concat(Array.from({ length: 20 }, () => frame));
}
