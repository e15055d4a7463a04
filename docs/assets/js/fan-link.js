// @ts-check
// What a reader changed of the fan, kept in the page's address and taken from it.

import { element } from "./dom.js";
import { constantsOf, differing, fromAddress, toAddress, values } from "./fan-address.js";
import { step } from "./history-step.js";

/**
 * @typedef {object} Linked what an address can change
 * @property {import("./fan-script.js").FanScript} script
 * @property {import("./fan-hands.js").FanHands} hands
 * @property {import("./fan-time.js").FanTime} time
 * @property {import("./fan-run.js").FanRun} run
 */

export class FanLink {
  // One address may be followed while another still is: hands wait for the script.
  #following = 0;
  /** @type {string | null} the question of the address that was followed or told last */
  #known = null;
  /** Constants of that address. @type {Record<string, string>} */
  #constants = {};

  /** @param {Linked} linked */
  constructor(linked) {
    this.linked = linked;
    /** Says what of an address could not be taken. */
    this.element = element("p", { class: "lm-wrong", role: "alert" });
  }

  /**
   * Does what the address says: the room, the speed of time, and those constants that the address before had
   * otherwise. What else a reader has edited is in no address, and stays.
   */
  follow = async () => {
    // A link to a heading of the page asks nothing new.
    if (location.search === this.#known) return;
    this.#known = location.search;
    const { script, hands, time } = this.linked;
    const { refused, ...changes } = fromAddress(script.published);
    this.element.textContent = refused.length ? `This could not be taken from the link: ${refused.join("; ")}.` : "";
    this.#following += 1;
    const published = values(script.published);
    const other = Object.keys({ ...this.#constants, ...changes.constants }).filter(name => changes.constants[name] !== this.#constants[name]);
    this.#constants = changes.constants;
    try {
      await script.change(Object.fromEntries(other.map(name => [name, changes.constants[name] ?? published[name]])));
      await hands.type("room", changes.room);
      await hands.type("load", changes.load);
      time.choose(changes.time ?? 1);
    } finally {
      this.#following -= 1;
    }
  };

  /** Puts into the address what a reader has changed. */
  tell() {
    if (this.#following) return;
    const { script, hands, run } = this.linked;
    this.#constants = constantsOf(script.published, script.running);
    const changes = {
      constants: this.#constants,
      room: hands.changed("room"),
      load: hands.changed("load"),
      time: run.speed === 1 ? null : run.speed,
    };
    const query = toAddress(changes, location.search);
    if (query !== location.search) step(query, null, differing(query, location.search));
    this.#known = location.search;
  }
}
