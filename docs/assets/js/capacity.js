// @ts-check
// What takes the room against the room that there is. What has no room is hatched.

/** @import {Case, Answer, Figure} from "./answers.js" */
/** @import {Group} from "./stack.js" */
import { LINE, WIDTH, caseName, colour, figure, label, line, scale, titled, widthOf } from "./drawing.js";
import { svg } from "./dom.js";
import { written } from "./format.js";
import { stack } from "./stack.js";

/** Names of parts under each label; what is in none is kept back. */
const GROUPS = [
  { text: "weights", names: ["weights", "towers"] },
  { text: "cache", names: ["cache", "state"] },
  { text: "working space", names: ["activations", "prefill"] },
];
let hatches = 0;

/**
 * @param {Case[]} cases
 * @returns {HTMLElement[]}
 */
export function capacity(cases) {
  const hatch = `lm-hatch-${++hatches}`;
  /** @type {SVGElement[]} */
  const shapes = [hatching(hatch)];
  const told = [];
  let y = 0;
  for (const [number, { label: name, answer }] of cases.entries()) {
    const there = answer.capacity ?? 0;
    // To the case's own scale: the question is of shares, and cards differ a hundredfold.
    const place = scale([0, Math.max(needed(answer), there)], [0, WIDTH - 2]);
    if (cases.length > 1) {
      shapes.push(label(0, y + 12, caseName(number, name), "lm-strong"));
      y += LINE + 1;
    }
    const x = place(there);
    shapes.push(...roomLabel(x, y + 12, answer));
    y += LINE + 5;
    const bar = stack(y, groups(answer), place, x);
    const beyond = place(needed(answer)) - x;
    shapes.push(...bar.boxes);
    if (beyond > 0) {
      shapes.push(svg("rect", { x, y, width: Math.max(beyond, 1), height: stack.HEIGHT, fill: `url(#${hatch})` }));
    }
    shapes.push(...bar.labels, line([[x, y - 4], [x, y + stack.HEIGHT + 4]], "lm-limit"));
    y = bar.bottom + 12;
    told.push(`${name}: ${written(needed(answer), "B")} of ${written(there, "B")}, ` +
      groups(answer).map(({ name, value }) => `${name} ${value}`).join(", "));
  }
  return [figure(titled("What takes the room", cases), y - 6, shapes, `Bars of memory against what there is. ${told.join(". ")}.`)];
}

/**
 * The capacity above its line, and on the free side what is missing.
 * @param {number} x
 * @param {number} y
 * @param {Answer} answer
 */
function roomLabel(x, y, answer) {
  const missing = answer.figures.find(one => one.name === "missing_bytes")?.value;
  const text = `of ${written(answer.capacity, "B")}`;
  const over = missing ? `missing: ${written(missing, "B")}` : "";
  const toLeft = x > widthOf(text);
  const shown = [label(toLeft ? x + 1 : 0, y, text, "", toLeft ? "end" : "start")];
  const taken = toLeft ? x : widthOf(text);
  if (over && WIDTH - taken > widthOf(over) + 8) shown.push(label(WIDTH, y, over, "lm-strong", "end"));
  else if (over && toLeft && x - widthOf(text) > widthOf(over) + 8) shown.push(label(0, y, over, "lm-strong"));
  return shown;
}

/** @param {Answer} answer */
function needed(answer) {
  return (answer.parts ?? []).reduce((sum, part) => sum + (part.value ?? 0), 0);
}

/**
 * @param {Answer} answer
 * @returns {Group[]}
 */
function groups(answer) {
  const parts = answer.parts ?? [];
  const known = GROUPS.flatMap(({ names }) => names);
  const sorted = [...GROUPS, { text: "kept back", names: parts.map(part => part.name).filter(name => !known.includes(name)) }];
  return sorted.flatMap(({ text, names }, i) => {
    const values = parts.filter(part => names.includes(part.name)).map(part => part.value ?? 0);
    const sum = values.reduce((one, other) => one + other, 0);
    return values.length ? [{ name: text, value: written(sum, "B"), parts: values, colour: i }] : [];
  });
}

/** @param {string} id */
function hatching(id) {
  const size = { width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  return svg("pattern", { id, ...size }, svg("rect", { width: 2.4, height: 6, class: "lm-hatch" }));
}
