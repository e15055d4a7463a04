// @ts-check
// Times as intervals beside their bound, and what an output token waits for.

/** @import {Case, Answer, Interval} from "./answers.js" */
import { LINE, WIDTH, box, caseName, colour, decades, figure, label, line, mark, scale, tick, titled } from "./drawing.js";
import { written } from "./format.js";
import { withLegend } from "./stack.js";

const SHOWN = ["time_per_output_token_s", "time_to_first_token_s"];
/** The colour of each part, so that a part has the same in every case. */
const COLOURS = ["weights", "cache", "arithmetic", "latency", "communication", "prompts"];
/** From such a ratio on the shorter times would be a smear at 0, and the axis is logarithmic. */
const WIDE = 12;

/**
 * @param {Case[]} cases
 * @returns {HTMLElement[]}
 */
export function intervals(cases) {
  return SHOWN.flatMap(name => {
    const rows = cases.map(({ answer }) => answer.rows?.find(row => row.name === name));
    const known = rows.filter(isExpected);
    return known.length ? [panel(cases, rows, known)] : [];
  });
}

/** @typedef {{[end in "bound" | "low" | "expected" | "high"]: number} & {words: string, unit: string}} Expected */

/**
 * @param {Interval | undefined} row
 * @returns {row is Interval & Expected}
 */
function isExpected(row) {
  return row !== undefined && row.expected !== null;
}

/**
 * @param {Case[]} cases
 * @param {(Interval | undefined)[]} rows
 * @param {Expected[]} known
 */
function panel(cases, rows, known) {
  const most = Math.max(...known.map(row => row.high));
  const least = Math.min(...known.map(row => row.bound));
  const wide = most / least > WIDE;
  const place = scale(wide ? [least / 1.3, most * 1.05] : [0, most * 1.05], [2, WIDTH - 2], wide);
  const shapes = [], told = [];
  let y = 0;
  for (const [number, row] of rows.entries()) {
    if (cases.length > 1) {
      shapes.push(label(0, y + 12, caseName(number, cases[number].label), "lm-strong"));
      y += LINE;
    }
    const runs = cases[number].answer.rows?.length;
    const text = row ? said(row) : runs ? "no token follows the first" : "does not run";
    const drawn = isExpected(row);
    told.push(`${cases[number].label}: ${text}`);
    if (drawn) {
      const middle = y + 10;
      shapes.push(box(place(row.low), middle - 4, place(row.high) - place(row.low), 8, `lm-faint ${colour(number)}`));
      shapes.push(line([[place(row.bound), middle - 8], [place(row.bound), middle + 8]], "lm-limit"));
      shapes.push(mark(place(row.expected), middle, number));
      y += 20;
    }
    shapes.push(label(drawn ? 6 : 0, y + 12, text));
    y += LINE + 8;
  }
  const ticks = wide ? decades([least / 1.3, most * 1.05], 4) : [0, most];
  const marks = ticks.map(value => tick(place(value), y + 12, written(value, "s")));
  const grid = ticks.map(value => line([[place(value), 0], [place(value), y]], "lm-grid"));
  const title = `${capital(known[0].words)}: bar for low to high, mark for expected, line for the bound`;
  return figure(title, y + LINE + 2, [...grid, ...shapes, ...marks], `${known[0].words}. ${told.join(". ")}.`);
}

/** @param {Interval} row */
function said(row) {
  const [bound, low, expected, high] = [row.bound, row.low, row.expected, row.high].map(value => written(value, row.unit));
  if (row.expected === null) return `bound ${bound}; what to expect is not known`;
  return `${expected} (${low} to ${high}), bound ${bound}`;
}

/**
 * What an output token waits for, with its largest part named.
 * @param {Case[]} cases
 * @returns {HTMLElement[]}
 */
export function waits(cases) {
  const running = cases.filter(({ answer }) => answer.parts?.length);
  if (!running.length) return [];
  const shapes = [], told = [];
  let y = 0;
  for (const { label: name, answer } of running) {
    const parts = (answer.parts ?? []).filter(part => part.value);
    const binds = parts.find(part => part.name === answer.binds)?.words ?? "";
    if (cases.length > 1) {
      const number = cases.findIndex(one => one.answer === answer);
      shapes.push(label(0, y + 12, caseName(number, name), "lm-strong"));
      y += LINE;
    }
    shapes.push(label(0, y + 12, `largest part: ${binds}`));
    const place = scale([0, total(answer)], [0, WIDTH]);
    const groups = parts.map(part => ({
      name: part.words,
      value: written(part.value, part.unit),
      parts: [part.value ?? 0],
      colour: COLOURS.includes(part.name) ? COLOURS.indexOf(part.name) : 2,
    }));
    const bar = withLegend(y + LINE + 3, groups, place);
    shapes.push(...bar.shapes);
    told.push(`${name}: ${groups.map(group => `${group.name} ${group.value}`).join(", ")}; the largest part is ${binds}`);
    y = bar.bottom + 10;
  }
  return [figure(titled("What an output token waits for", cases), y - 6, shapes, `Bars of the parts of an output token. ${told.join(". ")}.`)];
}

/** @param {Answer} answer */
function total(answer) {
  return (answer.parts ?? []).reduce((sum, part) => sum + (part.value ?? 0), 0);
}

/** @param {string} words */
function capital(words) {
  return words[0].toUpperCase() + words.slice(1);
}
