// Plots in SVG. No background, and colours of middle lightness, so that they can be read on a light
// page as on a dark one.
import { number } from "./report.js";

/** @typedef {import("./statistics.js").Summary} Summary */

const WIDTH = 720;
const TEXT = "#737b85";
const GRID = "#8a929b44";
const OTHERS = "#8a929b";
const OURS = "#3b82c4";
/** @type {Record<string, string>} */
const COLOURS = {
  bare: OTHERS,
  nginx: "#4c9a52",
  portkey: "#a068c8",
  sluice: OURS,
  "sluice one-line": "#d1701a",
};

/** @param {number} value @returns {string} a coordinate */
const at = (value) => value.toFixed(1);

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Digits that show three figures. @param {number} value */
const digitsFor = (value) => Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(value || 1))));

/**
 * @param {number} x
 * @param {number} y of the middle of the line
 * @param {string} text
 * @param {"start" | "middle" | "end"} [anchor]
 */
const label = (x, y, text, anchor = "start") =>
  `<text x="${at(x)}" y="${at(y + 4)}" text-anchor="${anchor}">${escaped(text)}</text>`;

/**
 * @param {string} title
 * @param {number} height
 * @param {string[]} parts
 */
const svg = (title, height, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"
  role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13" fill="${TEXT}">
<text x="0" y="16" font-size="15" font-weight="600">${escaped(title)}</text>
${parts.join("\n")}
</svg>
`;

/**
 * A bar for each: its length the median, a line across its end from quartile to quartile.
 *
 * @param {string} title
 * @param {{ name: string, summary: Summary }[]} rows
 */
export function bars(title, rows) {
  const left = 140;
  const most = Math.max(...rows.map(({ summary }) => summary.high));
  /** @param {number} value */
  const x = (value) => left + (value / most) * (WIDTH - left - 90);
  const parts = rows.flatMap(({ name, summary: { median, low, high } }, i) => {
    const y = 44 + i * 28;
    const colour = name.startsWith("sluice") ? OURS : OTHERS;
    return [
      label(left - 10, y, name, "end"),
      `<rect x="${left}" y="${y - 9}" width="${at(x(median) - left)}" height="18" rx="2" fill="${colour}"/>`,
      `<path d="M${at(x(low))} ${y}H${at(x(high))}" stroke="${TEXT}" stroke-width="2"/>`,
      label(x(high) + 8, y, number(median, digitsFor(median))),
    ];
  });
  return svg(title, 44 + rows.length * 28, parts);
}

/** Round numbers from 0 to just over `most`. @param {number} most */
function ticks(most) {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * /** @type {number} */ ([1, 2, 5, 10].find((n) => n * power >= rough));
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

/**
 * A line for each series, over an axis of x that is logarithmic.
 *
 * @param {string} title
 * @param {string} unit of x
 * @param {{ name: string, points: { x: number, y: number }[] }[]} series
 * @param {{ isLogarithmic?: boolean }} [options] of y
 */
export function lines(title, unit, series, { isLogarithmic = false } = {}) {
  const [left, top, right, bottom] = [64, 60, WIDTH - 16, 300];
  const all = series.flatMap(({ points }) => points);
  const xs = [...new Set(all.map(({ x }) => x))].toSorted((a, b) => a - b);
  const values = all.map(({ y }) => y);
  const decades = [Math.min(...values), Math.max(...values)].map(Math.log10);
  const [first, last] = [Math.floor(decades[0]), Math.ceil(decades[1])];
  const marks = isLogarithmic
    ? Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
    : ticks(Math.max(...values));
  const [from, to] = [Math.log10(xs[0]), Math.log10(xs[xs.length - 1])];
  /** @param {number} value */
  const x = (value) => left + 10 + ((Math.log10(value) - from) / (to - from)) * (right - left - 40);
  /** @param {number} value */
  const y = (value) => {
    const share = isLogarithmic
      ? (Math.log10(value) - first) / (last - first)
      : value / marks[marks.length - 1];
    return bottom - share * (bottom - top);
  };
  const parts = marks.flatMap((value) => [
    `<path d="M${left} ${at(y(value))}H${right}" stroke="${GRID}"/>`,
    label(left - 8, y(value), value < 1 ? String(value) : number(value), "end"),
  ]);
  for (const value of xs) parts.push(label(x(value), bottom + 16, number(value), "middle"));
  parts.push(label(right, bottom + 36, unit, "end"));
  series.forEach(({ name, points }, i) => {
    const colour = COLOURS[name] ?? OURS;
    const path = points.map((point, j) => `${j ? "L" : "M"}${at(x(point.x))} ${at(y(point.y))}`);
    parts.push(
      `<path d="${path.join("")}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(
        (point) => `<circle cx="${at(x(point.x))}" cy="${at(y(point.y))}" r="3" fill="${colour}"/>`,
      ),
      `<rect x="${left + i * 130}" y="32" width="14" height="4" fill="${colour}"/>`,
      label(left + i * 130 + 20, 34, name),
    );
  });
  return svg(title, bottom + 46, parts);
}
