// curl through the gateway, with the options that people paste from documentation.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createGate, startWithOpenAi, within } from "../support/openai.js";

const KEY = ["-H", "Authorization: Bearer sk-mine"];
const CHAT = [
  ...KEY,
  ...["-H", "Content-Type: application/json"],
  ...["-d", '{"model":"gpt-5-mini","stream":true,"messages":[{"role":"user","content":"Hi"}]}'],
];

const gate = createGate();
/** @type {import("../support/openai.js").GatewayWithOpenAi} */
let pair;

before(async () => {
  pair = await startWithOpenAi({ pause: gate.pass });
});
after(() => pair.close());

/**
 * @param {string[]} args
 * @param {(text: string) => void} [watch] is given each piece of output as it comes
 * @returns {Promise<string>} all of its output
 */
async function curl(args, watch = () => {}) {
  // -q: without the user's own settings.
  const child = spawn("curl", ["-q", "-sS", "--noproxy", "*", ...args]);
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    watch(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const [code] = await once(child, "close");
  assert.equal(code, 0, `curl ended with ${code}: ${errors}`);
  return output;
}

/** Lets the upstream go on for each word that is seen. */
function releaseWords(/** @type {string} */ text) {
  const words = text.match(/"content":"[^"]/g) ?? [];
  for (const _ of words) gate.release();
}

for (const version of ["--http1.1", "--http1.0"]) {
  test(`curl -N ${version} prints each event of a stream before the next one is sent`, async () => {
    const url = `${pair.url}/v1/chat/completions`;
    const output = await within(10_000, curl([version, "-N", url, ...CHAT], releaseWords));
    assert.ok(output.startsWith('data: {"id":"chatcmpl-'));
    assert.ok(output.endsWith("data: [DONE]\n\n"));
    assert.ok((output.match(/^data: /gm) ?? []).length > 30);
  });
}

test("curl that is interrupted closes the upstream's connection within a second", async (t) => {
  const talking = await startWithOpenAi({ pause: 100 });
  t.after(talking.close);
  const child = spawn("curl", ["-q", "-sN", `${talking.url}/v1/chat/completions`, ...CHAT]);
  await once(child.stdout, "data");
  child.kill("SIGINT");
  assert.equal(await within(1000, talking.openAi.requests[0]?.end), "cut");
});

test("curl -F uploads a file byte for byte", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-curl-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const bytes = randomBytes(3_000_000);
  const path = join(folder, "training data.jsonl");
  writeFileSync(path, bytes);
  const form = ["-F", "purpose=fine-tune", "-F", `file=@${path}`];
  const stored = JSON.parse(await curl([`${pair.url}/v1/files`, ...KEY, ...form]));
  assert.equal(stored.filename, "training data.jsonl");
  assert.equal(stored.bytes, bytes.length);
  assert.equal(stored.sha256, createHash("sha256").update(bytes).digest("hex"));
});

test("curl -I shows the upstream's headers", async () => {
  const head = await curl(["-I", `${pair.url}/v1/models`, ...KEY]);
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(head, /^x-request-id: req_/im);
  assert.match(head, /^openai-version: 2020-10-01\r$/im);
  assert.ok(head.endsWith("\r\n\r\n"));
  assert.equal(pair.openAi.requests.at(-1)?.method, "HEAD");
});

test("curl without a key shows OpenAI's own error", async () => {
  const output = await curl(["-i", `${pair.url}/v1/models`]);
  assert.match(output, /^HTTP\/1\.1 401 Unauthorized\r\n/);
  assert.match(output, /You didn't provide an API key\./);
  assert.doesNotMatch(output, /^x-sluice-error:/im);
});

test("curl of the gateway's address says which base URL to use, and that one works", async () => {
  const { base_url } = JSON.parse(await curl([pair.url]));
  assert.equal(base_url, `${pair.url}/v1`);
  const { data } = JSON.parse(await curl([`${base_url}/models`, ...KEY]));
  assert.ok(data.length > 1);
});
