// A stand-in for the OpenAI API, for the demo and the tests: no key, no network, no model.
//
// It answers in OpenAI's own shapes (platform.openai.com/docs/api-reference), so that the official
// clients are content, and keeps what it was sent, so that a test can look.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { chatCompletion, chatEvents } from "./chat.js";
import { embeddings, MODELS, speech } from "./models.js";
import { response, responseEvents } from "./responses.js";

/**
 * @typedef {object} SeenRequest
 * @property {string} method
 * @property {string} url path and query, as they came
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {Buffer} body
 * @property {Promise<"answered" | "cut">} end cut: the client left before it had the whole answer
 */

/** @typedef {Awaited<ReturnType<typeof startOpenAi>>} OpenAi */

/** An error in OpenAI's shape. */
class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {string | null} [code]
   */
  constructor(status, message, code = null) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * @param {object} [options]
 * @param {number} [options.port] 0: any free one
 * @param {number | (() => Promise<unknown>)} [options.pause] between two words of a streamed answer:
 *   milliseconds, or what to wait for
 */
export async function startOpenAi({ port = 0, pause = 40 } = {}) {
  const wait =
    typeof pause === "function"
      ? pause
      : () => new Promise((resolve) => setTimeout(resolve, /** @type {number} */ (pause)));
  /** @type {SeenRequest[]} */
  const requests = [];

  const server = createServer(async (message, reply) => {
    try {
      const request = await receive(message, reply);
      requests.push(request);
      await answer(request, reply, wait);
    } catch (error) {
      if (!reply.headersSent && !reply.destroyed) sendError(reply, error);
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/**
 * @param {import("node:http").IncomingMessage} message
 * @param {import("node:http").ServerResponse} reply
 * @returns {Promise<SeenRequest>}
 */
async function receive(message, reply) {
  /** @type {SeenRequest["end"]} */
  const end = new Promise((resolve) => {
    reply.once("close", () => resolve(reply.writableFinished ? "answered" : "cut"));
  });
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  const { method = "", url = "", headers } = message;
  return { method, url, headers, body: Buffer.concat(chunks), end };
}

/**
 * @param {SeenRequest} request
 * @param {import("node:http").ServerResponse} reply
 * @param {() => Promise<unknown>} wait
 */
async function answer(request, reply, wait) {
  authorize(request.headers.authorization);
  const [path = ""] = request.url.split("?");
  const model = /^\/v1\/models\/(.+)$/.exec(path)?.[1];
  const method = request.method === "HEAD" ? "GET" : request.method;
  const route = `${method} ${model === undefined ? path : "/v1/models/{model}"}`;
  switch (route) {
    case "POST /v1/chat/completions": {
      const body = readJson(request);
      if (!body.stream) return sendJson(reply, chatCompletion(body, request));
      return sendEvents(reply, chatEvents(body, request), request, wait);
    }
    case "POST /v1/responses": {
      const body = readJson(request);
      if (!body.stream) return sendJson(reply, response(body, request));
      return sendEvents(reply, responseEvents(body, request), request, wait);
    }
    case "POST /v1/embeddings":
      return sendJson(reply, embeddings(readJson(request)));
    case "POST /v1/audio/speech": {
      const { contentType, bytes } = speech(readJson(request));
      return reply.writeHead(200, { ...usualHeaders(), "content-type": contentType }).end(bytes);
    }
    case "POST /v1/files":
      return sendJson(reply, await storedFile(request));
    case "GET /v1/models":
      return sendJson(reply, { object: "list", data: MODELS });
    case "GET /v1/models/{model}": {
      const found = MODELS.find(({ id }) => id === model);
      if (found) return sendJson(reply, found);
      throw new ApiError(404, `The model '${model}' does not exist`, "model_not_found");
    }
    default:
      throw new ApiError(404, `Invalid URL (${request.method} ${path})`);
  }
}

/** @param {string | undefined} authorization */
function authorize(authorization) {
  const key = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
  if (key === undefined) {
    throw new ApiError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header " +
        "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    );
  }
  if (key.startsWith("sk-wrong")) {
    throw new ApiError(401, "Incorrect API key provided: sk-wrong*****.", "invalid_api_key");
  }
}

/** @param {SeenRequest} request */
function readJson(request) {
  let body;
  try {
    body = JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new ApiError(400, "We could not parse the JSON body of your request.");
  }
  if (typeof body?.model !== "string")
    throw new ApiError(400, "you must provide a model parameter");
  return body;
}

/**
 * Takes an upload. The answer's `sha256`, which OpenAI's lacks, is that of the file's bytes.
 * @param {SeenRequest} request
 */
async function storedFile({ headers, body }) {
  const type = headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } })
    .formData()
    .catch(() => undefined);
  const file = form?.get("file");
  if (!(file instanceof File)) throw new ApiError(400, "'file' is a required property");
  const bytes = Buffer.from(await file.arrayBuffer());
  return {
    object: "file",
    id: `file-${randomBytes(12).toString("hex")}`,
    purpose: form?.get("purpose"),
    filename: file.name,
    bytes: bytes.length,
    created_at: Math.floor(Date.now() / 1000),
    expires_at: null,
    status: "processed",
    status_details: null,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** Headers that OpenAI sends with every answer. */
function usualHeaders() {
  return {
    "openai-organization": "demo",
    "openai-processing-ms": "7",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-remaining-tokens": "1999983",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-reset-tokens": "0s",
    "x-request-id": `req_${randomBytes(16).toString("hex")}`,
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "X-Request-ID",
  };
}

/**
 * @param {import("node:http").ServerResponse} reply
 * @param {object} value
 * @param {number} [status]
 */
function sendJson(reply, value, status = 200) {
  const body = JSON.stringify(value, null, 2);
  reply.writeHead(status, { ...usualHeaders(), "content-type": "application/json" }).end(body);
}

/**
 * @param {import("node:http").ServerResponse} reply
 * @param {unknown} error
 */
function sendError(reply, error) {
  const { status, message, code } =
    error instanceof ApiError ? error : new ApiError(500, "The stand-in failed at this request.");
  const type = status === 500 ? "server_error" : "invalid_request_error";
  sendJson(reply, { error: { message, type, param: null, code } }, status);
}

/**
 * Sends server-sent events, with a pause after each that brings a word.
 * @param {import("node:http").ServerResponse} reply
 * @param {Iterable<import("./chat.js").ServerSentEvent>} events
 * @param {SeenRequest} request
 * @param {() => Promise<unknown>} wait
 */
async function sendEvents(reply, events, request, wait) {
  reply.writeHead(200, { ...usualHeaders(), "content-type": "text/event-stream; charset=utf-8" });
  for (const { text, isWord } of events) {
    reply.write(text);
    if (isWord) await Promise.race([wait(), request.end]);
    if (reply.destroyed) return;
  }
  reply.end();
}
