// Measures what the README claims, and writes the figures to results.md and plots/. With names of
// sections (`npm run bench -- streams`), prints those alone; with --smoke, runs everything in a few
// seconds, to see that it works, and writes nothing.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledWorker } from "../tests/support/bundle.js";
import { runAll } from "../tools/command.js";
import { createStore } from "./calls.js";
import { describeMachine } from "./machine.js";
import { startUpstream } from "./nginx.js";
import { installPortkey } from "./portkey.js";
import { targetTable } from "./report.js";
import { core } from "./sections/core.js";
import { growth } from "./sections/growth.js";
import { memory } from "./sections/memory.js";
import { requests } from "./sections/requests.js";
import { sizes } from "./sections/sizes.js";
import { start } from "./sections/start.js";
import { streams } from "./sections/streams.js";
import { uploads } from "./sections/uploads.js";
import { startSource } from "./streams.js";

/**
 * What a section measures with.
 *
 * @typedef {object} Lab
 * @property {boolean} smoke
 * @property {number} rounds after one that warms up
 * @property {number} seconds of load on one variant in one round
 * @property {boolean} hasPortkey
 * @property {import("./variants.js").Upstream} upstream nginx: answers at once
 * @property {import("./streams.js").Source} source Node: streams events, takes uploads
 * @property {ReturnType<typeof createStore>} store
 */
/**
 * @typedef {object} Findings
 * @property {string} text Markdown
 * @property {import("./report.js").Target[]} targets
 * @property {Record<string, string>} [plots] SVG, by name
 */
/** @typedef {{ name: string, title: string, measure: (lab: Lab) => Promise<Findings> }} Section */

/** @type {Section[]} */
const SECTIONS = [
  { name: "sizes", title: "Size", measure: sizes },
  { name: "core", title: "The core alone", measure: core },
  { name: "start", title: "Start", measure: start },
  { name: "requests", title: "Requests", measure: requests },
  { name: "streams", title: "Streams", measure: streams },
  { name: "uploads", title: "Uploads", measure: uploads },
  { name: "growth", title: "Growth", measure: growth },
  { name: "memory", title: "Memory", measure: memory },
];

/** @param {boolean} smoke @param {(lab: Lab) => Promise<void>} use */
async function withLab(smoke, use) {
  const build = [process.execPath, "tools/build-core.js"];
  if (!(await runAll([build], { capture: false })).ok) process.exit(1);
  bundledWorker();
  const hasPortkey = !smoke && installPortkey();
  if (!smoke && !hasPortkey) console.log("portkey could not be installed, and is left out.");
  const store = createStore();
  const upstream = await startUpstream();
  const source = await startSource();
  const size = smoke ? { rounds: 1, seconds: 0.3 } : { rounds: 7, seconds: 0.5 };
  try {
    await use({ smoke, ...size, hasPortkey, upstream, source, store });
  } finally {
    await upstream.close();
    await source.close();
    store.close();
  }
}

/** @param {Section[]} sections @param {boolean} smoke */
async function measureAll(sections, smoke) {
  /** @type {{ section: Section, findings: Findings }[]} */
  const all = [];
  let machine = "";
  await withLab(smoke, async (lab) => {
    machine = describeMachine(lab);
    for (const section of sections) {
      const began = performance.now();
      const findings = await section.measure(lab);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${section.name}: ${seconds} s`);
      all.push({ section, findings });
    }
  });
  const body = all.map(({ section: { title }, findings: { text, plots = {} } }) => {
    const images = Object.keys(plots).map((name) => `![${name}](plots/${name}.svg)\n`);
    return `## ${title}\n\n${[text, ...images].join("\n")}`;
  });
  const targets = targetTable(all.flatMap(({ findings }) => findings.targets));
  const plots = Object.assign({}, ...all.map(({ findings }) => findings.plots));
  return { text: `${[`## Targets\n\n${targets}`, ...body].join("\n")}`, machine, plots };
}

const HEAD = `# Results

Written by \`npm run bench\`; [README.md](README.md) says what is measured, and how. Figures are medians, with the
quartiles in parentheses; those against another variant are taken pair by pair, round by round.
`;

/** @param {Awaited<ReturnType<typeof measureAll>>} results */
function write({ text, machine, plots }) {
  const folder = import.meta.dirname;
  writeFileSync(join(folder, "results.md"), `${HEAD}\n${machine}\n${text}`);
  mkdirSync(join(folder, "plots"), { recursive: true });
  for (const [name, svg] of Object.entries(plots)) {
    writeFileSync(join(folder, "plots", `${name}.svg`), svg);
  }
  console.log("Written: bench/results.md, bench/plots/");
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => process.exit(130)); // ends what was started, too
}
const chosen = process.argv.slice(2).filter((arg) => arg !== "--smoke");
const unknown = chosen.find((name) => !SECTIONS.some((section) => section.name === name));
if (unknown !== undefined) {
  const names = SECTIONS.map(({ name }) => name).join(", ");
  console.error(`No section "${unknown}"; there are ${names}.`);
  process.exit(1);
}
const sections = SECTIONS.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
const smoke = process.argv.includes("--smoke");
const results = await measureAll(sections, smoke);
if (!smoke) console.log(`\n${results.machine}\n${results.text}`);
if (!smoke && chosen.length === 0) write(results);
