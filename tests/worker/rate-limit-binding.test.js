// The platform's rate limiting binding, which workerd alone does not have: here as wrangler runs it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createTestHarness } from "wrangler";
import { bearer } from "../support/access.js";
import { bundledWorker } from "../support/bundle.js";
import { startUpstream } from "../support/upstream.js";

const POST = { method: "POST", path: "/v1/chat/completions", body: '{"model":"gpt-4o"}' };

// It would fetch a sample of request.cf, for no use here.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

test("the platform's binding is asked as well, by key or by address", async (t) => {
  const upstream = await startUpstream();
  t.after(() => upstream.close());
  const harness = createTestHarness({
    workers: [
      {
        config: {
          name: "sluice",
          main: join(bundledWorker(), "worker.js"),
          compatibility_date: "2026-11-17",
          send_metrics: false,
          vars: {
            UPSTREAM_URL: upstream.url,
            OPENAI_API_KEY: "sk-server",
            ACCESS_KEYS: "anna=ak-anna,ben=ak-ben",
            CONFIG: { access: { allow_own_keys: true } },
          },
          ratelimits: [
            { name: "RATE_LIMIT", namespace_id: "1001", simple: { limit: 3, period: 60 } },
          ],
        },
      },
    ],
  });
  t.after(() => harness.close());
  const { url } = await harness.listen();
  /** @param {Record<string, string>} headers */
  const post = (headers) =>
    fetch(new URL(POST.path, url), { method: "POST", headers, body: POST.body });

  for (const headers of [bearer("ak-anna"), bearer("ak-ben"), bearer("sk-own")]) {
    // A period may end while these are made: its clock starts at no time of ours.
    let admitted = 0;
    let reached = upstream.requests.length;
    let refused = await post(headers);
    for (; refused.status === 200 && admitted < 9; refused = await post(headers)) {
      await refused.text();
      reached = upstream.requests.length;
      ++admitted;
    }
    assert.ok(admitted >= 3 && admitted <= 6, `${admitted} calls`);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get("x-sluice-error"), "rate_limited");
    assert.match(refused.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
    assert.equal((await refused.json()).error.code, "rate_limited");
    assert.equal(upstream.requests.length, reached);
  }
});
