// @ts-check
// Where a step stands under the roof of its accelerators, both axes logarithmic.

/** @import {Case, Roofline} from "./answers.js" */
import { LINE, WIDTH, colour, decades, figure, key, label, line, mark, scale, tick, widthOf } from "./drawing.js";
import { number as plain, written } from "./format.js";

const LEFT = 86, TOP = 20, BOTTOM = 218;

/** @typedef {{name: string, number: number, roof: Roofline}} Roofed */

/**
 * @param {Case[]} cases
 * @returns {HTMLElement[]}
 */
export function roofline(cases) {
  const roofed = cases.flatMap(({ label: name, answer }, number) =>
    answer.roofline ? [{ name, number, roof: answer.roofline }] : []);
  if (!roofed.length) return [];
  const places = roofed.flatMap(({ roof }) => [roof.arithmetic_intensity, roof.ridge_intensity ?? roof.arithmetic_intensity]);
  /** @type {[number, number]} */
  const xs = [Math.min(...places) / 4, Math.max(...places) * 5];
  const heights = roofed.flatMap(({ roof }) => [roof.bandwidth * xs[0], highest(roof, xs[1]), roof.attained ?? roof.bandwidth * xs[0]]);
  /** @type {[number, number]} */
  const ys = [Math.min(...heights) / 1.5, Math.max(...heights) * 3];
  const x = scale(xs, [LEFT, WIDTH - 2], true), y = scale(ys, [BOTTOM, TOP], true);
  const shapes = [
    ...decades(ys).flatMap(value => [
      line([[LEFT, y(value)], [WIDTH, y(value)]], "lm-grid"),
      label(LEFT - 6, y(value) + 4, written(value, "FLOP/s"), "lm-dim", "end"),
    ]),
    ...decades(xs).flatMap(value => [
      line([[x(value), TOP], [x(value), BOTTOM]], "lm-grid"),
      tick(x(value), BOTTOM + LINE, plain(value)),
    ]),
    label(WIDTH, BOTTOM + 2 * LINE, "FLOP per byte that is read", "lm-dim", "end"),
    ...roofed.flatMap(one => roof(one, xs, x, y)),
    ...(roofed.length === 1 && cases.length === 1 ? said(roofed[0].roof, xs, x, y) : []),
    ...points(roofed, cases.length > 1, x, y),
  ];
  const told = roofed.map(({ name, roof: { arithmetic_intensity: at, ridge_intensity: ridge, attained } }) =>
    `${name}: ${written(at, "FLOP/B")}, ${written(attained, "FLOP/s")}, the ridge at ${written(ridge, "FLOP/B")}`);
  const counts = new Set(roofed.map(({ roof }) => roof.accelerators));
  const [together] = counts;
  const whose = counts.size === 1 && together > 1 ? `limits of ${together} cards together` : "card's limits";
  return [figure(`Memory or arithmetic: where a step stands under the ${whose} (its roofline)`, BOTTOM + 2 * LINE + 6, shapes, `Roofline. ${told.join(". ")}.`, key(cases))];
}

/**
 * @param {Roofline} roof
 * @param {number} intensity
 */
function highest(roof, intensity) {
  return Math.min(roof.bandwidth * intensity, roof.peak ?? Infinity);
}

/**
 * @param {Roofed} one
 * @param {[number, number]} xs
 * @param {(value: number) => number} x
 * @param {(value: number) => number} y
 */
function roof({ roof: one, number }, xs, x, y) {
  const corner = one.peak === null ? [] : [one.peak / one.bandwidth].filter(at => at > xs[0] && at < xs[1]);
  const points = [xs[0], ...corner, xs[1]].map(at => /** @type {[number, number]} */ ([x(at), y(highest(one, at))]));
  return [line(points, `lm-curve lm-dash-${number + 1} ${colour(number)}`)];
}

/**
 * The words at a single roof: its rates, its ridge, and where the step stands.
 * @param {Roofline} one
 * @param {[number, number]} xs
 * @param {(value: number) => number} x
 * @param {(value: number) => number} y
 */
function said(one, xs, x, y) {
  const shapes = [];
  const end = one.peak === null ? xs[1] : Math.min(one.peak / one.bandwidth, xs[1]);
  const middle = Math.sqrt(xs[0] * end);
  const bandwidth = written(one.bandwidth, "B/s");
  if (x(middle) - 12 - widthOf(bandwidth) > LEFT) {
    shapes.push(label(x(middle) - 12, y(one.bandwidth * middle) - 6, bandwidth, "", "end"));
  }
  if (one.peak !== null) {
    // Right of the ridge, or left of it where there is no room.
    const text = written(one.peak, "FLOP/s");
    const room = WIDTH - x(end) > widthOf(text) + 6;
    shapes.push(label(room ? WIDTH - 2 : x(end) - 5, y(one.peak) - 6, text, "", "end"));
  }
  if (one.peak !== null && one.ridge_intensity !== null) {
    const at = x(one.ridge_intensity);
    const text = `ridge ${written(one.ridge_intensity, "FLOP/B")}`;
    shapes.push(line([[at, TOP - 5], [at, BOTTOM]], "lm-knee"), label(Math.min(at + 4, WIDTH), TOP - 8, text, "", "end"));
  }
  if (one.attained !== null) {
    const at = x(one.arithmetic_intensity);
    const lines = [written(one.arithmetic_intensity, "FLOP/B"), written(one.attained, "FLOP/s")];
    const top = Math.min(y(one.attained) + 16, BOTTOM - LINE - 3);
    const right = at + 8 + Math.max(...lines.map(widthOf)) < WIDTH;
    const [left, anchor] = /** @type {[number, "start" | "end"]} */ (right ? [at + 8, "start"] : [at - 8, "end"]);
    shapes.push(...lines.map((text, i) => label(left, top + i * (LINE - 1), text, "lm-strong", anchor)));
  }
  return shapes;
}

/**
 * Marks of the cases; of several with their numbers, moved apart where they would meet.
 * @param {Roofed[]} roofed
 * @param {boolean} numbered
 * @param {(value: number) => number} x
 * @param {(value: number) => number} y
 */
function points(roofed, numbered, x, y) {
  /** @type {[number, number][]} */
  const taken = [];
  return roofed.flatMap(({ number, roof: one }) => {
    if (one.attained === null) return [];
    const at = x(one.arithmetic_intensity), height = y(one.attained);
    if (!numbered) return [mark(at, height, number)];
    let text = height + 16;
    while (taken.some(([left, top]) => Math.abs(left - at) < 14 && Math.abs(top - text) < 13)) text += 13;
    taken.push([at, text]);
    return [mark(at, height, number), label(at + 6, text, String(number + 1), "lm-strong")];
  });
}
