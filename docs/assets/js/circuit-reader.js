// @ts-check
// Asks the circuit's Python of a text, and loses patience with one that takes too long.

import { Engine, EngineError } from "./engine.js";

/** @typedef {import("./circuit-address.js").Typed} Typed */

const MODULE = "macros.circuit.typed";
const PATIENCE = 10_000; // with one answer [ms]

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
    return await new Promise((resolve, reject) => {
      // Loading may take as long as it does; a text that is no drawing by hand may not.
      const alarm = setTimeout(() => {
        reject(new EngineError("input", "This text takes too long to read. Is it one circuit?"));
        this.close();
      }, PATIENCE);
      this.#engine.call(MODULE, name, typed).then(resolve, reject).finally(() => clearTimeout(alarm));
    });
  }

  /** The project's files that have run, the one that was asked first. */
  async files() {
    const first = `${MODULE.replaceAll(".", "/")}.py`;
    return (await this.#engine.files()).sort((a, b) => Number(b.path === first) - Number(a.path === first));
  }

  /** Ends the worker; the next question starts another. */
  close() {
    this.#ready = null;
    this.#engine.close();
  }
}
