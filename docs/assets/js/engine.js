// @ts-check
// Runs the project's own Python files in the page: MicroPython in a worker, loaded with the first call.

/** @typedef {{path: string, text: string, sha256: string, edited?: boolean}} RanFile edited: by the reader, in the page */
/**
 * @typedef {object} Waiting a question without its answer yet
 * @property {(value: any) => void} resolve
 * @property {(reason: EngineError) => void} reject
 * @property {number} patience [ms]
 * @property {ReturnType<typeof setTimeout>[]} alarms that are set for it
 */

const LONG_MS = 1_000; // without an answer, and whoever asked would like to know why

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

/**
 * Why there is no result, as a sentence for a reader.
 * @param {unknown} error
 */
export function inSentence(error) {
  const { message } = /** @type {Error} */ (error);
  if (error instanceof EngineError && error.kind === "broken") {
    console.warn(message);
    return `This could not be computed (${message.trim().split("\n").at(-1)}).`;
  }
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** Functions of a bundle of the project's files, called in a worker of their own. */
export class Engine {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #asked = 0;
  #loaded = false;
  /** @type {EngineError | null} why it could not load; it is not tried again until someone says so */
  #unavailable = null;
  /** Whether an engine that has loaded has left a question without an answer for a second or more. */
  busy = false;

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
   * @param {number} [patience] with one answer, once the engine has loaded, however long that took; then the worker
   *   is ended, and the next call starts another [ms]
   * @returns {Promise<any>} with whole numbers beyond 2^53 as BigInt; fails with an EngineError
   */
  async call(module, name, argument, patience = Infinity) {
    const answer = JSON.parse(await this.#ask({ call: JSON.stringify([module, name, argument]) }, patience), exact);
    if (answer.error) throw new EngineError(answer.error.kind, answer.error.message);
    return answer.result;
  }

  /** Told when `busy` changes. @param {boolean} busy */
  onbusy(busy) {}

  /**
   * The project's files that have run so far, each with the hash of the very text that did.
   * @returns {Promise<RanFile[]>}
   */
  async files() {
    return await this.#ask({ files: true });
  }

  /** Lets the next call load the engine once more, where it could not. */
  retry() {
    this.#unavailable = null;
  }

  /**
   * Ends the worker; what was asked of it fails.
   * @param {string} [why]
   */
  close(why = "The engine was closed.") {
    this.#fail(new EngineError("unavailable", why));
  }

  /**
   * What was asked fails, and what is asked from now on: each try would load all of it again.
   * @param {string} why in words of the browser, which are none for a reader
   */
  #failLoading(why) {
    console.warn(`The engine could not be loaded: ${why}`);
    const reason = new EngineError("unavailable", "What computes in this page could not be loaded.");
    this.#unavailable = reason;
    this.#fail(reason);
  }

  /** @param {EngineError} reason */
  #fail(reason) {
    this.#worker?.terminate();
    this.#worker = null;
    this.#loaded = false;
    const failed = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const call of failed) {
      call.alarms.forEach(clearTimeout);
      call.reject(reason);
    }
    this.#setBusy(false);
  }

  /**
   * @param {object} message
   * @param {number} [patience]
   * @returns {Promise<any>}
   */
  #ask(message, patience = Infinity) {
    return new Promise((resolve, reject) => {
      if (this.#unavailable) return reject(this.#unavailable);
      const number = ++this.#asked;
      /** @type {Waiting} */
      const call = { resolve, reject, patience, alarms: [] };
      this.#waiting.set(number, call);
      if (this.#loaded) this.#watch(call);
      try {
        this.#worker ??= this.#started();
      } catch (error) {
        return this.#failLoading(`${error}`);
      }
      this.#worker.postMessage({ number, ...message });
    });
  }

  /** @param {Waiting} call */
  #watch({ patience, alarms }) {
    alarms.push(this.#soonBusy());
    if (patience === Infinity) return;
    const late = new EngineError("late", `This was not computed within ${patience / 1000} s.`);
    alarms.push(setTimeout(() => this.#fail(late), patience));
  }

  #soonBusy() {
    return setTimeout(() => this.#setBusy(true), LONG_MS);
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    if (busy === this.busy) return;
    this.busy = busy;
    this.onbusy(busy);
  }

  #started() {
    if (typeof WebAssembly !== "object") throw new Error("it has no WebAssembly");
    const worker = new Worker(new URL("engine-worker.js", import.meta.url), { type: "module", name: this.bundle });
    worker.onmessage = ({ data }) => {
      if (worker !== this.#worker) return; // it was ended, this had been on its way
      if (data.progress) return this.onprogress(data.progress, data.what);
      if (data.unavailable) return this.#failLoading(data.unavailable);
      if (data.loaded) {
        this.#loaded = true;
        return this.#waiting.forEach(call => this.#watch(call));
      }
      const call = this.#waiting.get(data.number);
      if (!call) return;
      this.#waiting.delete(data.number);
      call.alarms.forEach(clearTimeout);
      this.#setBusy(false);
      // Whoever still waits has been told of nothing: it is looked at anew from here.
      for (const { alarms } of this.#waiting.values()) {
        if (!alarms.length) continue;
        clearTimeout(alarms[0]);
        alarms[0] = this.#soonBusy();
      }
      call.resolve(data.answer);
    };
    worker.onerror = event => {
      if (worker !== this.#worker) return;
      if (!this.#loaded) return this.#failLoading(event.message || "its worker");
      this.#fail(new EngineError("broken", event.message));
    };
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
