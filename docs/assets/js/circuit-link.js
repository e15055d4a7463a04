// @ts-check
// The circuit that is typed as steps of the page's history.

import { fromAddress, same, toAddress } from "./circuit-address.js";
import { step } from "./history-step.js";

/** @typedef {import("./circuit-address.js").Field} Field */
/** @typedef {import("./circuit-address.js").Typed} Typed */

const STILL_MS = 400; // without a key before the address follows

export class CircuitLink {
  /** @type {number | undefined} */
  #still;

  /**
   * @param {Typed} first what the build has put into the page, which needs no address
   * @param {number} limit the most characters of a text
   * @param {Field[]} fields of the settings
   */
  constructor(first, limit, fields) {
    this.first = first;
    this.limit = limit;
    this.fields = fields;
  }

  /**
   * The circuit that the address holds, the first where it holds none.
   * @returns {Promise<Typed>} fails where what stands there cannot be read
   */
  async found() {
    return (await fromAddress(location.search, this.limit, this.fields)) ?? this.first;
  }

  /**
   * The query of an address that holds what is typed.
   * @param {Typed | null} typed
   */
  query(typed) {
    return toAddress(typed, location.search, this.fields);
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
    const query = await this.query(same(typed, this.first) ? null : typed);
    if (query === location.search || !same(typed, now())) return;
    step(query, null, apart ? "" : "circuit");
  }
}
