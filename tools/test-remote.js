// Tests a gateway that already runs, wherever it does: `SLUICE_URL=… npm run test:remote`. What
// follows (`-- --test-name-pattern=…`) goes to node --test.
import { globSync } from "node:fs";
import { ROOT, run } from "./command.js";

const USAGE = `Tests a gateway that already runs, in any of the ways of deploy/README.md.

  SLUICE_URL=https://gateway.example.com npm run test:remote

SLUICE_URL       the gateway, without a path
SLUICE_KEY       a key that may call: lists the models, and streams one short completion with it
SLUICE_MODEL     the model for that; default gpt-4o-mini
SLUICE_ORIGIN    where ALLOWED_ORIGINS is a list, one of those
SLUICE_UPSTREAM  http://127.0.0.1:PORT, where the gateway's UPSTREAM_URL leads: the tests listen
                 there, and see what goes upstream. For a gateway that holds no keys and serves
                 nobody else meanwhile

Without SLUICE_KEY nothing is spent. A test that the gateway's settings rule out is skipped, and
says why.
`;

/**
 * @param {string} name of an environment variable
 * @param {RegExp} pattern
 */
function isWrong(name, pattern) {
  const value = process.env[name];
  if (value === undefined || (pattern.test(value) && URL.canParse(value))) return false;
  console.error(`${name} is ${JSON.stringify(value)}.\n`);
  return true;
}

/**
 * What is wrong with the gateway as a whole: the tests would each find it, one after the other.
 * @param {string} url
 */
async function illness(url) {
  try {
    const response = await fetch(new URL("/_sluice/health", url));
    const text = await response.text();
    return text.includes('"status":"ok"') ? undefined : `answers ${response.status}: ${text}`;
  } catch (error) {
    const { message, cause } = /** @type {Error} */ (error);
    return `cannot be asked: ${cause instanceof Error ? cause.message : message}`;
  }
}

async function runTests() {
  // One file at a time, as they listen on the same port; and what a failed test leaves open must
  // not hold up the rest.
  const options = ["--test-concurrency=1", "--test-force-exit", "--test-timeout=60000"];
  const tests = globSync("tests/remote/*.test.js", { cwd: ROOT }).sort();
  const args = ["--test-reporter=spec", ...options, ...process.argv.slice(2), ...tests];
  return (await run([process.execPath, "--test", ...args], { capture: false })).ok;
}

const isUnusable =
  isWrong("SLUICE_URL", /^https?:\/\/[^/?#@]+\/?$/) ||
  isWrong("SLUICE_ORIGIN", /^https?:\/\/[^/?#@]+$/) ||
  isWrong("SLUICE_UPSTREAM", /^http:\/\/[^/?#@]+:\d+\/?$/);

const url = process.env.SLUICE_URL;

if (isUnusable || !url) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  const ill = await illness(url);
  if (ill) console.error(`${url}/_sluice/health ${ill}`);
  process.exitCode = !ill && (await runTests()) ? 0 : 1;
}
