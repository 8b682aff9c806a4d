// Medians and spreads: of measurements, and of two variants' measurements taken pair by pair.

/** @typedef {{ median: number, low: number, high: number }} Summary low, high: the quartiles */

/**
 * @param {number[]} sorted
 * @param {number} share 0 … 1
 */
function quantile(sorted, share) {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/**
 * @param {number[]} values at least one
 * @returns {Summary}
 */
export function summarize(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
  };
}

/**
 * What two variants measured in the same rounds, round by round.
 *
 * @template M
 * @param {M[]} ours
 * @param {M[]} theirs
 * @param {(one: M) => number} figure
 */
export function compare(ours, theirs, figure) {
  /** @param {(a: number, b: number) => number} combine */
  const pairwise = (combine) =>
    summarize(ours.map((one, i) => combine(figure(one), figure(theirs[i]))));
  return {
    ratio: () => pairwise((a, b) => a / b),
    difference: () => pairwise((a, b) => a - b),
  };
}

/**
 * @param {number[]} values at least one
 * @param {number} share 0 … 1
 */
export const percentile = (values, share) =>
  quantile(
    values.toSorted((a, b) => a - b),
    share,
  );
