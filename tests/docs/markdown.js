// Takes a Markdown file of this repository apart, as far as its tests need it.

const FENCE = /^( *)```(\w*)\n(.*?)^ *```$/gms;

/**
 * @param {string} text
 * @returns {{ language: string, code: string }[]} fenced code, without the indent of a list
 */
export const fences = (text) =>
  [...text.matchAll(FENCE)].map(([, indent = "", language = "", code = ""]) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));

/**
 * @param {string} text
 * @param {string} language
 */
export const codeIn = (text, language) =>
  fences(text)
    .filter((fence) => fence.language === language)
    .map(({ code }) => code);

/**
 * @param {string} text
 * @returns {{ level: string, anchor: string }[]} headings, with their anchors as GitHub makes them
 */
export const headings = (text) =>
  [...text.replaceAll(FENCE, "").matchAll(/^(#+) (.+)$/gm)].map(([, level = "", name = ""]) => ({
    level,
    anchor: name
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  }));

/**
 * @param {string} text
 * @returns {{ file: string, anchor: string }[]} links and images, but for those that leave the repository
 */
export const links = (text) =>
  [...text.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)].map(([, file = "", anchor = ""]) => ({
    file,
    anchor,
  }));

/**
 * @param {string} text
 * @param {number} index of a section, from 0
 */
export const section = (text, index) => text.split(/^## /m)[index + 1] ?? "";

/**
 * @param {string} text
 * @returns {string[][]} the cells of each row of its tables
 */
export const tableRows = (text) =>
  [...text.matchAll(/^\|(.+)\|$/gm)].map(([, row = ""]) =>
    row.split("|").map((cell) => cell.trim()),
  );
