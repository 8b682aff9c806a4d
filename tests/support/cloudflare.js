// A stand-in for the part of Cloudflare's API that `wrangler pages deploy` calls: there is no dry
// run of that command. It keeps what is uploaded.
import { once } from "node:events";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";

const PROJECT = {
  name: "sluice",
  production_branch: "main",
  domains: ["sluice.pages.dev"],
  deployment_configs: { production: {}, preview: {} },
};
const DEPLOYMENT = {
  id: "1",
  url: "https://1.sluice.pages.dev",
  latest_stage: { name: "deploy", status: "success" },
};
// Read, not verified: who may upload how much.
const CLAIMS = Buffer.from('{"max_file_count_allowed":1000,"exp":4000000000}');
const TOKEN = `e30.${CLAIMS.toString("base64url")}.x`;

/** @param {string} call method and path */
function answerTo(call) {
  if (call.endsWith("/upload-token")) return { jwt: TOKEN };
  if (call.endsWith("/check-missing")) return [];
  if (call.includes("/deployments")) return DEPLOYMENT;
  return PROJECT;
}

/** @param {import("node:test").TestContext} t */
export async function startCloudflare(t) {
  /** @type {Map<string, Buffer>} by method and path */
  const calls = new Map();
  const server = createServer(async (request, response) => {
    const call = `${request.method} ${request.url}`;
    calls.set(call, await buffer(request));
    response.setHeader("content-type", "application/json");
    const reply = { success: true, errors: [], messages: [], result: answerTo(call) };
    response.end(JSON.stringify(reply));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    calls,
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4`,
      CLOUDFLARE_API_TOKEN: "token",
      CLOUDFLARE_ACCOUNT_ID: "account",
    },
  };
}
