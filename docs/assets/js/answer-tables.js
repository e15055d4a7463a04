// @ts-check
// The tables of an answer, as data. macros/pages/calculator_answers.py has the same ones for the build.

/** @import {Kind, Case, Answer, Figure, Quantity, Sentence, Interval} from "./answers.js" */

/** @typedef {Sentence[]} Cell its lines; none where a case has no such figure */
/** @typedef {{head: Sentence, cells: Cell[]}} Row */
/** @typedef {{caption: string, folded: boolean, columns: string[], rows: Row[]}} Table */

export const ENDS = /** @type {const} */ (["bound", "low", "expected", "high"]);

/**
 * @param {Kind} kind
 * @param {Case[]} cases
 * @returns {Table[]} those that have rows
 */
export function tables(kind, cases) {
  return TABLES[kind](cases).filter(table => table.rows.length);
}

/** @type {Record<Kind, (cases: Case[]) => Table[]>} */
const TABLES = {
  multiplications: cases => [
    table("Multiplications, parameters and cache", cases, figureRows(cases, "figures")),
    table("Multiplications of a new token, by component", cases, figureRows(cases, "parts"), true),
  ],
  fit: cases => [
    table("What is needed and what there is", cases, [typeRow(cases, "weights in", "dtype"), ...figureRows(cases, "figures")]),
    table("What takes the room", cases, figureRows(cases, "parts")),
  ],
  speed: cases => [
    cases.length === 1 ? ends(cases[0].answer) : table("Times and rates", cases, intervalRows(cases)),
    table("What an output token waits for", cases, figureRows(cases, "parts", part => part.value !== 0), true),
    table("Queries and data types", cases, [
      typeRow(cases, "weights in", "dtype"),
      typeRow(cases, "arithmetic in", "compute_dtype"),
      ...figureRows(cases, "figures"),
    ], true),
  ],
  batching: cases => [
    table("A step of this batch", cases, [typeRow(cases, "weights in", "dtype"), ...figureRows(cases, "figures")]),
    table("Batches at which the limit changes", cases, figureRows(cases, "knees", undefined, "none")),
    cases.length === 1 ? curve(cases[0].answer) : table("Tokens per second and time of a step, over the batch", cases, curveRows(cases), true),
  ],
};

/**
 * @param {string} caption
 * @param {Case[]} cases
 * @param {Row[]} rows
 */
function table(caption, cases, rows, folded = false) {
  return { caption, folded, columns: ["What", ...cases.map(one => one.label)], rows };
}

/**
 * A row for each figure that some case has.
 * @param {Case[]} cases
 * @param {"figures" | "parts" | "knees"} key
 * @param {(figure: Figure) => boolean} [kept] whether a figure alone is reason for a row
 * @param {string} [none] what stands for a figure without a value, if not "unknown"
 * @returns {Row[]}
 */
function figureRows(cases, key, kept = () => true, none) {
  const words = new Map(cases.flatMap(({ answer }) => answer[key] ?? []).filter(kept).map(one => [one.name, one.words]));
  return [...words].map(([name, head]) => ({
    head: [head],
    cells: cases.map(({ answer }) => {
      const found = answer[key]?.find(figure => figure.name === name);
      // What does not fit has no rate, which is not one that is unknown.
      if (!found || (found.value === null && answer.fits === false && !none)) return [];
      return [[found.value === null && none ? none : { value: found.value, unit: found.unit }]];
    }),
  }));
}

/**
 * @param {Case[]} cases
 * @param {string} head
 * @param {"dtype" | "compute_dtype"} key
 * @returns {Row}
 */
function typeRow(cases, head, key) {
  return { head: [head], cells: cases.map(({ answer }) => [[answer[key] ?? "unknown"]]) };
}

/**
 * Times and rates of one case: a column for each end.
 * @param {Answer} answer
 * @returns {Table}
 */
function ends(answer) {
  const rows = (answer.rows ?? []).map(row => ({
    head: [row.words],
    cells: ENDS.map(end => [[{ value: row[end], unit: row.unit }]]),
  }));
  return { caption: "Times and rates", folded: false, columns: ["What", ...ENDS], rows };
}

/**
 * Of several: what is expected, below it the interval and the bound.
 * @param {Case[]} cases
 * @returns {Row[]}
 */
function intervalRows(cases) {
  const words = new Map(cases.flatMap(({ answer }) => answer.rows ?? []).map(row => [row.name, row.words]));
  return [...words].map(([name, head]) => ({
    head: [head],
    cells: cases.map(({ answer }) => {
      const found = answer.rows?.find(row => row.name === name);
      return found ? lines(found) : [];
    }),
  }));
}

/**
 * @param {Interval} row
 * @returns {Cell}
 */
function lines(row) {
  const [bound, low, expected, high] = ENDS.map(end => ({ value: row[end], unit: row.unit }));
  return [[expected], [low, " to ", high], ["bound ", bound]];
}

/**
 * @param {Answer} answer
 * @returns {Table}
 */
function curve(answer) {
  const rows = (answer.curve ?? []).map(step => ({
    head: [{ value: step.batch, unit: "1" }],
    cells: [
      [[{ value: step.step_seconds, unit: "s" }]],
      [[{ value: step.tokens_per_second, unit: "token/s" }]],
      [[{ value: step.tokens_per_second_per_query, unit: "token/s" }]],
    ],
  }));
  const columns = ["Queries", "a step", "tokens per second", "of these, each query"];
  return { caption: "Tokens per second and time of a step, over the batch", folded: true, columns, rows };
}

/**
 * @param {Case[]} cases
 * @returns {Row[]}
 */
function curveRows(cases) {
  const batches = new Set(cases.flatMap(({ answer }) => answer.curve ?? []).map(step => step.batch));
  return [...batches].sort((a, b) => a - b).map(batch => ({
    head: [{ value: batch, unit: "1" }, " queries"],
    cells: cases.map(({ answer }) => {
      const found = answer.curve?.find(step => step.batch === batch);
      if (!found) return [];
      return [[{ value: found.tokens_per_second, unit: "token/s" }], [{ value: found.step_seconds, unit: "s" }]];
    }),
  }));
}
