// Calls with a key that may call: what a user of the gateway does, at the cost of a few tokens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, request } from "../support/client.js";
import { gateway, key, model } from "../support/remote.js";

const options = key === undefined ? { skip: "SLUICE_KEY is not set" } : {};
const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };

test("the models are listed", options, async () => {
  const { status, text, json } = await request(gateway, { path: "/v1/models", headers });
  assert.equal(status, 200, text);
  assert.ok(json().data.length > 0, text);
});

test("a completion streams in, event by event, to its end", options, async () => {
  const body = JSON.stringify({
    model,
    stream: true,
    messages: [{ role: "user", content: "Count from one to twenty, in words." }],
  });
  const call = { method: "POST", path: "/v1/chat/completions", headers, body };
  const connection = open(gateway, call);
  const { status, value } = await connection.head();
  if (status !== 200) assert.fail(`${status} ${await connection.rest()}`);
  assert.match(value("content-type") ?? "", /^text\/event-stream/);
  let text = "";
  let pieces = 0;
  for (let piece = await connection.read(); piece !== null; piece = await connection.read()) {
    text += piece;
    pieces += 1;
  }
  connection.close();
  const events = text.split("\n\n").filter((event) => event.startsWith("data: "));
  assert.ok(events.length > 3, text);
  assert.equal(events.at(-1), "data: [DONE]");
  assert.ok(pieces > 1, `${events.length} events came in one piece: something holds them back`);
});
