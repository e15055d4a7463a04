// @ts-check
// What the drawings of answers share: a frame with a text for those who do not see it, colours, and letters.
// They are laid out as the build's charts are: 360 units wide, with letters of 12.

/** @import {Case} from "./answers.js" */
import { element, svg } from "./dom.js";

export const WIDTH = 360;
export const LINE = 15;
/** Width of a letter, rather too much than too little: a narrow font would leave room, a wide one overlap. */
const LETTER = 6.7;

/**
 * @param {string} title of the figure
 * @param {number} height in units
 * @param {SVGElement[]} shapes
 * @param {string} alternative what the drawing says, in words
 * @param {HTMLElement | null} [key]
 */
export function figure(title, height, shapes, alternative, key = null) {
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${Math.ceil(height)}`, role: "img", "aria-label": alternative }, ...shapes);
  const frame = element("div", { class: "chart-drawing" }, drawing);
  return element("figure", { class: "chart lm-drawing", "data-search-exclude": true }, element("figcaption", {}, title), ...(key ? [key] : []), frame);
}

/**
 * The cases by number and colour; null for one alone, which the words around name.
 * @param {Case[]} cases
 */
export function key(cases) {
  if (cases.length === 1) return null;
  const items = cases.map(({ label }, i) => element("li", { class: `chart-key-${i + 1}` }, `${i + 1}: ${label}`));
  return element("ul", { class: "chart-legend" }, ...items);
}

/**
 * The title of bars of which each has a scale of its own.
 * @param {string} title
 * @param {Case[]} cases
 */
export function titled(title, cases) {
  return cases.length > 1 ? `${title}, each bar to its own scale` : title;
}

/**
 * @param {number} x
 * @param {number} y of the base line
 * @param {string} content
 * @param {string} [kind] classes
 * @param {"start" | "middle" | "end"} [anchor]
 */
export function label(x, y, content, kind = "", anchor = "start") {
  return svg("text", { x: rounded(x), y: rounded(y), class: kind, "text-anchor": anchor }, content);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width at least a hair's, so that what there is can be seen
 * @param {number} height
 * @param {string} kind
 */
export function box(x, y, width, height, kind) {
  return svg("rect", { x: rounded(x), y: rounded(y), width: rounded(Math.max(width, 0.6)), height: rounded(height), class: kind });
}

/**
 * @param {[x: number, y: number][]} points
 * @param {string} kind
 */
export function line(points, kind) {
  const steps = points.map(([x, y], i) => `${i ? "L" : "M"}${rounded(x)} ${rounded(y)}`);
  return svg("path", { d: steps.join(""), class: `lm-line ${kind}` });
}

/**
 * A mark whose shape tells a case apart, as its colour does: circle, square, triangle, diamond.
 * @param {number} x
 * @param {number} y
 * @param {number} number of the case
 */
export function mark(x, y, number) {
  const shapes = ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z", "M-4 -4H4V4H-4Z", "M0 -5L5 4H-5Z", "M0 -5.5L5.5 0L0 5.5L-5.5 0Z"];
  const at = `translate(${rounded(x)} ${rounded(y)})`;
  return svg("path", { d: shapes[number % shapes.length], transform: at, class: `lm-mark ${colour(number)}` });
}

/** @param {number} number of a case or a group */
export function colour(number) {
  return `lm-colour-${(number % 6) + 1}`;
}

/**
 * The number of a tick below its axis, within the drawing.
 * @param {number} x
 * @param {number} y
 * @param {string} content
 */
export function tick(x, y, content) {
  const half = widthOf(content) / 2;
  const anchor = x < half ? "start" : x > WIDTH - half ? "end" : "middle";
  return label(anchor === "end" ? Math.min(WIDTH, x + 8) : x, y, content, "lm-dim", anchor);
}

/** @param {string} content */
export function widthOf(content) {
  return content.length * LETTER;
}

/**
 * Cut so that it fits; the whole stands in key and tables.
 * @param {string} content
 * @param {number} width
 */
export function cut(content, width) {
  const letters = Math.max(1, Math.floor(width / LETTER));
  return content.length <= letters ? content : `${content.slice(0, letters - 1)}…`;
}

/**
 * Number and label of a case; where it has to be cut, its end stays, where labels of one title differ.
 * @param {number} number of the case, from 0
 * @param {string} content
 */
export function caseName(number, content) {
  const all = `${number + 1}: ${content}`, letters = Math.floor(WIDTH / LETTER);
  if (all.length <= letters) return all;
  const end = Math.min(content.length - content.indexOf(", "), Math.floor(0.7 * letters));
  return `${all.slice(0, letters - end - 1).trimEnd()}…${all.slice(all.length - end)}`;
}

/**
 * From a number to a place.
 * @param {[number, number]} domain both above 0 where it is logarithmic
 * @param {[number, number]} range
 * @param {boolean} [logarithmic]
 * @returns {(value: number) => number}
 */
export function scale([from, to], [start, end], logarithmic = false) {
  const place = logarithmic ? Math.log10 : (/** @type {number} */ value) => value;
  const length = place(to) - place(from) || 1;
  return value => start + ((place(value) - place(from)) / length) * (end - start);
}

/**
 * Round numbers for a logarithmic axis: powers of ten, thinned to a few; of short ones also 2 and 5 times them.
 * @param {[number, number]} domain
 * @param {number} [most]
 */
export function decades([from, to], most = 6) {
  const first = Math.floor(Math.log10(from)), last = Math.ceil(Math.log10(to));
  const found = [];
  for (let power = first; power <= last; power++) {
    for (const times of Math.log10(to / from) < 2 ? [1, 2, 5] : [1]) found.push(Number(`${times}e${power}`));
  }
  const inside = found.filter(value => value >= from && value <= to);
  const step = Math.ceil(inside.length / most);
  return inside.filter((_, i) => i % step === 0);
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
