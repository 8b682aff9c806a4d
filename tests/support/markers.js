// Secrets that a search finds again, and the search.

export const SERVER = "sk-marker-server-7d1f";
export const ACCESS = "ak-marker-member-93be";
export const LIMITED = "ak-marker-limited-0c44";
export const BUSY = "ak-marker-busy-27d5";
export const EXPIRED = "ak-marker-expired-b82a";
export const ADMIN = "adm-marker-owner-5e60";
export const OWN = "sk-marker-own-e19c";
export const MARKERS = [SERVER, ACCESS, LIMITED, BUSY, EXPIRED, ADMIN, OWN];

export const SECRETS = {
  OPENAI_API_KEY: SERVER,
  ACCESS_KEYS: `anna=${ACCESS},limited=${LIMITED},busy=${BUSY},expired=${EXPIRED}`,
  ADMIN_KEY: ADMIN,
  ALLOWED_ORIGINS: "https://app.example.com",
};
export const RULES = {
  limited: { models: ["gpt-4o"], paths: ["/v1/chat/*"] },
  busy: { rate: "1/h" },
  expired: { expires: "2020-01-01" },
};
export const CONFIG = { max_body: "1KiB", access: { keys: RULES } };

/**
 * The markers in some bytes: as they are, in base64, or percent-encoded.
 * @param {Buffer | string} bytes
 */
export function markersIn(bytes) {
  const text = bytes.toString("latin1");
  const plain = text.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return MARKERS.filter((marker) => {
    // Wherever it begins in a group of three bytes, the middle of its base64 is one of these.
    const encoded = [0, 1, 2].map((skip) => btoa(marker.slice(skip)).slice(0, 16));
    return [marker, ...encoded].some((form) => text.includes(form) || plain.includes(form));
  });
}
