// The examples of the README run, in front of the stand-in for OpenAI; in README.zh-CN.md they are
// the same.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/bundle.js";
import { startForTest } from "../support/openai.js";
import { cleanEnvironment } from "../support/process.js";
import { codeIn } from "./markdown.js";

const README = readFileSync(join(ROOT, "README.md"), "utf8");
const ANSWER = /Hello! Sluice passed .* in my place\./;

/**
 * @param {string[]} command
 * @param {string} example its input
 * @param {string} url of the gateway
 * @returns {Promise<string>} what it prints
 */
async function run([program = "", ...args], example, url) {
  // HOME: without the user's .curlrc.
  const env = cleanEnvironment({ OPENAI_API_KEY: "demo", HOME: "/nonexistent", no_proxy: "*" });
  const child = spawn(program, args, { cwd: ROOT, env, timeout: 20_000 });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  child.stdin.end(example.replaceAll("https://gateway.example.com", url));
  const [status] = await once(child, "close");
  assert.equal(status, 0, `${example}\n${errors}`);
  return output;
}

test("the examples in curl", async (t) => {
  const { url } = await startForTest(t);
  const examples = codeIn(README, "sh").filter((code) => code.startsWith("curl "));
  const [withoutKey = "", models = "", stream = "", ...others] = examples;
  assert.deepEqual(others, []);

  const refusal = await run(["bash"], withoutKey, url);
  assert.match(refusal, /^HTTP\/1\.1 401 .*You didn't provide an API key/s);
  assert.doesNotMatch(refusal, /^x-sluice-error:/im);
  assert.match(await run(["bash"], models, url), /"id": "gpt-5-mini"/);
  assert.match(await run(["bash"], stream, url), /data: \[DONE\]\n\n/);
});

test("the examples in JavaScript, but for packages that are not installed", async (t) => {
  const { url } = await startForTest(t);
  const env = { OPENAI_API_KEY: "sk-server", ACCESS: "open" };
  const { url: open } = await startForTest(t, { env });
  const [sdk = "", aiSdk = "", langChain = "", page = "", oneLine = "", ...others] = codeIn(
    README,
    "js",
  );
  assert.deepEqual(others, []);
  assert.match(aiSdk, /from "@ai-sdk\/openai"/);
  assert.match(langChain, /from "@langchain\/openai"/);

  const node = [process.execPath, "--input-type=module"];
  assert.match(await run(node, sdk, url), ANSWER);
  const element = 'const key = "demo"; const answer = { textContent: "" };';
  const shown = await run(node, `${element}\n${page}\nconsole.log(answer.textContent);`, url);
  assert.match(shown, ANSWER);
  assert.match(await run(node, `${oneLine}\nconsole.log(await answer.text());`, open), ANSWER);
});
