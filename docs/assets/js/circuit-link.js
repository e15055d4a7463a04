// @ts-check
// The circuit that is typed as steps of the page's history.

import { fromAddress, toAddress } from "./circuit-address.js";
import { step } from "./history-step.js";

/** @typedef {import("./circuit-address.js").Typed} Typed */

const STILL_MS = 400; // without a key before the address follows

export class CircuitLink {
  /** @type {number | undefined} */
  #still;

  /**
   * @param {Typed} first what the build has put into the page, which needs no address
   * @param {number} limit the most characters of a text
   */
  constructor(first, limit) {
    this.first = first;
    this.limit = limit;
  }

  /**
   * The circuit that the address holds, the first where it holds none.
   * @returns {Promise<Typed>} fails where what stands there cannot be read
   */
  async found() {
    return (await fromAddress(location.search, this.limit)) ?? this.first;
  }

  /**
   * Keeps what is typed once no key has come for a while.
   * @param {() => Typed} now
   */
  keepSoon(now) {
    clearTimeout(this.#still);
    this.#still = setTimeout(() => this.keep(now), STILL_MS);
  }

  /**
   * Keeps what is typed.
   * @param {() => Typed} now
   * @param {boolean} [apart] whether it is a step of its own on the way back
   */
  async keep(now, apart = false) {
    clearTimeout(this.#still);
    const typed = now();
    const first = typed.text === this.first.text && !typed.fragment;
    const query = await toAddress(first ? null : typed, location.search);
    if (query === location.search || typed.text !== now().text) return;
    step(query, null, apart ? "" : "circuit");
  }
}
