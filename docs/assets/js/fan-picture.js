// @ts-check
// The drawing of the fan, the board with its LED, and the thermistor on a warm thing.

import { svg } from "./dom.js";

const TOP_RPM = 3000;
const SHOWN_DEGREES_PER_MS = 0.54; // at top speed one and a half turns a second: faster could not be followed

/** @param {boolean} shown */
const display = shown => (shown ? "inline" : "none");

export class FanPicture {
  #degrees = 0;
  rpm = 0;

  constructor() {
    const blade = "M0,-5 C16,-14 20,-30 6,-33 C-4,-34 -4,-16 0,-5 Z";
    this.rotor = svg("g", { class: "lm-fan-rotor" });
    for (let turn = 0; turn < 360; turn += 72) this.rotor.append(svg("path", { d: blade, transform: `rotate(${turn})` }));
    this.rotor.append(svg("circle", { r: 7 }));
    this.pencil = svg("path", { class: "lm-fan-pencil", d: "M282,92 L322,20", display: "none" });
    this.led = svg("circle", { class: "lm-fan-led", cx: 176, cy: 34, r: 5 });
    this.finger = svg("path", { class: "lm-fan-finger", d: "M86,-2 h26 v40 a13,13 0 0 1 -26,0 Z", display: "none" });
    this.plug = svg("path", { class: "lm-fan-wire", d: "M118,46 h26 M118,60 h26" });
    this.bridge = svg("path", { class: "lm-fan-bridge", d: "M131,42 v22", display: "none" });
    this.warmth = svg("rect", { class: "lm-fan-warmth", x: 8, y: 22, width: 82, height: 62, rx: 5, "fill-opacity": 0 });
    this.svg = svg(
      "svg",
      { class: "lm-fan-picture", viewBox: "0 0 360 108", role: "img", "aria-label": "A warm object with the thermistor on it, the board with its LED, and the fan; what they do stands below." },
      svg("rect", { class: "lm-fan-part", x: 8, y: 22, width: 82, height: 62, rx: 5 }),
      this.warmth,
      svg("text", { x: 49, y: 57, "text-anchor": "middle" }, "warm object"),
      svg("path", { class: "lm-fan-wire", d: "M99,46 h19 M99,60 h19 M144,46 h18 M144,60 h18 M238,53 h26" }),
      this.plug,
      this.bridge,
      svg("circle", { class: "lm-fan-bead", cx: 97, cy: 53, r: 9 }),
      this.finger,
      svg("rect", { class: "lm-fan-part", x: 162, y: 22, width: 76, height: 62, rx: 4 }),
      this.led,
      svg("text", { x: 187, y: 38 }, "LED"),
      svg("text", { x: 200, y: 70, "text-anchor": "middle" }, "Pico W"),
      svg("rect", { class: "lm-fan-part", x: 262, y: 11, width: 84, height: 84, rx: 8 }),
      svg("circle", { class: "lm-fan-frame", cx: 304, cy: 53, r: 38 }),
      svg("g", { transform: "translate(304,53)" }, this.rotor),
      this.pencil,
    );
  }

  /**
   * @param {{finger: boolean, sensor: string, jam: boolean}} hands
   * @param {import("./fan-run.js").Sample[]} samples
   * @param {number} speed of time
   */
  show(hands, samples, speed) {
    const [, thing, , , rpm, led] = samples[samples.length - 1] ?? [0, 29_000, null, 0, 0, 0];
    this.rpm = rpm;
    this.finger.setAttribute("display", display(hands.finger));
    this.plug.setAttribute("display", display(hands.sensor !== "unplugged"));
    this.bridge.setAttribute("display", display(hands.sensor === "shorted"));
    this.pencil.setAttribute("display", display(hands.jam));
    // Sped up, blinking would flash at the eye: the LED shows the share of time that it is lit.
    const last = samples.slice(-8);
    const lit = speed === 1 ? led : last.reduce((sum, sample) => sum + sample[5], 0) / Math.max(1, last.length);
    this.led.setAttribute("fill-opacity", String(lit));
    this.warmth.setAttribute("fill-opacity", String(Math.max(0, Math.min(0.5, (thing / 1000 - 20) / 40))));
  }

  /** @param {number} elapsed [ms] */
  turn(elapsed) {
    if (!this.rpm) return;
    this.#degrees = (this.#degrees + (this.rpm / TOP_RPM) * SHOWN_DEGREES_PER_MS * elapsed) % 360;
    this.rotor.setAttribute("transform", `rotate(${this.#degrees.toFixed(1)})`);
  }
}
