// A certificate for this machine that no authority has signed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {string} folder where its files go */
export function selfSignedCertificate(folder) {
  const files = { key: join(folder, "key.pem"), certificate: join(folder, "certificate.pem") };
  const options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
  const out = ["-keyout", files.key, "-out", files.certificate, "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...options, ...names, ...leaf, ...out], {
    stdio: "ignore",
  });
  return { ...files, key: readFileSync(files.key), cert: readFileSync(files.certificate) };
}
