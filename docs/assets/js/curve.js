// @ts-check
// Tokens per second and time of a step over the batch, with the batches at which the limit changes.

/** @import {Answer, Case, Step} from "./answers.js" */
import { LINE, WIDTH, colour, decades, figure, key, label, line, mark, scale, tick, widthOf } from "./drawing.js";
import { svg } from "./dom.js";
import { number as plain, written } from "./format.js";
import { placeOf, placed, rowsOf } from "./placement.js";

const LEFT = 76, HEIGHT = 120;
/** Short names of the knees; the table has the whole sentence. */
const KNEES = /** @type {Record<string, string>} */ ({
  critical_batch: "arithmetic = weights",
  kv_equals_weights_batch: "caches = weights",
  saturation_batch: "arithmetic alone",
});
/** How far beyond what fits a knee still belongs into the drawing. */
const BEYOND = 8;

/**
 * @param {Case[]} cases
 * @returns {HTMLElement[]}
 */
export function curves(cases) {
  const most = Math.max(...cases.map(({ answer }) => answer.curve?.at(-1)?.batch ?? 0));
  if (most === 0) return [];
  const knees = cases.length > 1 ? [] : kneesOf(cases[0], most);
  /** @type {[number, number]} */
  const xs = [1, Math.max(2, most, ...cases.flatMap(({ answer }) => markedOf(answer)).map(step => step.batch), ...knees.map(one => one.batch)) * 1.05];
  const x = scale(xs, [LEFT, WIDTH - 6], true);
  const heads = placed(knees.map(({ batch, text }) => ({ x: x(batch), text })));
  const top = rowsOf(heads) * LINE + 4;
  const foot = top + 2 * HEIGHT + 2 * LINE + 26;
  const lines = heads.flatMap(one => [
    line([[one.x, top - one.row * LINE - 4], [one.x, foot]], "lm-knee"),
    label(placeOf(one), top - one.row * LINE - 7, one.text, "", one.anchor),
  ]);
  const shapes = [
    ...decades(xs).flatMap(value => [
      line([[x(value), top], [x(value), foot]], "lm-grid"),
      tick(x(value), foot + LINE, plain(value)),
    ]),
    label(WIDTH, foot + 2 * LINE, "queries together", "lm-dim", "end"),
    ...lines,
    ...panel(cases, top, "tokens per second, all queries", step => step.tokens_per_second, value => written(value, "1"), x),
    ...panel(cases, top + HEIGHT + LINE + 14, "time of a step", step => step.step_seconds, value => written(value, "s"), x),
  ];
  const told = cases.map(({ label: name, answer }) => {
    const asked = markedOf(answer).map(step => `${pair(step)} at ${plain(step.batch)} queries, `).join("");
    return `${name}: ${asked}${plain(answer.max_batch ?? 0)} fit`;
  });
  return [figure("Over the batch", foot + 2 * LINE + 6, shapes, `Curves over the batch. ${told.join(". ")}.`, key(cases))];
}

/**
 * The knees of one case within the drawing, and what fits at most.
 * @param {Case} one
 * @param {number} most
 */
function kneesOf({ answer }, most) {
  const found = (answer.knees ?? []).flatMap(({ name, value }) =>
    value !== null && value >= 1 && value <= most * BEYOND ? [{ batch: value, text: `${KNEES[name] ?? name}: ${written(value, "1")}` }] : []);
  return [{ batch: most, text: most === answer.max_batch ? `${plain(most)} fit` : `drawn to ${plain(most)}` }, ...found];
}

/** @param {Step} step */
function pair(step) {
  return `${written(step.tokens_per_second, "token/s")}, ${written(step.step_seconds, "s")}`;
}

/**
 * @param {Case[]} cases
 * @param {number} top
 * @param {string} title
 * @param {(step: Step) => number} value
 * @param {(value: number) => string} text of a tick
 * @param {(batch: number) => number} x
 */
function panel(cases, top, title, value, text, x) {
  const start = top + LINE + 4;
  const all = cases.flatMap(({ answer }) => [...(answer.curve ?? []), ...markedOf(answer)]).map(value);
  /** @type {[number, number]} */
  const ys = [Math.min(...all) / 1.3, Math.max(...all) * 1.3];
  const y = scale(ys, [start + HEIGHT, start], true);
  const shapes = decades(ys, 4).flatMap(at => [
    line([[LEFT, y(at)], [WIDTH, y(at)]], "lm-grid"),
    label(LEFT - 6, y(at) + 4, text(at), "lm-dim", "end"),
  ]);
  shapes.push(label(0, top + 12, title, "lm-strong"));
  for (const [number, { answer }] of cases.entries()) {
    const points = (answer.curve ?? []).map(step => /** @type {[number, number]} */ ([x(step.batch), y(value(step))]));
    if (points.length) shapes.push(line(points, `lm-curve lm-dash-${number + 1} ${colour(number)}`));
    const end = points.at(-1);
    if (end) shapes.push(svg("path", { d: `M${end[0]} ${end[1] - 5}V${end[1] + 5}`, class: `lm-curve ${colour(number)}` }));
  }
  for (const [number, { answer }] of cases.entries()) {
    for (const marked of markedOf(answer)) {
      const at = x(marked.batch), height = y(value(marked));
      shapes.push(mark(at, height, number));
      if (cases.length === 1) shapes.push(...said(marked, at, height, value, text, start + HEIGHT));
    }
  }
  return shapes;
}

/**
 * The batch asked for; none where it does not fit, since what does not fit has no rate.
 * @param {Answer} answer
 */
function markedOf({ fits, marked }) {
  return fits && marked ? [marked] : [];
}

/**
 * What the marked batch gives, on the side of its mark where the curve does not go.
 * @param {Step} marked
 * @param {number} at
 * @param {number} height
 * @param {(step: Step) => number} value
 * @param {(value: number) => string} text
 * @param {number} foot
 */
function said(marked, at, height, value, text, foot) {
  const words = `${plain(marked.batch)}: ${text(value(marked))}`;
  const right = at + 8 + widthOf(words) < WIDTH;
  return [label(at + (right ? 8 : -8), Math.min(height + 17, foot - 3), words, "lm-strong", right ? "start" : "end")];
}
