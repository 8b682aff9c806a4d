// What `wrangler deploy` uploads, in bytes, as they are and gzipped.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundledWorker } from "../../tests/support/bundle.js";
import { number, table, target } from "../report.js";

/** @returns {Promise<import("../run.js").Findings>} */
export async function sizes() {
  const folder = bundledWorker();
  const files = readdirSync(folder)
    .filter((name) => /\.(js|wasm)$/.test(name))
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      const gzipped = gzipSync(bytes, { level: 9 }).length;
      return { name: name.replace(/^.*-/, ""), bytes: bytes.length, gzipped };
    });
  /** @param {"bytes" | "gzipped"} figure */
  const sum = (figure) => files.reduce((total, file) => total + file[figure], 0);
  const all = [...files, { name: "all", bytes: sum("bytes"), gzipped: sum("gzipped") }];
  const core = files.find(({ name }) => name.endsWith(".wasm"))?.gzipped ?? 0;
  const form = { unit: " KB", digits: 1 };
  return {
    text: table(
      ["file", "bytes", "gzipped"],
      all.map(({ name, bytes, gzipped }) => [name, number(bytes), number(gzipped)]),
    ),
    targets: [
      target("core.wasm, gzipped", "≤", 40, core / 1024, form),
      target("whole upload, gzipped", "≤", 50, sum("gzipped") / 1024, form),
    ],
  };
}
