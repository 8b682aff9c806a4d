// Writes the folder with which Sluice runs on a server of your own: `npm run build:server [folder]`,
// by default build/server. It needs nothing else of this repository.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { bundleWorker } from "./bundle-worker.js";
import { ROOT } from "./command.js";

const folder = resolve(process.argv[2] ?? join(ROOT, "build/server"));

/** @param {string} name */
const read = (name) => readFileSync(join(ROOT, name), "utf8");

/** @param {object} value */
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** package.json and package-lock.json with workerd alone, in the very version of the tests. */
function packages() {
  const { version, license } = JSON.parse(read("package.json"));
  const locked = JSON.parse(read("package-lock.json")).packages;
  const workerd = locked["node_modules/workerd"].version;
  const self = { name: "sluice-server", version, license, dependencies: { workerd } };
  /** @type {Record<string, object>} */
  const wanted = { "": self };
  for (const [path, { dev: _, ...entry }] of Object.entries(locked)) {
    if (/^node_modules\/(@cloudflare\/)?workerd(-[\w-]+)?$/.test(path)) wanted[path] = entry;
  }
  return {
    manifest: { ...self, private: true, scripts: { start: "sh start.sh" } },
    lock: { name: self.name, version, lockfileVersion: 3, requires: true, packages: wanted },
  };
}

mkdirSync(folder, { recursive: true });
cpSync(join(ROOT, "deploy/server"), folder, { recursive: true });
for (const name of ["LICENSE", "THIRD_PARTY_NOTICES.txt"]) {
  cpSync(join(ROOT, name), join(folder, name));
}
await bundleWorker(folder, "worker.js");

const config = join(folder, "config.capnp");
const [, date = ""] = /^compatibility_date = "(.*)"$/m.exec(read("wrangler.toml")) ?? [];
writeFileSync(config, readFileSync(config, "utf8").replace("COMPATIBILITY_DATE", date));

const { manifest, lock } = packages();
writeFileSync(join(folder, "package.json"), json(manifest));
writeFileSync(join(folder, "package-lock.json"), json(lock));

const shown = relative(process.cwd(), folder);
console.log(`Wrote ${shown}. Start it here with \`sh ${join(shown, "start.sh")}\`, or copy it to your
server; its README.md says how to go on.`);
