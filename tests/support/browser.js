// Headless Chromium for a test, and a server of its own for the pages that it visits: front ends of
// another origin than the gateway's.

import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before } from "node:test";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { ROOT } from "./bundle.js";

/** A browser with a fresh profile. @returns {Promise<import("playwright-core").Browser>} */
export function launchBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--no-proxy-server",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Serves one page, whose script holds the official `openai` package as a bundler packs it for
 * browsers: `globalThis.OpenAI`.
 */
export async function startFrontEnd() {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import OpenAI from "openai"; globalThis.OpenAI = OpenAI;',
      resolveDir: ROOT,
    },
    absWorkingDir: ROOT,
    outfile: join(ROOT, "build/front-end.js"),
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
  });
  const script = outputFiles[0]?.text ?? "";
  const page =
    '<!doctype html><meta charset="utf-8"><title>A front end</title><link rel="icon" href="data:,">';
  const server = createServer((request, response) => {
    const isScript = request.url === "/openai.js";
    const type = isScript ? "text/javascript" : "text/html";
    response.setHeader("content-type", `${type}; charset=utf-8`);
    response.end(isScript ? script : `${page}<script src="/openai.js"></script>`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    port,
    /** @param {string} host a name that Chromium takes for this machine: any of *.localhost */
    origin: (host) => `http://${host}:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/**
 * Has a browser and a front end at hand while the tests of a file run.
 *
 * @returns {{
 *   frontEnd: () => Awaited<ReturnType<typeof startFrontEnd>>,
 *   openPage: (t: import("node:test").TestContext, host?: string) => Promise<import("playwright-core").Page>,
 * }} the front end; a page of it under one of its host names, in a fresh profile
 */
export function useBrowser() {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof startFrontEnd>>} */
  let frontEnd;
  before(async () => {
    [browser, frontEnd] = await Promise.all([launchBrowser(), startFrontEnd()]);
  });
  after(async () => {
    await browser.close();
    await frontEnd.close();
  });
  return {
    frontEnd: () => frontEnd,
    async openPage(t, host = "localhost") {
      const context = await browser.newContext();
      t.after(() => context.close());
      const page = await context.newPage();
      await page.goto(frontEnd.origin(host));
      return page;
    },
  };
}
