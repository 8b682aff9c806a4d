// Makes sure that a variant does what its figures will be read as.
import assert from "node:assert/strict";
import { request } from "../tests/support/client.js";
import { UPSTREAM_KEY } from "./variants.js";

/**
 * @param {import("./variants.js").Variant} variant in front of nginx (nginx.js)
 * @param {import("./calls.js").Call} call
 */
export async function assertPasses(variant, { method, path, headers, body }) {
  const { name } = variant;
  const asked = { ...headers, ...variant.headers, "x-bench-check": "yes" };
  const response = await request(variant, { method, path, headers: asked, body });
  assert.equal(response.status, 200, `${name}: ${response.text}`);
  if (name === "portkey") {
    // It forwards none of a caller's own headers, so the upstream has not been asked.
    assert.match(response.text, /chat\.completion/, name);
    return;
  }

  const isSluice = name.startsWith("sluice");
  const isOneLine = isSluice && path === "/";
  const holdsKeys = isSluice && name !== "sluice";
  const authorization = holdsKeys ? `Bearer ${UPSTREAM_KEY}` : (headers.authorization ?? "");
  const [asMethod, target, length, ...rest] = response.text.split(" ");
  assert.equal(asMethod, method, name);
  assert.equal(target, isOneLine ? "/v1/chat/completions" : path, name);
  assert.equal(Number(length) > body.length, isOneLine, `${name}: a body of ${length} bytes`);
  assert.equal(rest.join(" "), `${authorization} ${isSluice ? "" : (headers.origin ?? "")}`, name);
  if (headers.origin && (isSluice || name === "swap")) {
    assert.ok(response.value("access-control-allow-origin"), `${name}: no CORS`);
  }
}
