// A clock that all the processes of a machine share.

/** @returns {number} milliseconds since an arbitrary moment, the same for every process */
export function now() {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
