// nginx, as the upstream of every gateway, and as one of the gateways: the native floor.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../tests/support/port.js";
import { startChild } from "./children.js";
import { listening } from "./listening.js";

/** Debian installs it where only root's PATH leads. */
export const NGINX_ENV = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/** @param {(port: number) => string} servers the blocks in `http { … }` */
async function startNginx(servers) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-nginx-"));
  mkdirSync(join(folder, "tmp"));
  const port = await freePort();
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off;
master_process off; # one process, whose CPU time is all there is
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_max_body_size 0;
  ${places.map((place) => `${place}_temp_path ${folder}/tmp/${place};`).join("\n  ")}
${servers(port)}
}
`,
  );
  const child = startChild("nginx", ["-c", join(folder, "nginx.conf"), "-e", "stderr"], NGINX_ENV);
  await listening("nginx", port, child);
  return {
    port,
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    async close() {
      await child.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ANSWER = JSON.stringify({
  id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
  object: "chat.completion",
  created: 1741569952,
  model: "gpt-4o-mini-2024-07-18",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "Hello! How can I assist you today?", refusal: null },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 },
  service_tier: "default",
});

/** OpenAI's response headers, besides the type and length of the body. */
const HEADERS = {
  "openai-organization": "example",
  "openai-processing-ms": "412",
  "openai-version": "2020-10-01",
  "x-ratelimit-limit-requests": "10000",
  "x-ratelimit-limit-tokens": "200000",
  "x-ratelimit-remaining-requests": "9999",
  "x-ratelimit-remaining-tokens": "199800",
  "x-ratelimit-reset-requests": "8.64s",
  "x-ratelimit-reset-tokens": "60ms",
  "x-request-id": "req_0123456789abcdef0123456789abcdef",
};

/**
 * The upstream: a chat completion, whatever the request. With the header `x-bench-check` it tells
 * what it got instead.
 */
export const startUpstream = () =>
  startNginx(
    (port) => `
  map $http_x_bench_check $answer {
    default '${ANSWER}';
    yes '$request_method $request_uri $content_length $http_authorization $http_origin';
  }
  server {
    listen 127.0.0.1:${port};
    default_type application/json;
    ${Object.entries(HEADERS)
      .map(([name, value]) => `add_header ${name} "${value}";`)
      .join("\n    ")}
    location / { return 200 $answer; }
  }`,
  );

/** @param {{ port: number }} upstream */
export const startNginxGateway = (upstream) =>
  startNginx(
    (port) => `
  upstream openai {
    server 127.0.0.1:${upstream.port};
    keepalive 2048;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://openai;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $proxy_host;
      proxy_buffering off;
      proxy_request_buffering off;
    }
  }`,
  );
