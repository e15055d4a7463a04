// @ts-check
// What is seen of the run: the picture, what is now, the chart, the log.

import { FanChart } from "./fan-chart.js";
import { FanLog } from "./fan-log.js";
import { FanPicture } from "./fan-picture.js";
import { element } from "./dom.js";

/** @typedef {import("./fan-run.js").FanRun} FanRun */
/** @typedef {import("./fan-hands.js").Hands} Hands */

const DRAW_MS = 150;
const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");

export class FanShown {
  picture = new FanPicture();
  chart = new FanChart();
  log = new FanLog();
  /** Whether something is to be drawn. */
  dirty = false;
  #drawn = 0;
  /** What is left to be drawn of what was seen last. @type {(() => void)[]} */
  #undrawn = [];

  constructor() {
    this.element = element("div", { class: "lm-fan-shown" }, this.picture.svg, this.log.list, this.chart.element);
  }

  /** @param {boolean} old whether what is shown is of something that runs no more */
  grey(old) {
    this.element.classList.toggle("lm-stale", old);
  }

  /** @param {number} elapsed of the clock, with the fan running [ms] */
  turn(elapsed) {
    if (!lessMotion.matches) this.picture.turn(elapsed);
  }

  /**
   * Draws what is new: one thing a frame, so that none takes long.
   * @param {number} now of the clock [ms]
   * @param {FanRun} run
   * @param {Hands} hands
   */
  draw(now, run, hands) {
    if (this.dirty && now - this.#drawn > DRAW_MS) {
      this.dirty = false;
      this.#drawn = now;
      this.#undrawn = [
        () => this.picture.show(hands, run.samples, run.speed),
        () => this.chart.show(run.samples, run.now, run.speed, run.row.target_mc),
        () => this.log.show(run),
      ];
    } else if (this.log.untold && !this.#undrawn.length && now - this.#drawn > DRAW_MS) {
      this.#drawn = now;
      // What waits to be said is the log's alone.
      this.#undrawn = [() => this.log.show(run)];
    }
    this.#undrawn.shift()?.();
  }
}
