// Writes figures for people: numbers with their spread, tables, targets.

/** @typedef {import("./statistics.js").Summary} Summary */
/**
 * @typedef {object} Target
 * @property {string} what
 * @property {string} goal
 * @property {string} measured
 * @property {boolean} isMet
 */

/**
 * @param {number} value
 * @param {number} [digits] after the point
 */
export function number(value, digits = 0) {
  if (!Number.isFinite(value)) throw new Error(`a figure is ${value}`);
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString("en-US", form);
}

/**
 * "median (lower quartile … upper quartile)"
 *
 * @param {Summary} summary
 * @param {number} [digits]
 */
export const spread = ({ median, low, high }, digits = 0) =>
  `${number(median, digits)} (${number(low, digits)} … ${number(high, digits)})`;

/**
 * A table in Markdown; the first column is text, the others are figures.
 *
 * @param {string[]} columns
 * @param {string[][]} rows
 */
export function table(columns, rows) {
  /** @param {string[]} cells */
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  const rule = columns.map((_, i) => (i === 0 ? "---" : "---:"));
  return line(columns) + line(rule) + rows.map(line).join("");
}

/**
 * @param {string} what
 * @param {"≥" | "≤"} relation
 * @param {number} goal for the median
 * @param {Summary | number} measured
 * @param {{ unit?: string, digits?: number }} [form]
 * @returns {Target}
 */
export function target(what, relation, goal, measured, { unit = "", digits = 2 } = {}) {
  const median = typeof measured === "number" ? measured : measured.median;
  const text = typeof measured === "number" ? number(measured, digits) : spread(measured, digits);
  return {
    what,
    goal: `${relation} ${goal}${unit}`,
    measured: `${text}${unit}`,
    isMet: relation === "≥" ? median >= goal : median <= goal,
  };
}

/** @param {Target[]} targets */
export const targetTable = (targets) =>
  table(
    ["target", "goal", "measured", "met"],
    targets.map(({ what, goal, measured, isMet }) => [what, goal, measured, isMet ? "yes" : "no"]),
  );
