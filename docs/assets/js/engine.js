// @ts-check
// Runs the project's own Python files in the page: MicroPython in a worker, loaded with the first call.

/** @typedef {{path: string, text: string, sha256: string, edited?: boolean}} RanFile edited: by the reader, in the page */

/** Why a call gave no result. */
export class EngineError extends Error {
  /**
   * @param {"input" | "late" | "unavailable" | "broken"} kind "input": what was given is wrong, and the message says
   *   what would be right; "late": it took longer than the caller had patience; "unavailable": the engine could not
   *   load; "broken": anything else
   * @param {string} message
   */
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/** Functions of a bundle of the project's files, called in a worker of their own. */
export class Engine {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (reason: EngineError) => void}>} */
  #waiting = new Map();
  #asked = 0;
  #loaded = false;

  /** @param {string} bundle which of assets/engine/*.json */
  constructor(bundle) {
    this.bundle = bundle;
  }

  /**
   * Told while the engine loads.
   * @param {number} share of what there is to do, 0…1
   * @param {string} what is being done
   */
  onprogress(share, what) {}

  /**
   * Does what may have to wait for the engine, and has its loading told until that is done.
   * @template Result
   * @param {(words: string) => void} say
   * @param {() => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  async telling(say, work) {
    const told = (/** @type {number} */ share, /** @type {string} */ what) =>
      say(`Loading the engine, ${Math.round(100 * share)} %: ${what}`);
    this.onprogress = told;
    try {
      return await work();
    } finally {
      // Whoever asked since has it told in another place.
      if (this.onprogress === told) this.onprogress = () => {};
    }
  }

  /**
   * The result of a function of one argument; calls run one after another.
   * @param {string} module its dotted name
   * @param {string} name
   * @param {any} argument anything that JSON holds
   * @param {number} [patience] with one answer of an engine that has loaded, however long that took; then the worker
   *   is ended, and the next call starts another [ms]
   * @returns {Promise<any>} with whole numbers beyond 2^53 as BigInt; fails with an EngineError
   */
  async call(module, name, argument, patience = Infinity) {
    const late = new EngineError("late", `This was not computed within ${patience / 1000} s.`);
    const alarm = this.#loaded && patience < Infinity ? setTimeout(() => this.#fail(late), patience) : undefined;
    try {
      const answer = JSON.parse(await this.#ask({ call: JSON.stringify([module, name, argument]) }), exact);
      if (answer.error) throw new EngineError(answer.error.kind, answer.error.message);
      return answer.result;
    } finally {
      clearTimeout(alarm);
    }
  }

  /**
   * The project's files that have run so far, each with the hash of the very text that did.
   * @returns {Promise<RanFile[]>}
   */
  async files() {
    return await this.#ask({ files: true });
  }

  /** Ends the worker; what was asked of it fails. */
  close() {
    this.#fail(new EngineError("unavailable", "The engine was closed."));
  }

  /** @param {EngineError} reason */
  #fail(reason) {
    this.#worker?.terminate();
    this.#worker = null;
    this.#loaded = false;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  /**
   * @param {object} message
   * @returns {Promise<any>}
   */
  #ask(message) {
    return new Promise((resolve, reject) => {
      const number = ++this.#asked;
      this.#waiting.set(number, { resolve, reject });
      try {
        this.#worker ??= this.#started();
      } catch (error) {
        this.#fail(new EngineError("unavailable", `This browser starts no worker: ${/** @type {Error} */ (error).message}`));
        return;
      }
      this.#worker.postMessage({ number, ...message });
    });
  }

  #started() {
    if (typeof WebAssembly !== "object") throw new Error("it has no WebAssembly");
    const worker = new Worker(new URL("engine-worker.js", import.meta.url), { type: "module", name: this.bundle });
    worker.onmessage = ({ data }) => {
      if (data.progress) return this.onprogress(data.progress, data.what);
      if (data.unavailable) return this.#fail(new EngineError("unavailable", data.unavailable));
      this.#loaded = true;
      const call = this.#waiting.get(data.number);
      this.#waiting.delete(data.number);
      call?.resolve(data.answer);
    };
    worker.onerror = event =>
      this.#fail(new EngineError("unavailable", event.message || "The engine's file could not be loaded."));
    return worker;
  }
}

/**
 * Whole numbers that a number cannot hold come as texts; see page_call.py.
 * @param {string} _key
 * @param {any} value
 */
function exact(_key, value) {
  return /^-?\d+$/.test(value?.int) && Object.keys(value).length === 1 ? BigInt(value.int) : value;
}
