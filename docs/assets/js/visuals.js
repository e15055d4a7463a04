// @ts-check
// The drawings of each kind of answer.

/** @import {Kind, Case} from "./answers.js" */
import { bars } from "./bar.js";
import { capacity } from "./capacity.js";
import { curves } from "./curve.js";
import { intervals, waits } from "./interval.js";
import { roofline } from "./roofline.js";

/** @type {Record<Kind, (cases: Case[]) => HTMLElement[]>} */
const DRAWN = {
  multiplications: bars,
  fit: capacity,
  speed: cases => [...intervals(cases), ...waits(cases), ...roofline(cases)],
  batching: curves,
};

/**
 * @param {Kind} kind
 * @param {Case[]} cases
 * @returns {HTMLElement[]}
 */
export function drawings(kind, cases) {
  return DRAWN[kind](cases);
}
