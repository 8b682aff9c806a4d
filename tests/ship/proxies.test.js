// The server folder behind nginx and Caddy, with the snippets of the folder as they are.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { request } from "../support/client.js";
import { assertConforms } from "../support/conformance.js";
import { freePort } from "../support/port.js";
import { startCaddy, startNginx } from "../support/proxies.js";
import { buildServer, startServer } from "../support/server.js";

const folder = buildServer();

/** Not installed for the tests: few have it, and Debian's is old. */
const caddy = spawnSync("caddy", ["version"], { encoding: "utf8" });
const withCaddy = caddy.status === 0 ? {} : { skip: "caddy is not installed here" };
// Before 2.8 it ended what its upstream had cut as if it were complete.
const isOldCaddy = /^v?2\.[0-7]\./.test(caddy.stdout ?? "");
const CUT = "a stream that the upstream cuts never looks complete";

/** @type {{ name: string, options: { skip?: string }, startProxy: typeof startNginx, except: string[] }[]} */
const PROXIES = [
  { name: "nginx", options: {}, startProxy: startNginx, except: [] },
  { name: "Caddy", options: withCaddy, startProxy: startCaddy, except: isOldCaddy ? [CUT] : [] },
];

for (const { name, options, startProxy, except } of PROXIES) {
  test(
    `behind ${name} it passes the tests, streams and WebSockets among them`,
    options,
    async (t) => {
      const upstream = `http://127.0.0.1:${await freePort()}`;
      const server = await startServer(folder, { UPSTREAM_URL: upstream }, t);
      const { url, trust } = await startProxy(folder, server, t);
      await assertConforms({ url, upstream, env: trust, except });
    },
  );

  test(
    `behind ${name} a rate holds for an address, which no caller can make up`,
    options,
    async (t) => {
      const settings = { UPSTREAM_URL: "http://127.0.0.1:1", CONFIG: '{"access":{"rate":"1/h"}}' };
      const proxy = await startProxy(folder, await startServer(folder, settings, t), t);
      const statuses = [];
      for (const address of ["203.0.113.1", "203.0.113.2"]) {
        const headers = { "CF-Connecting-IP": address, "X-Forwarded-For": address };
        statuses.push((await request(proxy, { path: "/v1/models", headers })).status);
      }
      assert.deepEqual(statuses, [502, 429]);
    },
  );
}
