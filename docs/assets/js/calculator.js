// @ts-check
// <lm-calculator>: asks llmmath what stands in its form, in the page, and shows the answer.

import { show } from "./answer.js";
import { address, carried } from "./calculator-carry.js";
import { fromAddress, toAddress } from "./calculator-address.js";
import { addCase, asBuilt, differing, isTouched, labelled, numberCases, withFirst } from "./calculator-cases.js";
import { FieldError, blamed, control, fill, moveSliders, read, slid, tell } from "./calculator-form.js";
import { showChoices } from "./calculator-choices.js";
import { answerTo, engine } from "./calculator-engine.js";
import { names, offerNames } from "./calculator-names.js";
import { makeButtons, takeAway } from "./calculator-take.js";
import { element } from "./dom.js";
import { EngineError, ranLine } from "./engine.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

const MOST_CASES = 4;

class Calculator extends HTMLElement {
  #wanted = false;
  #busy = false;
  #address = "";
  #kept = "";
  /** @type {Ask[]} */
  #asks = [];
  /** @type {any[]} */
  #answers = [];
  // The script comes after the page, so that all of this is there.
  kind = this.getAttribute("kind") ?? "";
  base = this.getAttribute("base") ?? "";
  form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
  answer = /** @type {HTMLElement} */ (this.querySelector(".lm-shown"));
  status = /** @type {HTMLElement} */ (this.querySelector(".lm-status"));
  below = /** @type {HTMLElement} */ (this.querySelector(".lm-below"));
  first = asBuilt(this.#cases()[0]);
  initial = read(this.first);
  legend = this.first.querySelector("legend")?.textContent ?? "";

  connectedCallback() {
    this.#cases().forEach(moveSliders);
    this.form.addEventListener("submit", event => event.preventDefault());
    this.form.addEventListener("focusin", () => this.#touched(), { once: true });
    this.form.addEventListener("input", event => this.#typed(event, false));
    this.form.addEventListener("change", event => this.#typed(event, true));
    this.form.addEventListener("click", event => this.#clicked(event));
    this.addEventListener("lm-change", event => {
      const number = /** @type {HTMLElement} */ (event.target).dataset.case;
      this.#changed(/** @type {CustomEvent} */ (event).detail, Number(number ?? 0));
    });
    this.addEventListener("dragover", event => event.preventDefault());
    this.addEventListener("drop", event => this.#dropped(event));
    // A link to a heading is a step of the history too, and asks nothing else.
    this.#kept = toAddress(this.kind, fromAddress(this.kind, location.search), "");
    addEventListener("popstate", () => {
      const now = toAddress(this.kind, fromAddress(this.kind, location.search), "");
      if (now !== this.#kept) this.#follow();
      this.#kept = now;
    });
    const copies = element("span", { class: "lm-taken" });
    copies.append(...makeButtons((what, saved) => this.#take(what, saved)));
    this.form.querySelector(".lm-buttons")?.append(copies);
    if (fromAddress(this.kind, location.search).length) this.#follow();
    // Whoever typed before this script was there, or came back to what they had typed, is answered now.
    else if (this.#cases().some(fields => isTouched(fields))) this.#update(true);
  }

  /** Loads with the first touch what the first change needs: names to choose from, and the engine. */
  #touched() {
    offerNames(this.base);
    // An answer that nobody waits for: with it the engine has read every file that the next one needs.
    if (!this.#busy) answerTo(this.kind, this.initial).then(() => performance.mark("lm-warm"));
  }

  #cases() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".lm-case")]);
  }

  /** The form as the address says, and its answer; a pasted file stays where the address names no model. */
  #follow() {
    this.#put(fromAddress(this.kind, location.search));
    this.#update();
  }

  /**
   * Asks this, and shows the form and its answer; for another calculator, whose question goes on here.
   * @param {Ask[]} asks
   */
  ask(asks) {
    const { model, config, accelerator, own, ...rest } = this.#readOr(this.#cases()[0]) ?? this.initial;
    this.#put(asks, rest);
    this.scrollIntoView();
    control(this, "model")?.focus({ preventScroll: true });
    this.#update(true);
  }

  /**
   * @param {Ask[]} asks what each case asks, where it asks something else than
   * @param {Ask} [base] as the page was built
   */
  #put(asks, base = this.initial) {
    const wanted = Math.max(1, asks.length);
    while (this.#cases().length > wanted) this.#cases().at(-1)?.remove();
    while (this.#cases().length < wanted) addCase(this.#cases());
    numberCases(this.#cases(), this.legend);
    this.#cases().forEach((fields, index) => {
      /** @type {Ask} */
      const ask = { dtype: "", kv_dtype: "", ...base, ...asks[index] };
      if (ask.config || (control(fields, "config")?.value && asks[index]?.model === undefined)) delete ask.model;
      fill(fields, ask);
    });
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
    if (input.type === "range") {
      const number = control(fields, input.name.replace(".slider", ""));
      if (number) number.value = String(slid(input));
      input.setAttribute("aria-valuetext", number?.value ?? "");
    } else {
      moveSliders(fields);
    }
    if (done) this.#update(true);
    // A name that is being typed is no name yet; numbers and choices answer at once.
    else if (input.type === "number" || input.type === "range") this.#update();
  }

  /** @param {Event} event */
  #clicked(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const what = button?.dataset.do;
    if (what === "add" && this.#cases().length < MOST_CASES) {
      addCase(this.#cases());
      numberCases(this.#cases(), this.legend);
      control(this.#cases().at(-1) ?? this, "model")?.focus();
      this.#update(true);
    } else if (what === "remove") {
      button?.closest(".lm-case")?.remove();
      numberCases(this.#cases(), this.legend);
      control(this, "model")?.focus();
      this.#update(true);
    } else if (what === "accelerators" || what === "models") {
      this.#choose(what);
    }
    this.#carry(event);
  }

  /**
   * On to the other calculator with what is asked here; where that one is on this page, without leaving it.
   * @param {Event} event
   */
  #carry(event) {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    const to = link?.dataset.to ?? "";
    const other = document.getElementById(`calculator-${to}`);
    const asks = this.#cases().map(one => this.#readOr(one));
    if (!link || !(other instanceof Calculator) || asks.some(ask => ask === null)) return;
    event.preventDefault();
    other.ask(/** @type {Ask[]} */ (asks).map(ask => carried(this.kind, to, ask)));
  }

  /**
   * @param {Ask} change what to ask otherwise
   * @param {number} [number] of the case
   */
  #changed(change, number = 0) {
    fill(this.#cases()[number], change);
    this.#update(true);
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    const under = /** @type {HTMLElement} */ (event.target).closest(".lm-case");
    this.#load(/** @type {HTMLElement} */ (under) ?? this.#cases()[0], file);
  }

  /**
   * @param {HTMLElement} fields
   * @param {File} file a config.json
   */
  async #load(fields, file) {
    const config = control(fields, "config");
    if (!config) return;
    config.value = await file.text();
    config.dataset.name = file.name;
    const details = config.closest("details");
    if (details) details.open = true;
    this.#update(true);
  }

  /**
   * Asks what the form says and shows the answer. While one is computed the newest form waits, and no other.
   * @param {boolean} [done] whether the address should keep it
   */
  async #update(done = false) {
    this.#wanted = true;
    this.below.querySelector(".lm-choices")?.dispatchEvent(new Event("lm-close"));
    const asks = this.#cases().map(one => this.#readOr(one));
    if (done && asks.every(ask => ask !== null)) this.#remember(/** @type {Ask[]} */ (asks));
    if (this.#busy) return;
    this.#busy = true;
    const slow = setTimeout(() => this.#await(), 150);
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await this.#answerNow();
      }
    } finally {
      clearTimeout(slow);
      this.#busy = false;
      this.answer.removeAttribute("aria-busy");
      this.dispatchEvent(new CustomEvent("lm-answered"));
    }
  }

  /** Says that an answer is awaited. */
  #await() {
    this.answer.setAttribute("aria-busy", "true");
    if (!this.status.textContent) this.#say("Computing …");
  }

  async #answerNow() {
    const fields = this.#cases();
    const asks = fields.map(one => this.#readOr(one));
    if (asks.some(ask => ask === null)) return this.#stale("");
    const asked = /** @type {Ask[]} */ (asks);
    engine.onprogress = (share, what) => this.#say(`Loading the engine, ${Math.round(100 * share)} %: ${what}`);
    const found = await Promise.all(asked.map(ask => this.#asked(ask)));
    if (this.#wanted) return;
    const failed = found.map(one => (one instanceof EngineError ? one : null));
    if (failed.some(Boolean)) return this.#stale(failed.map((error, index) => this.#told(error, asked[index], fields[index])).join(" ").trim());
    const answers = labelled(found, asked);
    show(/** @type {any} */ (this.kind), answers, this.answer);
    this.#answers = answers;
    this.#asks = asked;
    this.#address = `${location.origin}${location.pathname}${location.search}#${this.id}`;
    this.#linkOn(asked);
    this.answer.classList.remove("lm-stale");
    // The answer's own sentences are read out; what was said here is over.
    this.#say(asked.some(ask => ask.config) ? "A pasted file is no part of the address, which a link would keep." : "");
    if (!this.below.querySelector(".lm-ran")) this.below.prepend(ranLine(withFirst(await engine.files(), `llmmath/answers/${this.kind}.py`), this.base));
  }

  /** @param {Ask[]} asks of the answer, with which the link to the other calculator goes on */
  #linkOn(asks) {
    const link = /** @type {HTMLAnchorElement | null} */ (this.querySelector("a[data-to]"));
    const to = link?.dataset.to ?? "";
    if (!link || document.getElementById(`calculator-${to}`)) return;
    const href = address(to, asks.map(ask => carried(this.kind, to, ask)), this.base);
    link.hidden = href === null;
    if (href !== null) link.href = href;
  }

  /** @param {HTMLElement} fields */
  #readOr(fields) {
    tell(fields, null, "");
    try {
      return read(fields);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      tell(fields, error.field, error.message);
      return null;
    }
  }

  /**
   * The answer to an ask, or why there is none; cases that did not change are not asked again.
   * @param {Ask} ask
   */
  async #asked(ask) {
    const same = this.#asks.findIndex(other => JSON.stringify(other) === JSON.stringify(ask));
    if (same >= 0) return this.#answers[same].answer;
    return answerTo(this.kind, ask);
  }

  /**
   * Tells why there is no answer: beside its field, or as what is returned.
   * @param {EngineError | null} error
   * @param {Ask} ask
   * @param {HTMLElement} fields
   */
  #told(error, ask, fields) {
    if (!error) return "";
    const message = error.message.replace(/ \(llmmath \w+ lists all\)/, "; the field lists all");
    const field = error.kind === "input" ? blamed(error.message, ask) : null;
    if (field && fields.querySelector(`[data-field="${field}"]`)) {
      tell(fields, field, message);
      return "";
    }
    if (error.kind === "broken") console.warn(error.message);
    const said = error.kind === "broken" ? `This could not be computed (${message.trim().split("\n").at(-1)}).` : message;
    return error.kind === "input" ? said : `${said} The answer below is the last one that was computed.`;
  }

  /** @param {string} why what no field says */
  #stale(why) {
    this.answer.classList.add("lm-stale");
    this.#say(why);
  }

  /** @param {string} text */
  #say(text) {
    this.status.textContent = text;
  }

  /** @param {Ask[]} asks */
  #remember(asks) {
    // Only what is not as the page was built with.
    const told = asks.map((ask, index) => differing(ask, this.initial, index > 0));
    const query = toAddress(this.kind, told, location.search);
    this.#kept = toAddress(this.kind, told, "");
    if (query !== location.search) history.pushState(null, "", `${location.pathname}${query}${location.hash}`);
  }

  /** @param {"accelerators" | "models"} what */
  async #choose(what) {
    const known = await names(this.base);
    const ask = this.#readOr(this.#cases()[0]);
    if (!ask) return;
    if (!known) return this.#say("The names of models and cards could not be loaded.");
    await showChoices(what, known[what], ask, engine, this.below, change => this.#changed(change));
  }

  /**
   * @param {string} what
   * @param {boolean} saved
   */
  async #take(what, saved) {
    if (!this.#answers.length) await this.#update();
    if (!this.#answers.length) return;
    const kind = /** @type {import("./answers.js").Kind} */ (this.kind);
    const answered = { kind, cases: this.#answers, asks: this.#asks, address: this.#address, drawings: this.answer.querySelectorAll("figure") };
    this.#say(await takeAway(what, saved, answered, this.below));
  }
}

customElements.define("lm-calculator", Calculator);
