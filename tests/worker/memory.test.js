// Bodies stream through the gateway: however large, they do not pile up in its memory.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { open, request } from "../support/client.js";
import { startPair } from "../support/pair.js";

const { upstream, gateway } = await startPair();

const MB = 1 << 20;

/** @param {"VmRSS" | "VmHWM"} field of /proc/PID/status: resident memory, now or at its highest */
function residentBytes(field) {
  const status = readFileSync(`/proc/${gateway.pid}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

/** @param {Buffer} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** @param {number} size of the file in it */
function multipart(size) {
  const boundary = "----formdata-undici-0123456789";
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants`,
    ),
    Buffer.from(`\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; `),
    Buffer.from('filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'),
    randomBytes(size),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
  return { method: "POST", path: "/v1/files", headers, body };
}

test("a multipart upload of 25 MB arrives byte-identical, and is not held in memory", async () => {
  for (let i = 0; i < 5; ++i) await request(gateway, multipart(100_000));
  const before = residentBytes("VmRSS");
  const upload = multipart(25 * MB);
  const { status } = await request(gateway, upload);
  assert.equal(status, 200);
  const { body, value } = upstream.last();
  assert.equal(sha256(await body), sha256(upload.body));
  assert.equal(value("content-length"), String(upload.body.length));
  assert.equal(value("content-type"), upload.headers["content-type"]);
  const growth = (residentBytes("VmHWM") - before) / MB;
  assert.ok(growth < 16, `workerd's memory grew by ${growth.toFixed(1)} MB`);
});

test("a client that reads slowly makes the upstream wait, not the gateway's memory grow", async () => {
  const before = residentBytes("VmRSS");
  const held = upstream.hold();
  const connection = open(gateway, { path: "/v1/files/file-1/content" });
  const exchange = await held;
  const file = randomBytes(48 * MB);
  exchange.reply(200, { "content-type": "application/octet-stream" }, file);
  await connection.head();
  // Nobody reads now. What the sockets' buffers do not take stays with the upstream.
  assert.ok(exchange.socket.writableLength > 0, "the upstream has something left to write");
  const drained = once(exchange.socket, "drain");
  const received = await connection.rest();
  await drained;
  connection.close();
  assert.equal(sha256(received), sha256(file));
  const growth = (residentBytes("VmHWM") - before) / MB;
  assert.ok(growth < 16, `workerd's memory grew by ${growth.toFixed(1)} MB`);
});
