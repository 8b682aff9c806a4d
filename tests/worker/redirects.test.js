// Redirects: what is followed, with which headers, and where the Locations lead that come back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.js";
import { startPair } from "../support/pair.js";
import { startUpstream } from "../support/upstream.js";
import { eventually } from "../support/wait.js";

const { upstream, gateway } = await startPair();
const prefixed = await startPair({ path: "/base" });
const elsewhere = await startUpstream();
test.after(() => elsewhere.close());

const credentials = {
  authorization: "Bearer sk-caller",
  "api-key": "key-1",
  "x-api-key": "key-2",
  "x-goog-api-key": "key-3",
};
const POST = { method: "POST", path: "/v1/files", body: "{}" };

/**
 * The next request of `pair` is redirected.
 * @param {string} location
 * @param {number} [status]
 * @param {import("../support/upstream.js").Upstream} [from]
 */
function redirectNext(location, status = 302, from = upstream) {
  from.onNext((exchange) => exchange.reply(status, { location }));
}

/**
 * The Location that comes back to a POST for the upstream's `location`.
 * @param {string} location
 * @param {Awaited<ReturnType<typeof startPair>>} [pair]
 */
async function locationFor(location, pair = { upstream, gateway }) {
  redirectNext(location, 307, pair.upstream);
  const before = pair.upstream.requests.length;
  const response = await request(pair.gateway, POST);
  assert.equal(response.status, 307);
  assert.equal(pair.upstream.requests.length, before + 1);
  return response.value("location");
}

test("GET follows a redirect on the same host, with its headers", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    redirectNext("/v1/files/file-2/content?x=1", status);
    const headers = { ...credentials, "openai-beta": "a=1" };
    const response = await request(gateway, { path: "/v1/files/file-1", headers });
    assert.equal(response.status, 200);
    const { method, target, value } = upstream.last();
    assert.equal(`${method} ${target}`, "GET /v1/files/file-2/content?x=1");
    assert.equal(value("authorization"), credentials.authorization);
    assert.equal(value("openai-beta"), "a=1");
  }
});

test("GET follows a redirect to another host, without keys and cookies", async () => {
  redirectNext(`${elsewhere.url}/bucket/file?signature=s`);
  elsewhere.onNext((exchange) => exchange.reply(200, { "x-from": "bucket" }, "file"));
  const headers = { ...credentials, cookie: "session=1", accept: "application/binary" };
  const response = await request(gateway, { path: "/v1/files/file-1/content", headers });
  assert.equal(response.status, 200);
  assert.equal(response.text, "file");
  assert.equal(response.value("x-from"), "bucket");
  const { target, head, value } = elsewhere.last();
  assert.equal(target, "/bucket/file?signature=s");
  assert.deepEqual(head.values("host"), [elsewhere.host]);
  assert.equal(value("accept"), "application/binary");
  for (const name of [...Object.keys(credentials), "cookie", "referer", "origin"]) {
    assert.deepEqual(head.values(name), [], name);
  }
});

test("keys that were dropped on the way do not come back on the way home", async () => {
  redirectNext(`${elsewhere.url}/there`);
  elsewhere.onNext((exchange) => exchange.reply(302, { location: `${upstream.url}/v1/back` }));
  await request(gateway, { path: "/v1/files", headers: credentials });
  assert.equal(upstream.last().target, "/v1/back");
  assert.deepEqual(upstream.last().head.values("authorization"), []);
});

test("cookies that the upstream sets at a redirect go nowhere", async () => {
  upstream.onNext((exchange) =>
    exchange.reply(302, { location: "/v1/next", "set-cookie": "session=1" }),
  );
  const response = await request(gateway, { path: "/v1/first" });
  assert.equal(response.status, 200);
  assert.deepEqual(response.values("set-cookie"), []);
  assert.deepEqual(upstream.last().head.values("cookie"), []);
});

test("HEAD is followed as HEAD", async () => {
  redirectNext("/v1/next", 301);
  const response = await request(gateway, { method: "HEAD", path: "/v1/first" });
  assert.equal(response.status, 200);
  assert.equal(upstream.last().head.startLine, "HEAD /v1/next HTTP/1.1");
});

test("a followed redirect carries CORS once", async () => {
  redirectNext("/v1/next");
  upstream.onNext((exchange) => exchange.reply(200, { "access-control-allow-origin": "x" }));
  const headers = { origin: "https://app.example.com" };
  const response = await request(gateway, { path: "/v1/first", headers });
  assert.deepEqual(response.values("access-control-allow-origin"), ["*"]);
});

test("a redirect loop ends with the redirect itself, after five", async () => {
  const before = upstream.requests.length;
  for (let i = 0; i < 6; ++i) redirectNext(`/v1/loop${i}`);
  const response = await request(gateway, { path: "/v1/loop" });
  assert.equal(response.status, 302);
  assert.equal(response.value("location"), "/v1/loop5");
  assert.equal(upstream.requests.length, before + 6);
});

