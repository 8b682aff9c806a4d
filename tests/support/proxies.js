// nginx and Caddy in front of a server, set up as the files in its folder say.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { selfSignedCertificate } from "./certificate.js";
import { freePort } from "./port.js";
import { cleanEnvironment, start } from "./process.js";
import { temporaryFolder } from "./server.js";

/**
 * @typedef {object} Proxy
 * @property {number} port
 * @property {string} url
 * @property {Record<string, string>} trust variables with which Node trusts its certificate
 */

/**
 * A file of the folder, with the one thing changed that a user would change.
 * @param {string} file
 * @param {string} from
 * @param {string} to
 */
function adapted(file, from, to) {
  const text = readFileSync(file, "utf8");
  assert.equal(text.split(from).length, 2, `${from} in ${file}`);
  return text.replace(from, to);
}

/**
 * @param {string} folder
 * @param {{ port: number }} server
 * @param {import("node:test").TestContext} t
 * @returns {Promise<Proxy>}
 */
export async function startNginx(folder, server, t) {
  const prefix = temporaryFolder();
  const { certificate } = selfSignedCertificate(prefix);
  const [port, securePort] = [await freePort(), await freePort()];
  const snippet = adapted(
    join(folder, "nginx.conf"),
    "127.0.0.1:8787;",
    `127.0.0.1:${server.port};`,
  );
  writeFileSync(join(prefix, "sluice.conf"), snippet);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  for (const name of paths) mkdirSync(join(prefix, name));
  const configuration = `
daemon off;
pid ${prefix}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${paths.map((name) => `${name}_temp_path ${prefix}/${name};`).join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${securePort} ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${prefix}/key.pem;
    include ${prefix}/sluice.conf;
  }
}
`;
  writeFileSync(join(prefix, "nginx.conf"), configuration);
  // Debian has it where only root's PATH leads.
  const env = cleanEnvironment({ PATH: `${process.env.PATH}:/usr/sbin` });
  const nginx = start(["nginx", "-p", prefix, "-c", "nginx.conf"], { env });
  t.after(() => nginx.stop());
  await nginx.written(/start worker process \d+/);
  const trust = { NODE_EXTRA_CA_CERTS: certificate };
  return { port, url: `https://127.0.0.1:${securePort}`, trust };
}

/**
 * @param {string} folder
 * @param {{ port: number }} server
 * @param {import("node:test").TestContext} t
 * @returns {Promise<Proxy>}
 */
export async function startCaddy(folder, server, t) {
  const prefix = temporaryFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const site = adapted(join(folder, "Caddyfile"), "gateway.example.com {", `${url} {`);
  const file = join(prefix, "Caddyfile");
  const proxied = site.replace("127.0.0.1:8787 {", `127.0.0.1:${server.port} {`);
  writeFileSync(file, `{\n\tadmin off\n}\n${proxied}`);
  const caddy = start(["caddy", "run", "--config", file, "--adapter", "caddyfile"]);
  t.after(() => caddy.stop());
  await caddy.written(/serving initial configuration/);
  return { port, url, trust: {} };
}
