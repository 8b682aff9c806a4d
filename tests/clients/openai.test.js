// The official `openai` package through the gateway: what it asks is answered as by OpenAI itself.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { ANSWER, CHAT, startWithOpenAi } from "../support/openai.js";

/** @type {import("../support/openai.js").GatewayWithOpenAi} */
let pair;
/** @type {OpenAI} */
let client;

before(async () => {
  pair = await startWithOpenAi();
  client = new OpenAI({ baseURL: `${pair.url}/v1`, apiKey: "sk-mine", maxRetries: 0 });
});
after(() => pair.close());

/** What the stand-in saw last. */
const seen = () => /** @type {NonNullable<ReturnType<typeof last>>} */ (last());
const last = () => pair.openAi.requests.at(-1);

test("a chat completion comes back, with the caller's own key and headers", async () => {
  const { data, response, request_id } = await client.chat.completions.create(CHAT).withResponse();
  assert.match(data.choices[0]?.message.content ?? "", ANSWER);
  assert.equal(data.choices[0]?.finish_reason, "stop");
  assert.match(request_id ?? "", /^req_/);
  assert.equal(response.headers.get("x-ratelimit-remaining-requests"), "9999");

  const { method, url, headers, body } = seen();
  assert.equal(`${method} ${url}`, "POST /v1/chat/completions");
  assert.equal(headers.authorization, "Bearer sk-mine");
  assert.equal(headers["x-stainless-lang"], "js");
  assert.match(headers["user-agent"] ?? "", /^OpenAI\/JS /);
  assert.equal(headers["content-length"], `${body.length}`);
  assert.deepEqual(JSON.parse(body.toString()), CHAT);
});

test("a streamed chat comes back whole, with its role, its end and its usage", async () => {
  const stream = await client.chat.completions.create({
    ...CHAT,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = await Array.fromAsync(stream);
  const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
  assert.equal(deltas[0]?.role, "assistant");
  assert.match(deltas.map(({ content }) => content ?? "").join(""), ANSWER);
  assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, "stop");
  assert.equal(chunks.at(-1)?.usage?.completion_tokens, deltas.length - 2);
});

test("a response comes back", async () => {
  const response = await client.responses.create({ model: "gpt-5-mini", input: "Hello!" });
  assert.match(response.output_text, ANSWER);
  assert.equal(response.status, "completed");
  assert.equal(seen().url, "/v1/responses");
});

test("a streamed response comes back with every event, in order", async () => {
  const stream = client.responses.stream({ model: "gpt-5-mini", input: "Hello!" });
  const events = await Array.fromAsync(stream);
  assert.deepEqual(
    events.map(({ sequence_number }) => sequence_number),
    events.map((_, i) => i),
  );
  assert.deepEqual(
    [...new Set(events.map(({ type }) => type))],
    [
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ],
  );
  assert.match((await stream.finalResponse()).output_text, ANSWER);
});

test("embeddings are the same numbers whether they travel as base64 or as JSON", async () => {
  const input = ["sluice", "gate"];
  const model = "text-embedding-3-small";
  const packed = await client.embeddings.create({ model, input });
  assert.equal(JSON.parse(seen().body.toString()).encoding_format, "base64");
  const plain = await client.embeddings.create({ model, input, encoding_format: "float" });
  assert.equal(packed.data[1]?.embedding.length, 1536);
  assert.deepEqual(
    packed.data.map(({ embedding }) => Array.from(embedding)),
    plain.data.map(({ embedding }) => embedding),
  );
});

test("an uploaded file arrives byte for byte, under its name", async () => {
  const bytes = randomBytes(5_000_000);
  const file = new File([bytes], "données.jsonl");
  const stored = await client.files.create({ file, purpose: "assistants" });
  assert.equal(stored.bytes, bytes.length);
  assert.equal(stored.filename, "données.jsonl");
  assert.equal(stored.purpose, "assistants");
  const { sha256 } = /** @type {{ sha256?: string }} */ (stored);
  assert.equal(sha256, createHash("sha256").update(bytes).digest("hex"));
});

test("the models are listed, and one is found", async () => {
  const models = await Array.fromAsync(client.models.list());
  assert.ok(models.length > 1);
  const model = await client.models.retrieve("gpt-5-mini");
  assert.equal(model.object, "model");
  assert.ok(models.some(({ id }) => id === model.id));
});

test("speech comes back byte for byte, with its type", async () => {
  const request = /** @type {const} */ ({
    model: "tts-1",
    voice: "alloy",
    input: "Hello!",
    response_format: "wav",
  });
  const speech = await client.audio.speech.create(request);
  const direct = new OpenAI({ baseURL: `${pair.openAi.url}/v1`, apiKey: "sk-mine" });
  const expected = await direct.audio.speech.create(request);
  assert.equal(speech.headers.get("content-type"), "audio/wav");
  const bytes = Buffer.from(await speech.arrayBuffer());
  assert.ok(bytes.length > 20_000 && bytes.equals(Buffer.from(await expected.arrayBuffer())));
});

test("base URLs that are slightly wrong work all the same", async () => {
  for (const path of ["/v1", "", "/", "/v1/", "/v1/v1", "//v1"]) {
    const slipped = new OpenAI({ baseURL: `${pair.url}${path}`, apiKey: "sk-mine", maxRetries: 0 });
    const answer = await slipped.chat.completions.create(CHAT);
    assert.match(answer.choices[0]?.message.content ?? "", ANSWER, path);
    assert.equal(seen().url, "/v1/chat/completions", path);
    assert.ok((await slipped.models.list()).data.length > 1, path);
    assert.equal(seen().url, "/v1/models", path);
  }
});
