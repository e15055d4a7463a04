// @ts-check
// Where labels go that point at places of an axis: in rows away from it, each with a line to its place, so that
// no label lies on another or on another's line.

import { WIDTH, widthOf } from "./drawing.js";

/** @typedef {{x: number, text: string}} Pointing */
/**
 * @typedef {object} Way that a label can lie, whatever its row
 * @property {"start" | "end"} anchor
 * @property {number} from
 * @property {number} to
 * @property {number} before where another's line may not pass it, from here
 * @property {number} after to here
 * @property {boolean} inside the drawing, and over its own place
 */
/** @typedef {Pointing & {ways: Record<Side, Way>}} Movable */
/** @typedef {Pointing & Way & {row: number}} Placed row 0 is the nearest */

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
 * Where no order gives each a place, that in which the fewest meet.
 * @param {Pointing[]} labels
 * @returns {Placed[]} in the order of the labels
 */
export function placed(labels) {
  const few = labels.length <= FEW;
  return apart(labels) ?? sorted(labels, leastMeeting(few ? permutations(movable(labels)) : orders(movable(labels))));
}

/**
 * As `placed`; null where no order gives each a place.
 * @param {Pointing[]} labels
 * @returns {Placed[] | null}
 */
export function apart(labels) {
  const all = movable(labels);
  const first = leastMeeting(orders(all));
  if (!meetings(first)) return sorted(labels, first);
  const best = labels.length <= FEW ? fewestRows(all) : null;
  return best && sorted(labels, best);
}

/**
 * Labels with the ways in which each can lie, which are the same in every order, of which there are hundreds.
 * @param {Pointing[]} labels
 * @returns {Movable[]}
 */
function movable(labels) {
  return labels.map(one => ({ ...one, ways: { inwards: way(one, "inwards"), outwards: way(one, "outwards"), moved: way(one, "moved") } }));
}

/** @param {Movable[]} labels */
function orders(labels) {
  return [
    labels,
    [...labels].sort((one, other) => Math.abs(one.x - WIDTH / 2) - Math.abs(other.x - WIDTH / 2)),
    [...labels].sort((one, other) => other.x - one.x),
  ];
}

/**
 * @param {Pointing[]} labels
 * @param {Placed[]} found
 */
function sorted(labels, found) {
  return labels.flatMap(({ x, text }) => found.find(one => one.x === x && one.text === text) ?? []);
}

/**
 * Of all orders the first in which none meets another and that takes the fewest rows; null where there is none.
 * @param {Movable[]} labels
 * @returns {Placed[] | null}
 */
function fewestRows(labels) {
  /** @type {Placed[] | null} */
  let best = null;
  let rows = Infinity;
  /** @param {Movable[]} left @param {Placed[]} found @param {Side[]} sides */
  function goOn(left, found, sides) {
    if (!left.length) {
      [best, rows] = [found, rowsOf(found)];
      return;
    }
    for (const one of left) {
      const its = free(one, found, labels.length, sides);
      // What begins so takes no fewer rows, whatever follows.
      if (its && its.row + 1 < rows) goOn(left.filter(other => other !== one), [...found, its], sides);
    }
  }
  for (const sides of SIDES) goOn(labels, [], sides);
  return best;
}

/**
 * The first of those with the fewest meetings and, among these, the fewest rows.
 * @param {Movable[][]} orders
 * @returns {Placed[]}
 */
function leastMeeting(orders) {
  /** @type {Placed[]} */
  let best = [];
  let mark = Infinity;
  for (const sides of SIDES) {
    for (const order of orders) {
      const tried = inOrder(order, sides);
      const its = meetings(tried) * 100 + rowsOf(tried);
      if (its < mark) [best, mark] = [tried, its];
      // Nothing is better than one row in which none meets another.
      if (mark <= 1) return best;
    }
  }
  return best;
}

/**
 * @param {Movable[]} labels
 * @returns {Movable[][]}
 */
function permutations(labels) {
  if (labels.length < 2) return [labels];
  return labels.flatMap((first, i) => permutations(labels.filter((_, j) => j !== i)).map(rest => [first, ...rest]));
}

/**
 * @param {Movable[]} labels
 * @param {Side[]} sides in the order in which they are tried
 */
function inOrder(labels, sides) {
  /** @type {Placed[]} */
  const found = [];
  for (const one of labels) {
    found.push(free(one, found, labels.length, sides) ?? { x: one.x, text: one.text, row: labels.length - 1, ...one.ways.inwards });
  }
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
 * A label in the nearest row in which it is in nobody's way; null where each row has somebody.
 * @param {Movable} one
 * @param {Placed[]} others
 * @param {number} rows
 * @param {Side[]} sides
 * @returns {Placed | null}
 */
function free({ x, text, ways }, others, rows, sides) {
  for (let row = 0; row < rows; row++) {
    for (const side of sides) {
      if (!ways[side].inside) continue;
      const tried = { x, text, row, ...ways[side] };
      if (!others.some(other => collide(tried, other) || collide(other, tried))) return tried;
    }
  }
  return null;
}

/**
 * @param {Pointing} one
 * @param {Side} side
 * @returns {Way}
 */
function way({ x, text }, side) {
  const width = widthOf(text);
  const right = side === "moved" ? x > WIDTH / 2 : x < WIDTH / 2 === (side === "inwards");
  let from = right ? Math.max(0, x - 1) : Math.min(WIDTH, x + 1) - width;
  if (side === "moved") from = right ? WIDTH - width : 0;
  const to = from + width;
  // Lines may run close by the end that points at its own.
  const before = from - (x < from + 2 ? -1.5 : GAP), after = to + (x > to - 2 ? -1.5 : GAP);
  const inside = from >= 0 && to <= WIDTH && from <= x && to >= x;
  return { anchor: (side === "moved") === right ? "end" : "start", from, to, before, after, inside };
}

/**
 * Whether the text of one meets that of another, or its line, which passes the rows nearer than its own.
 * @param {Placed} one
 * @param {Placed} other
 */
function collide(one, other) {
  if (one.row === other.row) return one.from < other.to + GAP && other.from < one.to + GAP;
  return other.row > one.row && other.x > one.before && other.x < one.after;
}
