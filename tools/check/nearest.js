// Which known name a misspelt one is meant to be.

/**
 * How many letters to change, insert, leave out or swap with the next: Damerau and Levenshtein's
 * distance, each letter edited once.
 *
 * @param {string} a
 * @param {string} b
 */
function editDistance(a, b) {
  /** @type {number[][]} */
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; ++i) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; ++j) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(replaced, rows[i - 1][j] + 1, rows[i][j - 1] + 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (i > 1 && j > 1 && isSwapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

/**
 * @param {string} name
 * @param {string[]} names
 * @returns {string | undefined} the nearest of `names`, if it is only a few edits away
 */
export function nearestName(name, names) {
  const [best] = names
    .map((candidate) => ({
      candidate,
      distance: editDistance(name.toLowerCase(), candidate.toLowerCase()),
      allowed: Math.max(1, Math.ceil(candidate.length / 4)),
    }))
    .filter(({ distance, allowed }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/**
 * @param {string} name
 * @param {string[]} names
 * @returns {string} to put behind what is said of an unknown name
 */
export function suggestion(name, names) {
  const nearest = nearestName(name, names);
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
}
