// The table of behaviours in the READMEs, for those that run here: Sluice, and the bench's host swap
// and nginx.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startNginxGateway } from "../../bench/nginx.js";
import { ROOT } from "../support/bundle.js";
import { open, request } from "../support/client.js";
import { startGateway } from "../support/gateway.js";
import { startUpstream } from "../support/upstream.js";
import { soon } from "../support/wait.js";

const ORIGIN = "https://app.example";
const BODY = '{"model":"gpt-5-mini","messages":[],"seed":12345678901234567890,"top_p":1.0}';
const POST = { method: "POST", path: "/v1/chat/completions", body: BODY };
const PERSONAL = {
  cookie: "a=b",
  origin: ORIGIN,
  referer: `${ORIGIN}/`,
  "x-real-ip": "192.0.2.1",
};
const EVENT = "data: {}\n\n";

const upstream = await startUpstream();
const env = { UPSTREAM_URL: upstream.url };
const swap = join(ROOT, "bench/variants/swap");
const gateways = {
  sluice: await startGateway(env),
  swap: await startGateway(env, { bundle: swap }),
  nginx: await startNginxGateway({ port: Number(upstream.host.split(":")[1]) }),
};
after(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close();
});

/** @typedef {{ port: number }} Gateway */

/** @param {Gateway} gateway */
async function forwarded(gateway) {
  const headers = { ...PERSONAL, "openai-project": "proj_1" };
  const path = "/v1/v1/chat/completions";
  await request(gateway, { ...POST, path, headers });
  const { head, target, body } = upstream.last();
  return {
    personal: Object.keys(PERSONAL).filter((name) => head.value(name) !== undefined),
    project: head.value("openai-project"),
    target,
    isSameBody: `${await body}` === BODY,
  };
}

/** @param {Gateway} gateway */
async function preflight(gateway) {
  const before = upstream.requests.length;
  const headers = {
    origin: ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization",
  };
  const { value } = await request(gateway, {
    ...POST,
    method: "OPTIONS",
    body: undefined,
    headers,
  });
  const allowed = value("access-control-allow-headers");
  return { allowed, isAsked: upstream.requests.length > before };
}

/** @param {Gateway} gateway */
async function errorsCors(gateway) {
  upstream.onNext((exchange) => exchange.reply(401, {}, "{}"));
  const response = await request(gateway, { ...POST, headers: { origin: ORIGIN } });
  return response.value("access-control-allow-origin");
}

/** @param {Gateway} gateway */
async function keepsGzip(gateway) {
  const zipped = gzipSync("{}");
  upstream.onNext((exchange) => exchange.reply(200, { "content-encoding": "gzip" }, zipped));
  const { body } = await request(gateway, { ...POST, headers: { "accept-encoding": "gzip" } });
  return body.equals(zipped);
}

/** A stream whose first event has arrived before there is a second. @param {Gateway} gateway */
async function startStream(gateway) {
  const held = upstream.hold();
  const client = open(gateway, POST);
  const exchange = await held;
  await exchange.body;
  exchange.begin(200, { "content-type": "text/event-stream" });
  exchange.chunk(EVENT);
  await client.head();
  assert.equal(`${await client.exactly(EVENT.length)}`, EVENT);
  return { client, exchange };
}

/** @param {Gateway} gateway @returns {Promise<boolean>} whether the upstream's cut can be seen */
async function showsCut(gateway) {
  const { client, exchange } = await startStream(gateway);
  exchange.socket.destroy();
  return client.rest().then(
    () => false,
    () => true,
  );
}

/** @param {Gateway} gateway @returns {Promise<boolean>} once the upstream knows that a caller left */
async function passesAbort(gateway) {
  const { client, exchange } = await startStream(gateway);
  client.close();
  const events = setInterval(() => exchange.chunk(EVENT), 20);
  await soon(exchange.closed, "the upstream's connection to close");
  clearInterval(events);
  return true;
}

const AT_ONCE = { keepsGzip: true, showsCut: true, passesAbort: true };
const UNTOUCHED = {
  personal: Object.keys(PERSONAL),
  project: "proj_1",
  target: "/v1/v1/chat/completions",
  isSameBody: true,
};
/** As the READMEs have it, a column each. */
const TABLE = {
  sluice: {
    ...AT_ONCE,
    forwarded: { ...UNTOUCHED, personal: [], target: POST.path },
    preflight: { allowed: "authorization", isAsked: false },
    errorsCors: "*",
  },
  swap: {
    ...AT_ONCE,
    forwarded: UNTOUCHED,
    preflight: { allowed: undefined, isAsked: true },
    errorsCors: "*",
  },
  nginx: {
    ...AT_ONCE,
    forwarded: UNTOUCHED,
    preflight: { allowed: undefined, isAsked: true },
    errorsCors: undefined,
  },
};

for (const name of /** @type {const} */ (["sluice", "swap", "nginx"])) {
  test(`${name} does in front of an upstream what the READMEs say of it`, async () => {
    const gateway = gateways[name];
    assert.deepEqual(
      {
        forwarded: await forwarded(gateway),
        preflight: await preflight(gateway),
        errorsCors: await errorsCors(gateway),
        keepsGzip: await keepsGzip(gateway),
        showsCut: await showsCut(gateway),
        passesAbort: await passesAbort(gateway),
      },
      TABLE[name],
    );
  });
}

test("an upstream that is down is what the READMEs say", async () => {
  await upstream.close();
  const { sluice, swap, nginx } = gateways;
  const answer = (/** @type {Gateway} */ gateway) =>
    request(gateway, { ...POST, headers: { origin: ORIGIN } });

  const ours = await answer(sluice);
  assert.equal(ours.status, 502);
  assert.equal(ours.value("access-control-allow-origin"), "*");
  assert.equal(ours.json().error.code, "upstream_unreachable");

  await assert.rejects(answer(swap), /closed without a response/);

  const theirs = await answer(nginx);
  assert.equal(theirs.status, 502);
  assert.equal(theirs.value("access-control-allow-origin"), undefined);
  assert.match(theirs.text, /<html>/);
});
