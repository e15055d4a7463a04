// @ts-check
// What a reader changed of the fan, kept in the page's address and taken from it.

import { element } from "./dom.js";
import { constantsOf, fromAddress, toAddress, withConstants } from "./fan-address.js";

/**
 * @typedef {object} Linked what an address can change
 * @property {import("./fan-script.js").FanScript} script
 * @property {import("./fan-hands.js").FanHands} hands
 * @property {import("./fan-time.js").FanTime} time
 * @property {import("./fan-run.js").FanRun} run
 * @property {() => string | null} edited the text that runs; null for the published one
 */

export class FanLink {
  #following = false;
  /** @type {string | null} the question of the address that was followed or told last */
  #known = null;

  /** @param {Linked} linked */
  constructor(linked) {
    this.linked = linked;
    /** Says what of an address could not be taken. */
    this.element = element("p", { class: "lm-wrong", role: "alert" });
  }

  /** Does what the address says: the constants, the room, the speed of time. */
  follow = async () => {
    // A link to a heading of the page asks nothing new, and code that was edited is in no address.
    if (location.search === this.#known) return;
    this.#known = location.search;
    const { script, hands, time, edited } = this.linked;
    const { refused, ...changes } = fromAddress(script.published);
    this.element.textContent = refused.length ? `This could not be taken from the link: ${refused.join("; ")}.` : "";
    this.#following = true;
    const text = withConstants(script.published, changes.constants);
    if (text !== (edited() ?? script.published)) await script.try(text);
    await hands.type("room", changes.room);
    await hands.type("load", changes.load);
    time.choose(changes.time ?? 1);
    this.#following = false;
  };

  /** Puts into the address what a reader has changed. */
  tell() {
    if (this.#following) return;
    const { script, hands, run, edited } = this.linked;
    const text = edited();
    toAddress({
      constants: text === null ? {} : constantsOf(script.published, text),
      room: hands.changed("room"),
      load: hands.changed("load"),
      time: run.speed === 1 ? null : run.speed,
    });
    this.#known = location.search;
  }
}
