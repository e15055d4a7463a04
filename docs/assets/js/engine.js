// @ts-check
// Runs the project's own Python files in the page: MicroPython in a worker, loaded with the first call.

/** @typedef {{path: string, text: string, sha256: string, edited?: boolean}} RanFile edited: by the reader, in the page */

/** Why a call gave no result. */
export class EngineError extends Error {
  /**
   * @param {"input" | "unavailable" | "broken"} kind "input": what was given is wrong, and the message says what
   *   would be right; "unavailable": the engine could not load; "broken": anything else
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
   * The result of a function of one argument; calls run one after another.
   * @param {string} module its dotted name
   * @param {string} name
   * @param {any} argument anything that JSON holds
   * @returns {Promise<any>} with whole numbers beyond 2^53 as BigInt; fails with an EngineError
   */
  async call(module, name, argument) {
    const answer = JSON.parse(await this.#ask({ call: JSON.stringify([module, name, argument]) }), exact);
    if (answer.error) throw new EngineError(answer.error.kind, answer.error.message);
    return answer.result;
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

/**
 * The line under a result that says which files gave it: linked, shown, with their hashes.
 * @param {RanFile[]} files the first is the one to name
 * @param {string} base address of the site's root, relative to the page
 * @returns {HTMLElement}
 */
export function ranLine(files, base) {
  const line = document.createElement("details");
  line.className = "lm-ran";
  const summary = document.createElement("summary");
  const [first, ...others] = files;
  const more = others.length ? ` and ${others.length} more` : "";
  const which = first.edited ? `${first.path}, edited${others.length ? "," : ""}` : first.path;
  summary.append(`Computed in this page by ${which}${more}`);
  if (!first.edited) summary.append(`, SHA-256 ${first.sha256.slice(0, 12)}…`);
  const list = document.createElement("ul");
  for (const file of files) {
    const item = document.createElement("li");
    const text = document.createElement("details");
    const name = document.createElement("summary");
    const hash = document.createElement("code");
    hash.textContent = file.sha256;
    name.append("the text that ran, SHA-256 ", hash);
    text.append(name);
    // Shown when asked for: all of them together are long.
    text.addEventListener("toggle", () => {
      if (text.querySelector("pre")) return;
      const shown = document.createElement("pre");
      shown.tabIndex = 0;
      shown.textContent = file.text;
      text.append(shown);
    });
    item.append(fileLink(file, base), file.edited ? ", edited" : "", text);
    list.append(item);
  }
  line.append(summary, list);
  return line;
}

/**
 * @param {RanFile} file
 * @param {string} base
 */
function fileLink(file, base) {
  const link = document.createElement("a");
  link.href = `${base}source/${file.path}/`;
  link.textContent = file.path;
  return link;
}
