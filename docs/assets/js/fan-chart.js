// @ts-check
// The chart of the last minutes: temperature above, the fan's duty below, on one axis of time.

import { element, svg } from "./dom.js";

/** @typedef {import("./fan-run.js").Sample} Sample */

const LEFT = 36, RIGHT = 352;
const WARM = { top: 10, bottom: 128 }; // the panel of the temperature
const DUTY = { top: 148, bottom: 204 };
const MOST_POINTS = 320;
const SPANS = [120_000, 300_000, 600_000, 1_800_000, 3_600_000]; // what the chart can show [ms]
/** Speed of time -> the longest that it shows then [ms]. */
const LONGEST = /** @type {Record<number, number>} */ ({ 1: 120_000, 10: 600_000, 60: 3_600_000 });

/** @param {number} ms */
export const clock = ms => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

export class FanChart {
  constructor() {
    this.grid = svg("g", { class: "lm-fan-grid" });
    this.target = svg("path", { class: "lm-fan-target" });
    this.told = svg("path", { class: "lm-fan-told" });
    this.thing = svg("path", { class: "lm-fan-thing" });
    this.duty = svg("path", { class: "lm-fan-duty" });
    this.about = svg("desc", { id: "lm-fan-chart-about" });
    const drawing = svg(
      "svg",
      { viewBox: "0 0 360 226", role: "img", "aria-labelledby": "lm-fan-chart-title lm-fan-chart-about" },
      svg("title", { id: "lm-fan-chart-title" }, "Temperature and duty in the last minutes"),
      this.about, this.grid, this.target, this.duty, this.told, this.thing,
    );
    this.element = element(
      "figure",
      { class: "chart lm-fan-chart" },
      element("figcaption", {}, "The last minutes"),
      element(
        "ul",
        { class: "chart-legend" },
        element("li", { class: "chart-key-1" }, "the object, °C"),
        element("li", { class: "chart-key-2" }, "what the script reads, °C"),
        element("li", { class: "chart-key-6 lm-fan-key-target" }, "target, °C"),
        element("li", { class: "chart-key-3" }, "duty of the fan, %"),
      ),
      element("div", { class: "chart-drawing" }, drawing),
    );
  }

  /**
   * @param {Sample[]} all
   * @param {number} now [ms]
   * @param {number} speed of time
   * @param {number | undefined} target [m°C]
   */
  show(all, now, speed, target) {
    const span = SPANS.find(one => one >= Math.min(now, LONGEST[speed])) ?? LONGEST[speed];
    const from = Math.max(0, now - span);
    const samples = thinned(all, since(all, from));
    const told = samples.filter(sample => plausible(sample[2]));
    const values = [...samples.map(s => s[1]), ...told.map(s => Number(s[2])), ...(target === undefined ? [] : [target])];
    if (!values.length) values.push(29_000);
    const low = Math.floor((Math.min(...values) - 300) / 1000), high = Math.ceil((Math.max(...values) + 300) / 1000);
    /** @param {number} ms */
    const x = ms => LEFT + ((ms - from) / span) * (RIGHT - LEFT);
    /** @param {number} mc */
    const y = mc => WARM.bottom - ((mc / 1000 - low) / (high - low)) * (WARM.bottom - WARM.top);
    /** @param {number} permille */
    const level = permille => DUTY.bottom - (permille / 1000) * (DUTY.bottom - DUTY.top);
    this.thing.setAttribute("d", line(samples, s => s[0], s => s[1], x, y));
    this.told.setAttribute("d", line(samples, s => s[0], s => (plausible(s[2]) ? s[2] : null), x, y));
    this.duty.setAttribute("d", line(samples, s => s[0], s => s[3], x, level));
    this.target.setAttribute("d", target === undefined ? "" : `M${LEFT},${y(target).toFixed(1)}H${RIGHT}`);
    this.grid.replaceChildren(...axes(from, span, low, high, x, y, level));
    const last = samples[samples.length - 1];
    if (last) {
      this.about.textContent =
        `From ${clock(from)} to ${clock(now)}: the object between ${(Math.min(...samples.map(s => s[1])) / 1000).toFixed(1)} and ` +
        `${(Math.max(...samples.map(s => s[1])) / 1000).toFixed(1)} °C, now ${(last[1] / 1000).toFixed(1)}; the fan now at ${last[3] / 10} %.`;
    }
  }
}

/** @param {number | null} mc */
const plausible = mc => mc !== null && mc !== undefined && mc > -50_000 && mc < 130_000;

/**
 * Index of the first sample from a time on; they are in the order of their times.
 * @param {Sample[]} samples
 * @param {number} from [ms]
 */
function since(samples, from) {
  let low = 0, high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle][0] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Few enough for a drawing; of each group the lowest and the highest duty stay, so that no short kick is lost.
 * @param {Sample[]} samples
 * @param {number} start index of the first
 */
function thinned(samples, start) {
  const group = Math.ceil((2 * (samples.length - start)) / MOST_POINTS);
  if (group <= 2) return samples.slice(start);
  /** @type {Sample[]} */
  const kept = [];
  for (let first = start; first < samples.length; first += group) {
    let low = samples[first], high = low;
    for (let index = first + 1; index < Math.min(first + group, samples.length); index++) {
      if (samples[index][3] < low[3]) low = samples[index];
      else if (samples[index][3] > high[3]) high = samples[index];
    }
    if (low === high) kept.push(low);
    else if (low[0] < high[0]) kept.push(low, high);
    else kept.push(high, low);
  }
  return kept;
}

/**
 * @param {Sample[]} samples
 * @param {(s: Sample) => number} time
 * @param {(s: Sample) => number | null} value none: the line is broken
 * @param {(ms: number) => number} x
 * @param {(value: number) => number} y
 */
function line(samples, time, value, x, y) {
  let path = "", pen = "M";
  for (const sample of samples) {
    const v = value(sample);
    if (v === null) {
      pen = "M";
      continue;
    }
    path += `${pen}${x(time(sample)).toFixed(1)},${y(v).toFixed(1)}`;
    pen = "L";
  }
  return path;
}

/**
 * @param {number} from
 * @param {number} span
 * @param {number} low
 * @param {number} high
 * @param {(ms: number) => number} x
 * @param {(mc: number) => number} y
 * @param {(permille: number) => number} level
 */
function axes(from, span, low, high, x, y, level) {
  const made = [];
  const step = [1, 2, 5, 10, 20, 50].find(size => (high - low) / size <= 5) ?? 100;
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    made.push(svg("path", { d: `M${LEFT},${y(value * 1000).toFixed(1)}H${RIGHT}` }));
    made.push(svg("text", { x: LEFT - 5, y: y(value * 1000) + 4, "text-anchor": "end" }, String(value)));
  }
  for (const percent of [0, 50, 100]) {
    made.push(svg("path", { d: `M${LEFT},${level(percent * 10)}H${RIGHT}` }));
    made.push(svg("text", { x: LEFT - 5, y: level(percent * 10) + 4, "text-anchor": "end" }, String(percent)));
  }
  for (let time = Math.ceil(from / (span / 4)) * (span / 4); time <= from + span; time += span / 4) {
    made.push(svg("path", { d: `M${x(time).toFixed(1)},${WARM.top}V${WARM.bottom}M${x(time).toFixed(1)},${DUTY.top}V${DUTY.bottom}` }));
    made.push(svg("text", { x: Math.min(x(time), RIGHT - 8), y: DUTY.bottom + 17, "text-anchor": "middle" }, clock(time)));
  }
  return made;
}
