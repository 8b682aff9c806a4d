// Long lists of access keys and of origins, of which the callers here use the last.
import { ORIGIN } from "./calls.js";
import { UPSTREAM_KEY } from "./variants.js";

/** @param {number} i */
const accessKey = (i) => `ak-${String(i).padStart(6, "0")}-0123456789abcdefghijklmnopqrstuv`;

/** @param {number} count */
export const lastKey = (count) => accessKey(count - 1);

/** @param {number} count */
export const keysEnv = (count) => ({
  OPENAI_API_KEY: UPSTREAM_KEY,
  ACCESS_KEYS: Array.from({ length: count }, (_, i) => `member-${i}=${accessKey(i)}`).join(","),
});

/** @param {number} count */
export const originsEnv = (count) => ({
  ALLOWED_ORIGINS: [
    ...Array.from({ length: count - 1 }, (_, i) => `https://site-${i}.example.org`),
    ORIGIN,
  ].join(","),
});
