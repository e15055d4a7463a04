// @ts-check
// What is shown of a circuit: drawing, tables, and what is said of it with carets. Text becomes text, never markup.

import { element } from "./dom.js";
import { figures } from "./figures-table.js";

/** @typedef {{line: number, column: number, text: string}} Place */
/** @typedef {{count: number, pieces: (string | Place)[], marked: string | null, level?: string, message?: string}} Told see typed.py */
/** @typedef {{heads: string[], rows: string[][]}} Table */

const LEVELS = { problem: "Mistake", error: "Fails a check", warning: "Warning" };

/**
 * The drawing in a frame that scrolls.
 * @param {string} svg
 */
export function drawing(svg) {
  const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (drawn.localName !== "svg") throw new Error("The drawing is no SVG.");
  const label = `${drawn.querySelector("title")?.textContent}, drawing`;
  return element("div", { class: "circuit-frame", role: "region", tabindex: 0, "aria-label": label }, document.importNode(drawn, true));
}

/**
 * A table below its caption, as the build makes it.
 * @param {string} caption
 * @param {Table} table
 * @param {boolean} headed whether its first column heads the rows
 */
function table(caption, { heads, rows }, headed = false) {
  if (!rows.length) return [];
  const head = heads.map(name => element("th", { scope: "col" }, name));
  const body = rows.map(row => element("tr", {}, ...row.map((cell, at) =>
    headed && at === 0 ? element("th", { scope: "row" }, cell) : element("td", {}, cell))));
  return [element("p", { class: "lm-caption" }, caption), figures(caption, head, body)];
}

/**
 * @param {string} summary
 * @param {string} name tells it apart from others, so that it stays open
 * @param {...Node} content
 */
function fold(summary, name, ...content) {
  return element("details", { class: "lm-fold", "data-fold": name }, element("summary", {}, summary), ...content);
}

/**
 * The tables, in the order in which the build shows them.
 * @param {any} read what `typed.read` returned
 * @param {any} solved what `typed.solved` returned
 */
export function tables(read, solved) {
  /** @type {HTMLElement[]} */
  const shown = [...table("Parts", read.parts)];
  if (solved.voltages) {
    shown.push(
      ...table("Nets and their voltages against ground", solved.voltages, true),
      fold("Currents and power", "currents", ...table("Currents", solved.currents, true), ...table("Power taken up", solved.powers, true), ...assumed(solved.assumptions)),
    );
  } else {
    shown.push(...table("Nets", read.nets), element("p", { class: "lm-unsolved" }, `Not solved: ${solved.unsolvable.message}.`));
  }
  if (solved.checks.length) {
    const rows = solved.checks.map((/** @type {Told} */ check) => [check.level, check.message]);
    const passed = rows.filter((/** @type {string[]} */ [level]) => level === "passed").length;
    shown.push(fold(`Checks: ${passed} of ${rows.length} passed`, "checks", ...table("Checks", { heads: ["Result", "Check"], rows })));
  }
  return shown;
}

/** @param {string[]} words */
function assumed(words) {
  return words.length ? [element("p", {}, `Assumed: ${words.join("; ")}.`)] : [];
}

/**
 * What is said of a text: each kind with its lines and carets, and a button that leads to each place.
 * @param {Told[]} told
 * @param {"problem" | "warning"} kind of what has no level of its own
 */
export function list(told, kind) {
  return told.map(({ pieces, marked, ...one }) => {
    const level = /** @type {keyof LEVELS} */ (one.level ?? kind);
    // A message that begins with its place goes on after it; another stands after a colon of its own.
    const between = typeof pieces[0] === "string" ? ": " : " ";
    const words = element("p", {}, element("strong", {}, LEVELS[level]), between, ...pieces.map(piece));
    const quoted = marked === null ? [] : [element("pre", { class: "lm-text", tabindex: 0 }, element("code", {}, marked))];
    return element("li", { class: `lm-told-${level}` }, words, ...quoted);
  });
}

/** @param {string | Place} one */
function piece(one) {
  if (typeof one === "string") return one;
  const { line, column, text } = one;
  return element("button", { type: "button", "data-line": line, "data-column": column, "data-text": text }, `line ${line}, column ${column}`);
}

/** @param {Told[]} told */
export function countOf(told) {
  return told.reduce((sum, one) => sum + one.count, 0);
}
