// @ts-check
// Where labels go that point at places of an axis: in rows away from it, each with a line to its place, so that
// no label lies on another or on another's line.

import { WIDTH, widthOf } from "./drawing.js";

/** @typedef {{x: number, text: string}} Pointing */
/** @typedef {Pointing & {row: number, anchor: "start" | "end", from: number, to: number}} Placed row 0 is the nearest */

/** Room between a label and what stands beside it. */
const GAP = 5;
/** So few labels that all orders can be tried. */
const FEW = 5;

/** @typedef {"inwards" | "outwards" | "moved"} Side of its line that a label goes to; moved is over it, at the edge */

/** @type {Side[][]} */
const SIDES = [["inwards", "outwards"], ["outwards", "inwards"], ["inwards", "outwards", "moved"], ["moved", "inwards", "outwards"]];

/**
 * Which label takes its place first decides whether all find one. Several orders are tried, among them from the
 * middle outwards, so that those that crowd at an end reach inwards over places that are done; then all orders.
 * @param {Pointing[]} labels
 * @returns {Placed[]} in the order of the labels
 */
export function placed(labels) {
  const orders = [
    labels,
    [...labels].sort((one, other) => Math.abs(one.x - WIDTH / 2) - Math.abs(other.x - WIDTH / 2)),
    [...labels].sort((one, other) => other.x - one.x),
  ];
  let best = leastMeeting(orders);
  if (meetings(best) && labels.length <= FEW) best = leastMeeting(permutations(labels));
  return labels.flatMap(({ x, text }) => best.find(one => one.x === x && one.text === text) ?? []);
}

/**
 * @param {Pointing[][]} orders
 * @returns {Placed[]}
 */
function leastMeeting(orders) {
  const tries = SIDES.flatMap(sides => orders.map(order => inOrder(order, sides)));
  const marks = new Map(tries.map(one => [one, meetings(one) * 100 + rowsOf(one)]));
  return tries.reduce((best, one) => ((marks.get(one) ?? 0) < (marks.get(best) ?? 0) ? one : best));
}

/**
 * @param {Pointing[]} labels
 * @returns {Pointing[][]}
 */
function permutations(labels) {
  if (labels.length < 2) return [labels];
  return labels.flatMap((first, i) => permutations(labels.filter((_, j) => j !== i)).map(rest => [first, ...rest]));
}

/**
 * @param {Pointing[]} labels
 * @param {Side[]} sides in the order in which they are tried
 */
function inOrder(labels, sides) {
  /** @type {Placed[]} */
  const found = [];
  for (const one of labels) found.push(free(one, found, labels.length, sides));
  return found;
}

/**
 * How many labels meet another, or leave the drawing, for want of room.
 * @param {Placed[]} labels
 */
export function meetings(labels) {
  return labels.filter((one, i) =>
    one.from < 0 || one.to > WIDTH || labels.some((other, j) => i !== j && collide(one, other))).length;
}

/**
 * Where the text of a label begins or, if that is its anchor, ends.
 * @param {Placed} one
 */
export function placeOf(one) {
  return one.anchor === "start" ? one.from : one.to;
}

/** @param {Placed[]} labels */
export function rowsOf(labels) {
  return Math.max(0, ...labels.map(one => one.row + 1));
}

/**
 * The nearest row in which a label is in nobody's way.
 * @param {Pointing} one
 * @param {Placed[]} others
 * @param {number} rows
 * @param {Side[]} sides
 * @returns {Placed}
 */
function free(one, others, rows, sides) {
  for (let row = 0; row < rows; row++) {
    for (const side of sides) {
      const tried = at(one, row, side);
      const inside = tried.from >= 0 && tried.to <= WIDTH && tried.from <= one.x && tried.to >= one.x;
      if (inside && !others.some(other => collide(tried, other) || collide(other, tried))) return tried;
    }
  }
  return at(one, rows - 1, "inwards");
}

/**
 * @param {Pointing} one
 * @param {number} row
 * @param {Side} side
 * @returns {Placed}
 */
function at(one, row, side) {
  const width = widthOf(one.text);
  const right = side === "moved" ? one.x > WIDTH / 2 : one.x < WIDTH / 2 === (side === "inwards");
  let from = right ? Math.max(0, one.x - 1) : Math.min(WIDTH, one.x + 1) - width;
  if (side === "moved") from = right ? WIDTH - width : 0;
  const anchor = (side === "moved") === right ? "end" : "start";
  return { ...one, row, anchor, from, to: from + width };
}

/**
 * Whether the text of one meets that of another, or its line, which passes the rows nearer than its own.
 * @param {Placed} one
 * @param {Placed} other
 */
function collide(one, other) {
  if (one.row === other.row) return one.from < other.to + GAP && other.from < one.to + GAP;
  // Lines may run close by the end that points at its own.
  const before = one.x < one.from + 2 ? -1.5 : GAP, after = one.x > one.to - 2 ? -1.5 : GAP;
  return other.row > one.row && other.x > one.from - before && other.x < one.to + after;
}
