// The deployment that tests/remote is about, as the environment names it (tools/test-remote.js).
import { after } from "node:test";
import { startUpstream } from "./upstream.js";

const { SLUICE_URL = "", SLUICE_UPSTREAM, SLUICE_KEY, SLUICE_ORIGIN, SLUICE_MODEL } = process.env;

if (!URL.canParse(SLUICE_URL)) throw new Error("run these tests by npm run test:remote");
const { protocol, hostname, host, port, origin } = new URL(SLUICE_URL);
const isSecure = protocol === "https:";

/** @type {import("./client.js").Address & { url: string }} */
export const gateway = {
  url: origin,
  hostname: hostname.replace(/^\[|\]$/g, ""),
  host,
  port: Number(port || (isSecure ? 443 : 80)),
  isSecure,
};

export const key = SLUICE_KEY;
export const model = SLUICE_MODEL ?? "gpt-4o-mini";

/** An origin whose pages may read the gateway's answers, if ALLOWED_ORIGINS is not a list. */
export const pageOrigin = SLUICE_ORIGIN ?? "https://app.example.com";
export const isOriginNamed = SLUICE_ORIGIN !== undefined;

/** Options of tests that watch what the deployment sends upstream. */
export const watching =
  SLUICE_UPSTREAM === undefined
    ? { skip: "SLUICE_UPSTREAM says where this deployment forwards to, and is not set" }
    : {};

/** Whether the deployment runs on this machine, and so reaches any port of it. */
export const isHere = /^(localhost|127\..*|::1)$/.test(gateway.hostname ?? "");

/** Listens where the deployment forwards to (if it is known), while the tests of a file run. */
export async function listenAsUpstream() {
  const wanted = SLUICE_UPSTREAM === undefined ? 0 : Number(new URL(SLUICE_UPSTREAM).port);
  const upstream = await startUpstream({ port: wanted });
  after(() => upstream.close());
  return upstream;
}
