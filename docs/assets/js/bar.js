// @ts-check
// Multiplications by component, the largest first.

/** @import {Case} from "./answers.js" */
import { LINE, WIDTH, box, colour, cut, figure, key, label, scale, widthOf } from "./drawing.js";
import { written } from "./format.js";

/** As many bars as can be taken in; the table has them all. */
const MOST = { alone: 12, several: 6 };
const VALUE = widthOf("8.58 billion") + 6;

/**
 * @param {Case[]} cases
 * @returns {HTMLElement[]}
 */
export function bars(cases) {
  const values = byComponent(cases);
  const alone = cases.length === 1;
  const shown = values.slice(0, alone ? MOST.alone : MOST.several);
  if (!shown.length) return [];
  const names = Math.min(150, Math.max(...shown.map(([name]) => widthOf(name))) + 6);
  const start = alone ? names : 16;
  const place = scale([0, Math.max(...shown.flatMap(([, found]) => found))], [0, WIDTH - start - VALUE]);
  const shapes = [];
  let y = 0;
  for (const [name, found] of shown) {
    shapes.push(label(0, y + 12, cut(name, alone ? names : WIDTH), alone ? "" : "lm-strong"));
    if (!alone) y += LINE + 1;
    for (const [number, value] of found.entries()) {
      const width = place(value);
      if (!alone) shapes.push(label(0, y + 12, String(number + 1), "lm-dim"));
      if (value) shapes.push(box(start, y + 2, width, 12, colour(number)));
      shapes.push(label(start + width + 5, y + 12, value ? written(value, "1") : "–"));
      y += LINE + 1;
    }
    y += alone ? 2 : 6;
  }
  const left = values.length - shown.length;
  const title = left ? `By component, the ${shown.length} largest of ${values.length}` : "By component";
  const most = shown.map(([name, found]) => `${name} ${found.map(value => written(value, "1")).join(" and ")}`);
  return [figure(title, y, shapes, `Bars of the multiplications of a new token: ${most.join("; ")}.`, key(cases))];
}

/**
 * Components with their values of each case, the largest first.
 * @param {Case[]} cases
 * @returns {[string, number[]][]}
 */
function byComponent(cases) {
  const parts = cases.map(({ answer }) => new Map((answer.parts ?? []).map(part => [part.words, part.value ?? 0])));
  const names = new Set(parts.flatMap(found => [...found.keys()]));
  return [...names]
    .map(name => /** @type {[string, number[]]} */ ([name, parts.map(found => found.get(name) ?? 0)]))
    .sort(([, one], [, other]) => Math.max(...other) - Math.max(...one));
}