test("a redirect to the gateway itself is refused", async () => {
  redirectNext(`${gateway.url}/v1/models`);
  const { status, json } = await request(gateway, { path: "/v1/models" });
  assert.equal(status, 508);
  assert.equal(json().error.code, "upstream_loop");
});

test("a redirect that nobody answers is the gateway's error", async () => {
  const gone = await startUpstream();
  await gone.close();
  redirectNext(`${gone.url}/v1/models`);
  const { status, json } = await request(gateway, { path: "/v1/models" });
  assert.equal(status, 502);
  assert.equal(json().error.code, "upstream_unreachable");
});

test("a redirect to what is no web address passes to the caller", async () => {
  for (const location of ["ftp://files.example/a", "javascript:alert(1)", "data:,x"]) {
    redirectNext(location);
    const response = await request(gateway, { path: "/v1/models" });
    assert.equal(response.status, 302);
    assert.equal(response.value("location"), location);
  }
});

test("a redirect to a broken address fails without the log telling its secrets", async (t) => {
  const pair = await startPair({}, t);
  for (const location of ["http://:x/?signature=secret", "http://a b/?signature=secret"]) {
    redirectNext(location, 302, pair.upstream);
    const response = await request(pair.gateway, { path: "/v1/models" });
    assert.ok(response.status === 302 || response.status === 502, `${location} ${response.status}`);
    if (response.status === 502) {
      await eventually(() => pair.gateway.log().includes("unreachable"), "the failure in the log");
    }
    assert.ok(!response.text.includes("secret"));
  }
  assert.ok(!pair.gateway.log().includes("secret"), pair.gateway.log());
});

test("a redirect of a POST passes to the caller, with its body", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const before = upstream.requests.length;
    upstream.onNext((exchange) => exchange.reply(status, { location: "/v1/next" }, "moved"));
    const response = await request(gateway, POST);
    assert.equal(response.status, status);
    assert.equal(response.value("location"), "/v1/next");
    assert.equal(response.text, "moved");
    assert.equal(upstream.requests.length, before + 1);
  }
});

test("a GET with a body is not followed, since the body is gone", async () => {
  redirectNext("/v1/next");
  const response = await request(gateway, { path: "/v1/first", body: "{}" });
  assert.equal(response.status, 302);
  assert.equal(response.value("location"), "/v1/next");
});

test("a 3xx that is no redirect passes to the caller", async () => {
  for (const status of [300, 304]) {
    redirectNext("/v1/next", status);
    const response = await request(gateway, { path: "/v1/first" });
    assert.equal(response.status, status);
  }
  upstream.onNext((exchange) => exchange.reply(302, {}));
  const { status } = await request(gateway, { path: "/v1/first" });
  assert.equal(status, 302);
});

test("a Location at the upstream leads to the gateway", async () => {
  assert.equal(await locationFor(`${upstream.url}/v1/a?b=c%20`), "/v1/a?b=c%20");
  assert.equal(await locationFor(upstream.url), "/");
  assert.equal(await locationFor("/v1/a"), "/v1/a");
  assert.equal(await locationFor("a?b"), "/v1/a?b");
  assert.equal(await locationFor("?b"), "/v1/files?b");
});

test("a Location elsewhere is left alone", async () => {
  for (const location of ["https://login.example/x?y", `${elsewhere.url}/v1/a`]) {
    assert.equal(await locationFor(location), location);
  }
});

test("a 201's Location is rewritten like a redirect's", async () => {
  upstream.onNext((exchange) =>
    exchange.reply(201, { location: `${upstream.url}/v1/files/1` }, "{}"),
  );
  const { status, value } = await request(gateway, POST);
  assert.equal(status, 201);
  assert.equal(value("location"), "/v1/files/1");
});

test("with a path in UPSTREAM_URL, Locations lose it, and lead past it to the upstream", async () => {
  const { url } = prefixed.upstream;
  assert.equal(await locationFor(`${url}/base/v1/a`, prefixed), "/v1/a");
  assert.equal(await locationFor("/base/v1/a", prefixed), "/v1/a");
  assert.equal(await locationFor("a", prefixed), "/v1/a");
  assert.equal(await locationFor(`${url}/base`, prefixed), "/");
  assert.equal(await locationFor("/other", prefixed), `${url}/other`);
  assert.equal(await locationFor(`${url}/basement`, prefixed), `${url}/basement`);
});

test("a Location at the upstream cannot be turned into one at another host", async () => {
  for (const pair of [{ upstream, gateway }, prefixed]) {
    const base = pair.upstream.url + (pair === prefixed ? "/base" : "");
    for (const path of ["//", "///", "/\\", "\\\\", "\\/", "/\t/", "/.//", "/x/..//"]) {
      const rewritten = await locationFor(`${base}${path}evil.example/`, pair);
      const { host } = new URL(rewritten ?? "", pair.gateway.url);
      assert.notEqual(host, "evil.example", `${path} became ${rewritten}`);
    }
  }
});
