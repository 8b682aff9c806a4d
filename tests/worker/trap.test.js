// The gateway survives a trap in its core: here a core that traps on demand (faulty_core.cpp).
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/bundle.js";
import { open, request } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { eventually } from "../support/wait.js";

const { upstream, gateway } = await startPair({ core: join(ROOT, "build/wasm/core_faulty.wasm") });

const POST = { method: "POST", path: "/v1/chat/completions?key=query-secret", body: "{}" };
const TRAPPED = {
  ...POST,
  headers: { authorization: "Bearer sk-secret", accept: "sluice-test-trap" },
};

test("a trap costs one request, with a 500; the next one works", async () => {
  for (let i = 0; i < 3; ++i) {
    const before = upstream.requests.length;
    const trapped = await request(gateway, TRAPPED);
    assert.equal(trapped.status, 500);
    assert.equal(trapped.value("x-sluice-error"), "internal_error");
    assert.equal(trapped.value("content-type"), "application/json");
    assert.equal(trapped.value("access-control-allow-origin"), "*");
    const { error, message } = trapped.json();
    assert.equal(error.code, "internal_error");
    assert.equal(error.message, message);
    assert.ok(!/\n|unreachable|wasm|\.js/.test(trapped.text), "no stack trace");
    assert.equal(upstream.requests.length, before);

    assert.equal((await request(gateway, POST)).status, 200);
    assert.equal(upstream.last().target, POST.path);
  }
});

test("the owner finds the trap in the log, without a secret", async () => {
  await request(gateway, TRAPPED);
  await eventually(() => gateway.log().includes("sluice: internal_error"), "the trap in the log");
  assert.match(gateway.log(), /RuntimeError|unreachable/);
  assert.ok(!gateway.log().includes("secret"));
});

test("HEAD of a request that trapped has the error's headers alone", async () => {
  const { status, value, body } = await request(gateway, { ...TRAPPED, method: "HEAD" });
  assert.equal(status, 500);
  assert.equal(value("x-sluice-error"), "internal_error");
  assert.equal(body.length, 0);
});

test("requests that were under way when another trapped end as they would have", async () => {
  const held = upstream.hold();
  const streaming = open(gateway, { path: "/v1/models" });
  const exchange = await held;
  assert.equal((await request(gateway, TRAPPED)).status, 500);
  exchange.begin(200, { "access-control-allow-origin": "https://api.example" });
  exchange.chunk("one");
  const head = await streaming.head();
  assert.deepEqual(head.values("access-control-allow-origin"), ["*"]);
  assert.equal((await streaming.exactly(3)).toString(), "one");
  assert.equal((await request(gateway, TRAPPED)).status, 500);
  exchange.chunk("two");
  exchange.end();
  assert.equal((await streaming.rest()).toString(), "two");
  streaming.close();
});
