// Runs tests/remote against a gateway that a test has started, by the command that users have.
import assert from "node:assert/strict";
import { ROOT } from "./bundle.js";
import { cleanEnvironment, start } from "./process.js";

/**
 * Asserts that a gateway passes all the tests, but for those that it cannot pass, and those that
 * skip themselves.
 *
 * @param {object} gateway
 * @param {string} gateway.url
 * @param {string} [gateway.upstream] where it forwards to; the tests will listen there
 * @param {Record<string, string>} [gateway.env] further variables of the command
 * @param {string[]} [gateway.except] names of tests that it cannot pass
 * @param {RegExp} [gateway.skipping] why tests may skip themselves; by default for want of a key
 */
export async function assertConforms({
  url,
  upstream,
  env = {},
  except = [],
  skipping = /SLUICE_KEY/,
}) {
  const patterns = except.map((name) => `--test-skip-pattern=/^${RegExp.escape(name)}$/`);
  const command = start([process.execPath, "tools/test-remote.js", ...patterns], {
    cwd: ROOT,
    env: cleanEnvironment({
      SLUICE_URL: url,
      ...(upstream !== undefined && { SLUICE_UPSTREAM: upstream }),
      ...env,
    }),
  });
  const { code } = await command.exited;
  const output = command.output();
  assert.equal(code, 0, output);
  assert.match(output, /^ℹ pass [1-9]/m);
  for (const [test] of output.matchAll(/^﹣ .*/gm)) assert.match(test, skipping);
}
