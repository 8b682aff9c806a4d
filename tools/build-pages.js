// Writes the folder that `wrangler pages deploy` uploads: `npm run build:pages [folder]`, by default
// build/pages. It has a wrangler.json of its own, with the settings of wrangler.toml that Pages has.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { unstable_readConfig } from "wrangler";
import { bundleWorker } from "./bundle-worker.js";
import { ROOT } from "./command.js";

const folder = resolve(process.argv[2] ?? join(ROOT, "build/pages"));
const worker = join(folder, "site/_worker.js");

mkdirSync(worker, { recursive: true });
await bundleWorker(worker, "index.js");

const { name, compatibility_date, vars, placement } = unstable_readConfig({
  config: join(ROOT, "wrangler.toml"),
});
const config = {
  name,
  pages_build_output_dir: "site",
  compatibility_date,
  send_metrics: false,
  placement,
  vars,
};
writeFileSync(join(folder, "wrangler.json"), `${JSON.stringify(config, null, 2)}\n`);

const shown = relative(process.cwd(), folder);
console.log(`Wrote ${shown}. Deploy it: npx wrangler --cwd ${shown} pages deploy`);
