// @ts-check
// <lm-calculator>: asks llmmath what stands in its form, in the page, and shows the answer.

import { Addressed } from "./calculator-address.js";
import { Answering } from "./calculator-answering.js";
import { ownIsGiven, sayWhatIsAsked } from "./calculator-beside.js";
import { address, carried } from "./calculator-carry.js";
import { Cases } from "./calculator-cases.js";
import { showChoices } from "./calculator-choices.js";
import { answerTo, engine } from "./calculator-engine.js";
import { MOST_CASES, control } from "./calculator-fields.js";
import { MOST_CONFIG, fill, giveWay } from "./calculator-form.js";
import { names, offerNames } from "./calculator-names.js";
import { follow, moveSliders } from "./calculator-sliders.js";
import { makeButtons, takeAway } from "./calculator-take.js";
import { element } from "./dom.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

/** How long a hand rests that has finished with a name, or with a part of it that is worth a word. */
const PAUSE_MS = 500;
/** Ways of writing after which a text is whole. */
const WHOLE = ["insertFromPaste", "insertFromDrop", "insertReplacementText"];
/** Fields that say what is asked of which model and card. */
const NAMING = /^(model|config|accelerator|own\..*)$/;

class Calculator extends HTMLElement {
  #pause = 0;
  #isTouched = false;
  // The script comes after the page, so that all of this is there.
  kind = this.getAttribute("kind") ?? "";
  base = this.getAttribute("base") ?? "";
  form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
  answer = /** @type {HTMLElement} */ (this.querySelector(".lm-shown"));
  status = /** @type {HTMLElement} */ (this.querySelector(".lm-status"));
  below = /** @type {HTMLElement} */ (this.querySelector(".lm-below"));
  cases = new Cases(this);
  addressed = new Addressed(this.kind, this.cases.initial);
  answering = new Answering(this.kind, this.base, this.cases, this.addressed, this);

