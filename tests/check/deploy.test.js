// `npm run deploy` checks first, and hands over to wrangler only what passes.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTomlProject } from "./project.js";

const BROKEN = "[env.broken.vars.CONFIG]\ntmeout = 1\n";

test("what passes the check is deployed, with wrangler's arguments", async (t) => {
  const project = createTomlProject(t, BROKEN);
  const { code, out, err } = await project.deploy("--dry-run", "--outdir", "out");
  assert.equal(code, 0, out + err);
  assert.match(out, /Nothing looks wrong\.[\s\S]*--dry-run: exiting now/);
  assert.ok(existsSync(join(project.folder, "out/worker.js")));
});

test("what fails the check is not deployed, in the environment that is meant", async (t) => {
  for (const args of [["--env", "broken"], ["--env=broken"], ["-e", "broken"]]) {
    const project = createTomlProject(t, BROKEN);
    const { code, out, err } = await project.deploy("--dry-run", "--outdir", "out", ...args);
    assert.equal(code, 1, args.join(" "));
    assert.match(out, /CONFIG\.tmeout: unknown; did you mean timeout\?/);
    assert.match(err, /^Not deployed\.$/m);
    assert.ok(!existsSync(join(project.folder, "out")));
  }
});
