// @ts-check
// What a reader can do to the board, the thermistor, the fan and the room.

import { element } from "./dom.js";

/** @typedef {{finger: boolean, sensor: string, jam: boolean}} Hands */

/** @returns {Hands} */
const off = () => ({ finger: false, sensor: "sound", jam: false });

export class FanHands {
  hands = off();
  /** @type {HTMLButtonElement[]} */
  #toggles = [];
  /** @type {Record<string, {input: HTMLInputElement, slider: HTMLInputElement, wrong: HTMLElement, start: number, sent: number, send: () => Promise<void>}>} */
  #fields = {};

  /**
   * @param {(what: string, value: any, told: string) => Promise<string | null>} touch gives what is wrong, or null
   * @param {() => Promise<void>} ready when a new board that was asked for is there: a hand goes to that one
   */
  constructor(touch, ready) {
    this.touch = touch;
    this.ready = ready;
    this.element = element(
      "div",
      { class: "lm-fan-hands" },
      element(
        "div",
        { class: "lm-fan-row", role: "group", "aria-label": "Hands on the board" },
        this.#toggle("Hold the thermistor", on => this.#set("finger", on, on ? "finger on the thermistor" : "finger off")),
        this.#toggle("Unplug the thermistor", on => this.#sensor(on ? "unplugged" : "sound")),
        this.#toggle("Short the thermistor", on => this.#sensor(on ? "shorted" : "sound")),
        this.#toggle("Stop the fan", on => this.#set("jam", on, on ? "a pencil stops the fan" : "pencil out of the fan")),
        this.#once("Dip of the supply", "brown-out", "supply browned out"),
        this.#once("Hang", "hang", "the next reading never comes"),
      ),
      element(
        "div",
        { class: "lm-fan-fields" },
        this.#field("room", "Room, °C", 22, -20, 60, [5, 45], "the room is at", "°C"),
        this.#field("load", "Heat of the warm object, degrees above the room", 12, 0, 60, [0, 40], "the heat lifts the object by", "K"),
      ),
    );
  }

  /** @param {boolean} broken whether there is no board to lay hands on */
  disable(broken) {
    for (const control of this.element.querySelectorAll("button, input")) {
      /** @type {HTMLButtonElement | HTMLInputElement} */ (control).disabled = broken;
    }
  }

  /** A new board and room: no hand on anything. */
  reset() {
    this.hands = off();
    for (const toggle of this.#toggles) toggle.setAttribute("aria-pressed", "false");
    for (const field of Object.values(this.#fields)) {
      field.input.value = field.slider.value = String(field.start);
      field.sent = field.start;
      this.#tell(field, null);
    }
  }

  /** A number that differs from the first, null where it is that. @param {"room" | "load"} what */
  changed(what) {
    const { sent, start } = this.#fields[what];
    return sent === start ? null : sent;
  }

  /**
   * As if it were typed.
   * @param {"room" | "load"} what
   * @param {number | null} value null: what it was at first
   */
  async type(what, value) {
    const { input, slider, start, send } = this.#fields[what];
    input.value = slider.value = String(value ?? start);
    await send();
  }

  /**
   * @param {"finger" | "jam"} what
   * @param {boolean} on
   * @param {string} told
   */
  #set(what, on, told) {
    this.hands[what] = on;
    this.touch(what, on, told);
  }

  /** @param {string} state */
  #sensor(state) {
    this.hands.sensor = state;
    this.#toggles[1].setAttribute("aria-pressed", String(state === "unplugged"));
    this.#toggles[2].setAttribute("aria-pressed", String(state === "shorted"));
    this.touch("sensor", state, state === "sound" ? "thermistor sound again" : `thermistor ${state}`);
  }

  /**
   * @param {string} words
   * @param {(on: boolean) => void} turned
   */
  #toggle(words, turned) {
    const button = element("button", { type: "button", "aria-pressed": "false" }, words);
    button.addEventListener("click", async () => {
      await this.ready();
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      turned(on);
    });
    this.#toggles.push(button);
    return button;
  }

  /**
   * @param {string} words
   * @param {string} what
   * @param {string} told
   */
  #once(words, what, told) {
    return element("button", { type: "button", click: () => this.ready().then(() => this.touch(what, null, told)) }, words);
  }

  /**
   * A number, and a slider for its common part.
   * @param {string} what
   * @param {string} label
   * @param {number} start
   * @param {number} least
   * @param {number} most
   * @param {[number, number]} slides
   * @param {string} told
   * @param {string} unit
   */
  #field(what, label, start, least, most, slides, told, unit) {
    const id = `lm-fan-${what}`;
    const input = element("input", { type: "number", id, name: what, min: least, max: most, step: "any", value: start, "aria-describedby": `${id}-wrong` });
    const slider = element("input", { type: "range", min: slides[0], max: slides[1], step: 0.5, value: start, "aria-label": `${label}, slider` });
    const wrong = element("p", { class: "lm-wrong", id: `${id}-wrong`, role: "alert" });
    /** @type {() => Promise<void>} */
    const send = async () => {
      await this.ready();
      const value = input.valueAsNumber;
      if (value === field.sent) return this.#tell(field, null);
      if (!(value >= least && value <= most)) {
        const given = Number.isNaN(value) ? "no number is given" : `${value} is given`;
        return this.#tell(field, `${given}; expected ${least} to ${most}`);
      }
      field.sent = value;
      this.#tell(field, await this.touch(what, value, `${told} ${value} ${unit}`));
    };
    const field = (this.#fields[what] = { input, slider, wrong, start, sent: start, send });
    input.addEventListener("change", send);
    input.addEventListener("input", () => (slider.value = input.value));
    slider.addEventListener("input", () => (input.value = slider.value));
    slider.addEventListener("change", send);
    return element("div", { class: "lm-fan-field" }, element("label", { for: id }, label), input, slider, wrong);
  }

  /**
   * @param {{input: HTMLInputElement, wrong: HTMLElement}} field
   * @param {string | null} problem
   */
  #tell(field, problem) {
    field.wrong.textContent = problem ?? "";
    if (problem) field.input.setAttribute("aria-invalid", "true");
    else field.input.removeAttribute("aria-invalid");
  }
}
