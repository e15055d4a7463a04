// @ts-check
// Asks the circuit's Python of a text.

import { Engine, EngineError } from "./engine.js";
import { ranLine } from "./ran-line.js";

/** @typedef {import("./circuit-address.js").Typed} Typed */

const MODULE = "macros.circuit.typed";
const PATIENCE_MS = 10_000;

export class Reader {
  #engine = new Engine("circuit");
  /** @type {Promise<any> | null} */
  #ready = null;

  /**
   * @param {number} limit the most characters of a text
   * @param {(words: string) => void} say tells how far loading is
   */
  constructor(limit, say) {
    this.limit = limit;
    this.#engine.onprogress = (share, what) => say(`Loading, ${Math.round(100 * share)} %: ${what}`);
    this.#engine.onbusy = busy => busy && say("Still reading this text …");
  }

  /**
   * Loads everything, so that it is there for the first key.
   * @returns {Promise<any>} fails with an EngineError
   */
  ready() {
    this.#ready ??= this.#engine.call(MODULE, "read", { text: "" }).catch(error => {
      this.#ready = null;
      throw error;
    });
    return this.#ready;
  }

  /** Lets the next question load everything once more, where it could not be. */
  again() {
    this.#engine.retry();
  }

  /**
   * Has an answer computed that nobody waits for: with it the engine has read every file that the next one needs.
   * @param {Typed} typed
   * @param {() => boolean} idle whether nobody waits for another
   */
  async warm(typed, idle) {
    await this.ready();
    for (const name of ["read", "solved"]) if (idle()) await this.#engine.call(MODULE, name, typed, PATIENCE_MS);
    performance.mark("lm-warm");
  }

  /**
   * @param {"read" | "solved" | "svg" | "spice_deck" | "kicad_netlist"} name of a function of typed.py
   * @param {Typed} typed
   * @returns {Promise<any>} fails with an EngineError
   */
  async ask(name, typed) {
    if (typed.text.length > this.limit) {
      const long = typed.text.length.toLocaleString("en");
      throw new EngineError("input", `The text has ${long} characters; at most ${this.limit.toLocaleString("en")} are read here.`);
    }
    await this.ready();
    try {
      return await this.#engine.call(MODULE, name, typed, PATIENCE_MS);
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== "late") throw error;
      this.#ready = null;
      throw new EngineError("input", "This text takes too long to read. Is it one circuit?");
    }
  }

  /**
   * The line that says what ran.
   * @param {string} base address of the site's root, relative to the page
   */
  async ran(base) {
    return ranLine(await this.#engine.files(), `${MODULE.replaceAll(".", "/")}.py`, base);
  }

  /** Ends the worker; the next question starts another. */
  close() {
    this.#ready = null;
    this.#engine.close();
  }
}
