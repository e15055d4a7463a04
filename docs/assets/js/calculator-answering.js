// @ts-check
// Asks llmmath what the form of a calculator says and shows the answer: one question at a time, the newest next.

import { show } from "./answer.js";
import { inWhole, sayWhatIsTaken, tell } from "./calculator-beside.js";
import { blame } from "./calculator-blame.js";
import { answerTo, engine } from "./calculator-engine.js";
import { read } from "./calculator-form.js";
import { labelled } from "./calculator-labels.js";
import { sayInShort } from "./calculator-short.js";
import { EngineError } from "./engine.js";
import { ranLine } from "./ran-line.js";
import { offerAgain } from "./try-again.js";

/** @import {Case, Kind} from "./answers.js" */
/** @typedef {import("./calculator-form.js").Ask} Ask */
/** @typedef {import("./calculator-form.js").Wrong} Wrong */
/** @typedef {import("./calculator-address.js").Addressed} Addressed */
/** @typedef {import("./calculator-cases.js").Cases} Cases */
/** @typedef {{answer: HTMLElement, status: HTMLElement, below: HTMLElement}} Places of a calculator */

const SLOW_MS = 150; // from when on it is said that an answer is awaited

export class Answering {
  #wanted = false;
  /** @type {Promise<void> | null} while something is being asked */
  #running = null;
  /** @type {Ask[]} what was answered last */
  asks = [];
  /** @type {Case[]} the last good answers */
  answers = [];
  /** Where these stand. */
  address = "";

  /**
   * @param {string} kind
   * @param {string} base address of the site's root, relative to the page
   * @param {Cases} cases
   * @param {Addressed} addressed
   * @param {Places} places
   */
  constructor(kind, base, cases, addressed, places) {
    this.kind = /** @type {Kind} */ (kind);
    this.base = base;
    this.cases = cases;
    this.addressed = addressed;
    this.places = places;
  }

  /** Called when a good answer is shown. */
  onanswer() {}

  /** Whether nothing is being asked. */
  get idle() {
    return !this.#running;
  }

  /** Whether what stands there is the answer to what the form says. */
  get isOfForm() {
    return JSON.stringify(this.read()) === JSON.stringify(this.asks);
  }

  /** Waits until nothing is being asked. */
  async done() {
    while (this.#running) await this.#running;
  }

  /**
   * Asks what the form says and shows the answer. While one is computed the newest form waits, and no other.
   * @returns {Promise<boolean>} false where another call goes on with it
   */
  async update() {
    this.#wanted = true;
    this.#tell();
    if (this.#running) return false;
    this.#running = this.#answerAll();
    await this.#running;
    return true;
  }

  async #answerAll() {
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await this.#answerNow();
      }
    } finally {
      // In the very moment in which nothing more is wanted: what is wanted a moment later is asked anew.
      this.#running = null;
    }
  }

  /** Says that an answer is awaited. */
  #await() {
    this.places.answer.setAttribute("aria-busy", "true");
    if (!this.places.status.textContent) this.say("Computing …");
  }

  async #answerNow() {
    const fields = this.cases.all();
    const asks = this.read();
    if (!asks) return this.#stale(this.#tell());
    this.say("");
    const slow = setTimeout(() => this.#await(), SLOW_MS);
    const found = await engine.telling(words => this.say(words), () => Promise.all(asks.map(ask => this.#asked(ask))));
    clearTimeout(slow);
    this.places.answer.removeAttribute("aria-busy");
    const failed = found.map(one => (one instanceof EngineError ? one : null));
    offerAgain(this.places.status, failed.find(one => one?.kind === "unavailable"), () => this.#again());
    // What was wrong with an older form is no longer worth a word; its good answers are, while the newest is computed.
    if (failed.some(Boolean) && this.#wanted) return;
    if (failed.some(Boolean)) return this.#stale(failed.map((error, index) => blame(error, asks[index], fields[index])));
    // What stands there stays: whoever is pressing one of its buttons would lose it under the hand.
    if (JSON.stringify(asks) !== JSON.stringify(this.asks)) {
      this.answers = labelled(found, asks);
      show(this.kind, this.answers, this.places.answer);
      sayInShort(this.kind, fields, this.answers);
    }
    found.forEach((answer, index) => sayWhatIsTaken(fields[index], asks[index], answer.command));
    this.asks = asks;
    this.address = this.addressed.of(asks);
    this.places.answer.classList.remove("lm-stale");
    // The answer's own sentences are read out; what was said here is over.
    this.say(asks.some(ask => ask.config) ? "A link does not contain the pasted file." : "");
    this.onanswer();
    await this.#nameFiles();
  }

  #again() {
    engine.retry();
    this.update();
  }

  /**
   * What every case asks; null where one of them cannot be read.
   * @returns {Ask[] | null}
   */
  read() {
    /** @type {Wrong[]} */
    const wrong = [];
    const asks = this.cases.all().map(fields => read(fields, wrong));
    return wrong.length ? null : asks;
  }

  /**
   * Tells beside the fields which of them cannot be read.
   * @returns {string[]} the same of each case, in words
   */
  #tell() {
    return this.cases.all().map(fields => {
      /** @type {Wrong[]} */
      const wrong = [];
      read(fields, wrong);
      tell(fields, wrong);
      return inWhole(fields, wrong);
    });
  }

  /**
   * The answer to an ask, or why there is none; what did not change is not asked again.
   * @param {Ask} ask
   */
  async #asked(ask) {
    const same = this.asks.findIndex(other => JSON.stringify(other) === JSON.stringify(ask));
    return same >= 0 ? this.answers[same].answer : answerTo(this.kind, ask);
  }

  /**
   * Greys the answer, and says why: what stands beside a field is read out by nobody whose focus is elsewhere.
   * @param {string[]} why of each case, "" where nothing is wrong
   */
  #stale(why) {
    this.places.answer.classList.add("lm-stale");
    // What is wrong for all of them, as the engine is, is said once.
    const alike = why.length > 1 && why.every(words => words === why[0]);
    const told = why.map((words, index) => (words && why.length > 1 && !alike ? `Case ${index + 1}: ${words}` : words));
    this.say(`${[...new Set(told)].join(" ").trim()} The answer below is the last good one.`);
  }

  /** @param {string} text */
  say(text) {
    // What is written anew is read out anew.
    if (this.places.status.textContent !== text) this.places.status.textContent = text;
  }

  /** The line that says what ran, with the first answer. */
  async #nameFiles() {
    if (this.places.below.querySelector(".lm-ran")) return;
    // An engine that has ended since tells no files; the next answer's does.
    const files = await engine.files().catch(() => []);
    if (files.length) this.places.below.prepend(ranLine(files, `llmmath/answers/${this.kind}.py`, this.base));
  }
}
