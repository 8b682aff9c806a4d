// Which URL the upstream sees for the one that the caller asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.js";
import { startPair } from "../support/pair.js";

const { upstream, gateway } = await startPair();

/**
 * The target that reaches the upstream.
 * @param {string} path
 * @param {Record<string, string>} [headers]
 * @param {Awaited<ReturnType<typeof startPair>>} [pair]
 */
async function arrivesAs(path, headers = {}, pair = { upstream, gateway }) {
  const before = pair.upstream.requests.length;
  const { status } = await request(pair.gateway, { path, headers });
  assert.equal(status, 200);
  assert.equal(pair.upstream.requests.length, before + 1);
  return pair.upstream.last().target;
}

test("a path of the API arrives as it is, under the upstream's host", async () => {
  assert.equal(await arrivesAs("/v1/models"), "/v1/models");
  assert.equal(upstream.last().head.startLine, "GET /v1/models HTTP/1.1");
  assert.deepEqual(upstream.last().head.values("host"), [upstream.host]);
});

test("a query arrives byte-identical", async () => {
  for (const query of [
    "?x=1%20y+z&a=1&a=2&b",
    "??a=b?c",
    "?a=%2f%2F%zz&b=|{}^`",
    "?u=//e/../f",
    "?",
  ]) {
    assert.equal(await arrivesAs(`/v1/models${query}`), `/v1/models${query}`);
  }
});

test("percent-encoded bytes in a path stay as they are", async () => {
  for (const path of [
    "/v1/models/a%2Fb",
    "/v1/models/a%2fb",
    "/v1/files/%E4%BD%A0%20%25;x=1@:,!$&'()*+=~",
  ]) {
    assert.equal(await arrivesAs(path), path);
  }
});

test("slashes in front collapse, and cannot name another host", async () => {
  assert.equal(await arrivesAs("//v1/models"), "/v1/models");
  assert.equal(await arrivesAs("////v1/models?x"), "/v1/models?x");
  assert.equal(await arrivesAs("//evil.example/v1/models"), "/evil.example/v1/models");
  assert.deepEqual(upstream.last().head.values("host"), [upstream.host]);
});

test("the usual slips in base URLs are mended, with the query kept", async () => {
  const wanted = "/v1/chat/completions?x=1%20";
  for (const path of ["/v1/v1", "", "/v1", "//v1", "/v1/", "/v1//v1", "/v1/v1/v1", "/"]) {
    assert.equal(await arrivesAs(`${path}/chat/completions?x=1%20`), wanted, path);
  }
  assert.equal(await arrivesAs("/models"), "/v1/models");
  assert.equal(await arrivesAs("/files/file-1/content"), "/v1/files/file-1/content");
});

test("a path that is none of the API's arrives as it is", async () => {
  for (const path of [
    "/dashboard/billing",
    "/v1beta/models",
    "/v10/models",
    "/modelsx",
    "/a//b/",
  ]) {
    assert.equal(await arrivesAs(path), path);
  }
});

test("no path, header or query chooses another host", async () => {
  const strangers = [
    ["/v1/models", { "x-base-url": "http://evil.example" }],
    ["/v1/models", { "x-upstream-url": "http://evil.example", "x-forwarded-host": "evil.example" }],
    ["/v1/models", { host: "evil.example" }],
    ["/v1/models", { host: "evil.example:8787" }],
    ["/v1/models?url=http://evil.example&host=evil.example", {}],
    ["/https://evil.example/v1/models", {}],
    ["/@evil.example/v1/models", {}],
    ["http://evil.example/v1/models", {}],
  ];
  for (const [path, headers] of /** @type {[string, Record<string, string>][]} */ (strangers)) {
    await arrivesAs(path, headers);
    assert.deepEqual(upstream.last().head.values("host"), [upstream.host], path);
  }
});

test("raw non-ASCII bytes in a URL arrive as the %XX of those bytes", async () => {
  // Bytes that are no UTF-8 do not get here: workerd answers them 400 itself.
  for (const text of ["é", "ÿ", "Ā", "你", "😀", "é你😀"]) {
    const bytes = Buffer.from(text).toString("latin1");
    const encoded = encodeURIComponent(text);
    const path = `/v1/models/${bytes}?q=${bytes}`;
    assert.equal(await arrivesAs(path), `/v1/models/${encoded}?q=${encoded}`);
  }
});

test("a URL of 8000 characters arrives whole", async () => {
  const path = `/v1/models?q=${"%41b+".repeat(1597)}ab`;
  assert.equal(path.length, 8000);
  assert.equal(await arrivesAs(path), path);
});

test("a path in UPSTREAM_URL is joined with exactly one slash", async (t) => {
  for (const path of ["/openai/proxy", "/openai/proxy/", "/openai/proxy//"]) {
    const pair = await startPair({ path }, t);
    assert.equal(await arrivesAs("/v1/models?x", {}, pair), "/openai/proxy/v1/models?x");
    assert.equal(await arrivesAs("//v1/models", {}, pair), "/openai/proxy/v1/models");
    assert.equal(
      await arrivesAs("/chat/completions", {}, pair),
      "/openai/proxy/v1/chat/completions",
    );
  }
});

test("with an UPSTREAM_URL that ends in /v1, that is not doubled", async (t) => {
  for (const path of ["/v1", "/v1/", "/openai/v1"]) {
    const pair = await startPair({ path }, t);
    const wanted = `${path.replace(/\/$/, "")}/chat/completions?x`;
    for (const base of ["", "/v1", "/v1/v1", "//v1/"]) {
      assert.equal(await arrivesAs(`${base}/chat/completions?x`, {}, pair), wanted, base);
    }
  }
});

test("dot segments and backslashes cannot climb above the path in UPSTREAM_URL", async (t) => {
  const pair = await startPair({ path: "/tenant/a", env: { CONFIG: { api: "none" } } }, t);
  const climbs = [
    "/../b",
    "/x/../../b",
    "/%2e%2e/b",
    "/.%2E/b",
    "/x/%2e%2E/%2e%2e/b",
    "/..\\b",
    "/x\\..\\..\\b",
  ];
  for (const path of climbs) {
    assert.equal(await arrivesAs(path, {}, pair), "/tenant/a/b", path);
  }
  assert.equal(await arrivesAs("/..", {}, pair), "/tenant/a/");
  assert.equal(await arrivesAs("/x/..", {}, pair), "/tenant/a/x/..".replace("x/..", ""));
  assert.equal(await arrivesAs("/...//..x/.y?/../z", {}, pair), "/tenant/a/...//..x/.y?/../z");
});

test("dot segments cannot reach a reserved path unseen", async () => {
  const before = upstream.requests.length;
  const { status, json } = await request(gateway, { path: "/v1/../_sluice/health" });
  assert.equal(status, 200);
  assert.equal(json().status, "ok");
  assert.equal(upstream.requests.length, before);
});

test("in front of a site that is no API nothing is mended, and / is the site's own", async (t) => {
  const pair = await startPair({ env: { CONFIG: { api: "none" } } }, t);
  for (const path of ["/", "/?q", "/v1/v1/chat/completions?x", "/chat/completions", "/models"]) {
    assert.equal(await arrivesAs(path, { accept: "text/html" }, pair), path);
  }
  const { status } = await request(pair.gateway, { path: "/_sluice/health" });
  assert.equal(status, 200);
  assert.equal(pair.upstream.last().target, "/models");
});

test("a fragment is not sent", async () => {
  assert.equal(await arrivesAs("/v1/models?x#y"), "/v1/models?x");
});
