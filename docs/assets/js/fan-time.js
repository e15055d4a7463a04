// @ts-check
// The controls of the fan's time: run and pause, a step, how fast, anew.

import { element } from "./dom.js";
import { SPEEDS } from "./fan-address.js";

export class FanTime {
  playing = false;
  #broken = false;

  /** @param {{toggle: () => void, step: () => void, reset: () => void, speed: (speed: number) => void}} told what is called when */
  constructor(told) {
    this.play = element("button", { type: "button", class: "lm-fan-play", click: told.toggle });
    this.step = element("button", { type: "button", click: told.step }, "Step 1 s");
    const reset = element("button", { type: "button", click: told.reset }, "Reset");
    this.element = element("div", { class: "lm-fan-row" }, this.play, this.step, this.#speeds(told.speed), reset);
  }

  /** @param {(speed: number) => void} told */
  #speeds(told) {
    const group = element("fieldset", { class: "lm-fan-speeds" }, element("legend", {}, "Time"));
    for (const speed of SPEEDS) {
      const input = element("input", { type: "radio", name: "lm-fan-speed", value: speed, id: `lm-fan-speed-${speed}`, change: () => told(speed) });
      input.checked = speed === 1;
      group.append(input, element("label", { for: input.id }, `${speed}×`));
    }
    return group;
  }

  /**
   * As if it were chosen.
   * @param {number} speed
   */
  choose(speed) {
    const input = this.element.querySelector(`#lm-fan-speed-${speed}`);
    if (input instanceof HTMLInputElement && !input.checked) input.click();
  }

  /** @param {boolean} playing */
  set(playing) {
    this.playing = playing;
    this.play.textContent = playing ? "Pause" : "Run";
    this.step.disabled = playing || this.#broken;
  }

  /** @param {boolean} broken whether there is nothing to run */
  disable(broken) {
    this.#broken = this.play.disabled = broken;
    this.step.disabled = broken || this.playing;
  }
}
