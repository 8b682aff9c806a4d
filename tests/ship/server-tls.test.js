// TLS towards the upstream is verified: a key must not go to whoever answers in its name.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { test } from "node:test";
import { selfSignedCertificate } from "../support/certificate.js";
import { request } from "../support/client.js";
import { buildServer, startServer, temporaryFolder } from "../support/server.js";

const folder = buildServer();
const { key, cert, certificate } = selfSignedCertificate(temporaryFolder());

let calls = 0;
const upstream = createServer({ key, cert }, (_, response) => {
  calls += 1;
  response.end("{}");
}).listen(0, "127.0.0.1");
await once(upstream, "listening");
test.after(() => upstream.close());
const { port } = /** @type {import("node:net").AddressInfo} */ (upstream.address());

const CALL = { path: "/v1/models", headers: { authorization: "Bearer sk-caller" } };

test("an upstream whose certificate nobody vouches for is refused", async (t) => {
  const server = await startServer(folder, { UPSTREAM_URL: `https://127.0.0.1:${port}` }, t);
  const { status, value } = await request(server, CALL);
  assert.equal(status, 502);
  assert.equal(value("x-sluice-error"), "upstream_unreachable");
  assert.equal(calls, 0, "the request did not reach it");
});

test("one whose authority SSL_CERT_FILE names is trusted, under its own name alone", async (t) => {
  const trusting = { SSL_CERT_FILE: certificate };
  const UPSTREAM_URL = `https://127.0.0.1:${port}`;
  const server = await startServer(folder, { UPSTREAM_URL, ...trusting }, t);
  assert.equal((await request(server, CALL)).status, 200, server.output());
  assert.equal(calls, 1);

  const other = { UPSTREAM_URL: `https://127.0.0.2:${port}`, ...trusting };
  upstream.close();
  upstream.closeAllConnections();
  const everywhere = createServer({ key, cert }, (_, response) => response.end("{}"));
  everywhere.listen(port, "0.0.0.0");
  await once(everywhere, "listening");
  t.after(() => everywhere.close());
  const misnamed = await startServer(folder, other, t);
  assert.equal((await request(misnamed, CALL)).status, 502);
});
