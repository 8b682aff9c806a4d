// An upstream for streams and uploads, in a process of its own. A body with "user":"EVENTSxGAP" is
// answered with so many events, so many milliseconds apart, each with the time when it was written;
// any other with a short JSON, once it has come whole.
import { createServer } from "node:http";
import { now } from "./clock.js";

const HEADERS = { "x-request-id": "req_0123456789abcdef0123456789abcdef" };
const BEFORE =
  'data: {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk",' +
  '"created":1741569952,"model":"gpt-4o-mini-2024-07-18","service_tier":"default",' +
  '"system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"content":"';
const AFTER = '"},"logprobs":null,"finish_reason":null}]}\n\n';

let open = 0;
let isAsked = false;

/** Says that no stream is open, when it is asked to. */
function report() {
  if (open > 0 || !isAsked) return;
  isAsked = false;
  process.send?.("idle");
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} events
 * @param {number} gap
 */
function stream(response, events, gap) {
  const arrived = now();
  open += 1;
  let left = events;
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream; charset=utf-8" });
  const write = () => {
    left -= 1;
    response.write(`${BEFORE}@${now().toFixed(4)}/${arrived.toFixed(4)}${AFTER}`);
    if (left > 0) return;
    clearInterval(timer);
    response.end("data: [DONE]\n\n");
  };
  const timer = setInterval(write, gap);
  response.once("close", () => {
    clearInterval(timer);
    open -= 1;
    report();
  });
  write();
}

const server = createServer((request, response) => {
  let length = 0;
  /** @type {RegExpExecArray | null} */
  let pace = null;
  request.on("data", (bytes) => {
    if (length === 0) pace = /"user":"(\d+)x(\d+)"/.exec(bytes.toString("latin1"));
    length += bytes.length;
  });
  request.on("end", () => {
    if (pace) stream(response, Number(pace[1]), Number(pace[2]));
    else {
      const text = JSON.stringify({ object: "chat.completion", length });
      response.writeHead(200, { ...HEADERS, "content-type": "application/json" }).end(text);
    }
  });
});
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  process.send?.(/** @type {import("node:net").AddressInfo} */ (server.address()).port);
});
process.on("message", () => {
  isAsked = true;
  report();
});
process.on("disconnect", () => process.exit());
