// @ts-check
// Shows an answer: sentences, what would help, drawings, tables, notes. macros/pages/calculator_answers.py writes
// the same into the page for the answer that it is built with, its drawings made by these very scripts; only the
// buttons of what would help are plain words there.

/** @import {Kind, Case, Sentence, Remedy} from "./answers.js" */
/** @import {Table, Cell} from "./answer-tables.js" */
import { tables } from "./answer-tables.js";
import { MOST_CASES } from "./calculator-fields.js";
import { element } from "./dom.js";
import { figures } from "./figures-table.js";
import { UNKNOWN, written } from "./format.js";
import { drawings } from "./visuals.js";

/**
 * Fills `into`. What was unfolded there stays so, and the sentences stay in one live region.
 *
 * A button of what would help dispatches a bubbling "lm-change" whose detail is the change of the ask; the
 * case that it belongs to is the number in the target's data-case.
 * @param {Kind} kind
 * @param {Case[]} cases one to four
 * @param {HTMLElement} into
 */
export function show(kind, cases, into) {
  if (cases.length < 1 || cases.length > MOST_CASES) throw new Error(`${cases.length} cases; expected 1 to ${MOST_CASES}`);
  const unfolded = new Set([...into.querySelectorAll("details[open]")].map(caption));
  const focused = into.contains(document.activeElement);
  const said = into.querySelector(".lm-said-live") ?? element("div", { class: "lm-said-live", "aria-live": "polite" });
  const rest = element("div", { class: cases.length > 2 ? "lm-answer lm-many" : "lm-answer" });
  rest.append(
    ...cases.map((one, number) => remedies(one, number, cases.length > 1)).filter(found => found !== null),
    ...drawings(kind, cases.map(one => ({ ...one, answer: drawn(one.answer) }))),
    ...tables(kind, cases).map(table => shownTable(table)),
    ...notes(cases),
  );
  for (const fold of rest.querySelectorAll("details")) fold.open = unfolded.has(caption(fold));
  // Nothing is shown before all of it is made: a new sentence never stands above an old table.
  said.replaceChildren(...cases.map(one => paragraph(one)));
  // The live region stays where it is: one that comes anew would not be read out.
  if (said.parentElement !== into) into.replaceChildren(said);
  for (const child of [...into.children]) if (child !== said) child.remove();
  into.append(rest);
  if (focused && !into.contains(document.activeElement)) {
    into.tabIndex = -1;
    into.focus({ preventScroll: true });
  }
}

/**
 * An answer for drawings, to which whole numbers beyond 2^53 are as good as their neighbours.
 * @param {any} value
 * @returns {any}
 */
function drawn(value) {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(drawn);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, drawn(one)]));
}

/** @param {Element} fold */
function caption(fold) {
  return fold.querySelector("summary")?.textContent ?? "";
}

/** @param {Case} one */
function paragraph({ label, answer }) {
  return element("p", { class: "lm-verdict" }, element("strong", {}, label), " ", ...sentence(answer.sentence));
}

/**
 * @param {Sentence} pieces
 * @returns {(Node | string)[]}
 */
export function sentence(pieces) {
  return pieces.map(piece => (typeof piece === "string" ? piece : figure(piece.value, piece.unit)));
}

/**
 * @param {number | null} value
 * @param {string} unit
 */
function figure(value, unit) {
  const text = written(value, unit);
  return text === UNKNOWN ? text : element("data", { value: String(value) }, text);
}

/**
 * @param {Case} one
 * @param {number} number of the case
 * @param {boolean} named whether its label is said
 */
function remedies({ label, answer }, number, named) {
  if (!answer.remedies?.length) return null;
  const list = element("ul", {}, ...answer.remedies.map(remedy => element("li", {}, button(remedy, number))));
  const what = answer.rows ? "let one query run" : "make it fit";
  const whose = `${named ? `${label}: each` : "Each"} of these alone would ${what}`;
  return element("div", { class: "lm-remedies" }, element("p", {}, whose), list);
}

/**
 * @param {Remedy} remedy
 * @param {number} number
 */
function button(remedy, number) {
  const [value] = Object.values(remedy.change);
  const text = typeof value === "number" ? written(value, "token") : value;
  const made = element("button", { type: "button", class: "lm-button", "data-case": number }, `${remedy.words}: ${text}`);
  made.addEventListener("click", () =>
    made.dispatchEvent(new CustomEvent("lm-change", { bubbles: true, detail: { ...remedy.change } })));
  return made;
}

/**
 * A sentence of a table, whose rows and columns say that rates are tokens per second.
 * @param {Sentence} pieces
 */
function inTable(pieces) {
  return sentence(pieces.map(piece => (typeof piece !== "string" && piece.unit === "token/s" ? { ...piece, unit: "token" } : piece)));
}

/** @param {Table} table */
function shownTable({ caption, folded, columns, rows }) {
  const [first, ...others] = columns;
  const head = [
    element("th", { scope: "col" }, first),
    ...others.map(name => element("th", { scope: "col", class: "num" }, name)),
  ];
  const body = rows.map(row =>
    element("tr", {}, element("th", { scope: "row" }, ...inTable(row.head)), ...row.cells.map(cell)));
  const scrolling = figures(caption, head, body);
  if (!folded) return element("div", { class: "lm-table" }, element("p", { class: "lm-caption" }, caption), scrolling);
  return element("details", { class: "lm-more" }, element("summary", {}, caption), scrolling);
}

/** @param {Cell} lines */
function cell(lines) {
  const [first, ...others] = lines;
  const content = first ? inTable(first) : ["–"];
  const more = others.map(line => element("small", {}, ...inTable(line)));
  return element("td", { class: "num" }, ...content, ...more);
}

/** @param {Case[]} cases */
function notes(cases) {
  const all = cases.flatMap(({ label, answer }) =>
    [...(answer.notes ?? []), ...(answer.outside ?? [])].map(note => (cases.length > 1 ? `${label}: ${note}` : note)));
  return all.length ? [element("ul", { class: "lm-notes" }, ...all.map(note => element("li", {}, note)))] : [];
}
