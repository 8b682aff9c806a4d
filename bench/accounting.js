// What a process has used, by the kernel's own account (Linux).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * CPU time of all the threads of a process. From schedstat, as /proc/PID/stat counts in ticks of
 * 10 ms. A thread that has ended no longer counts; none of the processes here end one under load.
 *
 * @param {number} pid
 */
export function cpuNanoseconds(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce(
    (sum, thread) =>
      sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
    0,
  );
}

/**
 * The most resident memory since resetPeak().
 * @param {number} pid
 */
export function peakBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** @param {number} pid */
export function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}
