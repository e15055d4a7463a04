// @ts-check
// A bar of parts, each labelled: inside where there is room, else below with a line to it; or all in a legend below.

import { LINE, WIDTH, box, colour, label, line, widthOf } from "./drawing.js";
import { apart, placeOf, rowsOf } from "./placement.js";

/** @typedef {{name: string, value: string, parts: number[], colour: number}} Group of parts under one label */

const HEIGHT = 24;
/** Side of a square of the legend, and the room between two of its entries. */
const SQUARE = 9, GAP = 12;

/**
 * @param {number} y of the bar's upper edge
 * @param {Group[]} groups in their order
 * @param {(value: number) => number} place
 * @param {number} [limit] where a line crosses the bar, which no label may lie on
 * @returns {{boxes: SVGElement[], labels: SVGElement[], bottom: number}} bottom is below the labels
 */
export function stack(y, groups, place, limit = 0) {
  const inside = [], outside = [];
  let sum = 0;
  for (const { name, value, parts } of groups) {
    const start = place(sum);
    sum += parts.reduce((one, other) => one + other, 0);
    const end = place(sum), text = `${name} ${value}`;
    const sides = limit > start && limit < end ? [[start, limit], [limit, end]] : [[start, end]];
    const side = sides.find(([from, to]) => 1.1 * widthOf(text) + 6 <= to - from);
    if (side) inside.push(label((side[0] + side[1]) / 2, y + 16, text, "lm-inside", "middle"));
    else outside.push({ x: (start + end) / 2, text, name, width: end - start });
  }
  let below = apart(outside);
  // Where values have no room the names stand alone, and then without the smallest parts: the table has all.
  let shown = outside.map(({ x, name, width }) => ({ x, text: name, width }));
  below ??= apart(shown);
  while (!below) {
    const least = shown.reduce((one, other) => (other.width < one.width ? other : one));
    shown = shown.filter(one => one !== least);
    below = apart(shown);
  }
  const foot = y + HEIGHT;
  const lines = below.map(one => line([[one.x, foot], [one.x, foot + 4 + LINE * one.row]], "lm-leader"));
  const texts = below.map(one => label(placeOf(one), foot + 14 + LINE * one.row, one.text, "", one.anchor));
  return { boxes: boxesOf(y, groups, place), labels: [...inside, ...lines, ...texts], bottom: foot + 4 + LINE * rowsOf(below) };
}

stack.HEIGHT = HEIGHT;

/**
 * The bar without labels.
 * @param {number} y of its upper edge
 * @param {Group[]} groups
 * @param {(value: number) => number} place
 */
function boxesOf(y, groups, place) {
  const boxes = [];
  let sum = 0;
  for (const { parts, colour: number } of groups) {
    for (const part of parts) {
      boxes.push(box(place(sum), y, place(sum + part) - place(sum), HEIGHT, `lm-part ${colour(number)}`));
      sum += part;
    }
  }
  return boxes;
}

/**
 * A bar and, below it, every group with its value, however small: after a square of its colour, line by line.
 * @param {number} y of the bar's upper edge
 * @param {Group[]} groups in their order
 * @param {(value: number) => number} place
 * @returns {{shapes: SVGElement[], bottom: number}} bottom is below the legend
 */
export function withLegend(y, groups, place) {
  /** @type {SVGElement[]} */
  const shapes = boxesOf(y, groups, place);
  let x = 0, top = y + HEIGHT + 5;
  for (const { name, value, colour: number } of groups) {
    const text = `${name} ${value}`, width = SQUARE + 4 + widthOf(text);
    if (x && x + width > WIDTH) {
      x = 0;
      top += LINE;
    }
    shapes.push(box(x, top + 2, SQUARE, SQUARE, `lm-part ${colour(number)}`), label(x + SQUARE + 4, top + 11, text));
    x += width + GAP;
  }
  return { shapes, bottom: top + LINE };
}