  connectedCallback() {
    this.form.addEventListener("submit", event => event.preventDefault());
    for (const come of ["pointerenter", "focusin"]) this.form.addEventListener(come, () => this.#touched(), { once: true });
    this.form.addEventListener("input", event => this.#typed(event, false));
    this.form.addEventListener("change", event => this.#typed(event, true));
    this.form.addEventListener("click", event => this.#clicked(event));
    this.form.addEventListener("toggle", event => this.#folded(event), true);
    this.addEventListener("lm-change", event => {
      const { detail } = /** @type {CustomEvent} */ (event), button = /** @type {HTMLElement} */ (event.target);
      const fields = /** @type {HTMLElement | null} */ (button.closest(".lm-case"));
      this.#changed(detail, fields ? this.cases.all().indexOf(fields) : Number(button.dataset.case ?? 0));
      // A button beside a field goes with what was wrong.
      if (fields) control(fields, Object.keys(detail)[0])?.focus();
    });
    this.addEventListener("dragover", event => event.preventDefault());
    this.addEventListener("drop", event => this.#dropped(event));
    addEventListener("popstate", () => this.addressed.moved() && this.#follow());
    this.answering.onanswer = () => this.#linkOn();
    const buttons = makeButtons((what, saved) => this.#take(what, saved));
    this.form.querySelector(".lm-buttons")?.append(element("span", { class: "lm-taken" }, ...buttons));
    if (this.addressed.asks().length) this.#follow();
    // Whoever typed before this script was there, or came back to what they had typed, is answered now.
    else if (this.cases.areTouched()) this.#update(true);
  }

  /** Loads with the first touch what the first change needs: names to choose from, and the engine. */
  #touched() {
    if (this.#isTouched) return;
    this.#isTouched = true;
    offerNames(this.base);
    // An answer that nobody waits for: with it the engine has read every file that the next one needs.
    if (this.answering.idle) answerTo(this.kind, this.cases.initial).then(() => performance.mark("lm-warm"));
  }

  /** The form as the address says, and its answer. */
  #follow() {
    this.cases.put(this.addressed.asks());
    this.#update();
  }

  /**
   * Asks this, and shows the form and its answer; for another calculator, whose question goes on here.
   * @param {Ask[]} asks
   */
  ask(asks) {
    const { model, config, accelerator, own, ...rest } = this.answering.read()?.[0] ?? this.cases.initial;
    this.cases.put(asks, rest);
    this.scrollIntoView();
    control(this, "model")?.focus({ preventScroll: true });
    this.#update(true);
  }

  /**
   * @param {Event} event
   * @param {boolean} done whether the reader has finished with the field
   */
  #typed(event, done) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const fields = /** @type {HTMLElement} */ (input.closest(".lm-case"));
    if (!fields) return;
    if (input.type === "file") {
      if (done && input.files?.[0]) this.#load(fields, input.files[0]);
      return;
    }
    delete input.dataset.given;
    giveWay(fields, input.name);
    if (input.type === "range") follow(fields, input);
    else moveSliders(fields);
    if (NAMING.test(input.name)) sayWhatIsAsked(fields);
    clearTimeout(this.#pause);
    const isText = ["text", "textarea"].includes(input.type);
    const field = `${this.cases.all().indexOf(fields)} ${input.name.replace(".slider", "")}`;
    if (done || (isText && WHOLE.includes(/** @type {InputEvent} */ (event).inputType))) this.#update(true, field);
    // A name that is being typed is none until the hand rests; numbers answer at once.
    else if (isText) this.#pause = setTimeout(() => this.#update(), PAUSE_MS);
    else if (input.type === "number" || input.type === "range") this.#update();
  }

  /**
   * Figures of one's own card are asked where they are unfolded, and no longer where they are folded away.
   * @param {Event} event
   */
  #folded(event) {
    const own = /** @type {HTMLElement} */ (event.target), fields = own.closest(".lm-case");
    if (!fields || !own.matches(".lm-own") || !ownIsGiven(fields)) return;
    sayWhatIsAsked(fields);
    if (JSON.stringify(this.answering.read()) !== JSON.stringify(this.answering.asks)) this.#update(true);
  }

  /** @param {Event} event */
  #clicked(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const what = button?.dataset.do;
    if (what === "add" && this.cases.all().length >= MOST_CASES) {
      this.answering.say(`${MOST_CASES} cases are the most that stand side by side; remove one to compare with another.`);
    } else if (what === "add") {
      this.cases.add();
      control(this.cases.all().at(-1) ?? this, "model")?.focus();
      this.#update(true);
    } else if (what === "remove") {
      this.cases.remove(button?.closest(".lm-case"));
      control(this, "model")?.focus();
      this.#update(true);
    } else if (what === "answer") {
      this.answer.tabIndex = -1;
      this.answer.focus({ preventScroll: true });
      this.answer.scrollIntoView();
    } else if (what === "accelerators" || what === "models") {
      this.#choose(what);
    }
    this.#carry(event);
  }

  /**
   * On to the other calculator with what is asked here; where that one is on this page, without leaving it.
   * @param {Event} event
   */
  async #carry(event) {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    const to = link?.dataset.to ?? "";
    const other = document.getElementById(`calculator-${to}`);
    const asks = link && other instanceof Calculator ? this.answering.read() : null;
    if (!asks) return;
    event.preventDefault();
    // Whose room it is stands in the answer to what has just been typed.
    await this.#settled();
    /** @type {Calculator} */ (other).ask(asks.map((ask, index) => this.#carried(to, ask, index)));
  }

  /**
   * What the other calculator is asked.
   * @param {string} to
   * @param {Ask} ask
   * @param {number} index of its case
   */
  #carried(to, ask, index) {
    return carried(this.kind, to, ask, this.answering.answers[index]?.answer.engine);
  }

  /** Where the other calculator is on another page, the link there goes on with what was answered. */
  #linkOn() {
    const link = /** @type {HTMLAnchorElement | null} */ (this.querySelector("a[data-to]"));
    const to = link?.dataset.to ?? "";
    if (!link || document.getElementById(`calculator-${to}`)) return;
    const href = address(to, this.answering.asks.map((ask, index) => this.#carried(to, ask, index)), this.base);
    link.hidden = href === null;
    if (href !== null) link.href = href;
  }

  /**
   * @param {Ask} change what to ask otherwise
   * @param {number} [number] of the case
   */
  #changed(change, number = 0) {
    fill(this.cases.all()[number], change);
    this.#update(true);
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    const under = /** @type {HTMLElement} */ (event.target).closest(".lm-case");
    this.#load(/** @type {HTMLElement} */ (under) ?? this.cases.all()[0], file);
  }

  /**
   * @param {HTMLElement} fields
   * @param {File} file a config.json
   */
  async #load(fields, file) {
    const config = control(fields, "config");
    if (!config) return;
    config.value = await file.slice(0, MOST_CONFIG + 1).text();
    config.dataset.name = file.name;
    const details = config.closest("details");
    if (details) details.open = true;
    sayWhatIsAsked(fields);
    this.#update(true);
  }

  /**
   * @param {boolean} [done] whether the address should keep what is asked
   * @param {string} [field] that changed, where no more has
   */
  async #update(done = false, field = "") {
    this.below.querySelector(".lm-choices")?.dispatchEvent(new Event("lm-close"));
    const answered = this.answering.update();
    // While the answer is computed: a step of the history takes some milliseconds.
    const asks = done ? this.answering.read() : null;
    if (asks) this.addressed.keep(asks, field);
    if (await answered) this.dispatchEvent(new CustomEvent("lm-answered"));
  }

  /**
   * Waits for the answer to what the fields say: a click may follow a change at once.
   * @returns {Promise<boolean>} false where there is none, and what stands there is older
   */
  async #settled() {
    await this.answering.done();
    if (!this.answering.isOfForm) await this.#update(true);
    await this.answering.done();
    return this.answering.isOfForm;
  }

  /** @param {"accelerators" | "models"} what */
  async #choose(what) {
    const known = await names(this.base);
    const asks = this.answering.read();
    if (!asks) return void this.#update(); // which says why
    if (!known) return this.answering.say("The names of models and cards could not be loaded.");
    await showChoices(what, known[what], asks[0], engine, this.below, change => {
      this.#changed(change);
      control(this, what === "models" ? "model" : "accelerator")?.focus();
    }, asks.length > 1 ? "case 1" : "");
  }

  /**
   * @param {string} what
   * @param {boolean} saved
   */
  async #take(what, saved) {
    const isOfForm = await this.#settled();
    const { kind, answers: cases, asks, address } = this.answering;
    // Why there is none has just been said.
    if (!cases.length) return this.answering.say(`There is no answer yet to copy or to save. ${this.status.textContent}`);
    const answered = { kind, cases, asks, address, drawings: this.answer.querySelectorAll("figure") };
    const done = await takeAway(what, saved, answered, this.below);
    this.answering.say(isOfForm ? done : `${done} This is the last good answer, not what the fields say.`);
  }
}

customElements.define("lm-calculator", Calculator);
