// @ts-check
// <lm-circuit>: draws, lists, solves and checks the circuit in its field while it is typed.

import { ownSettings, same } from "./circuit-address.js";
import { countOf, drawing, list, tables } from "./circuit-answer.js";
import { fit, jump, makeForm, set, settingsOf } from "./circuit-form.js";
import { CircuitLink } from "./circuit-link.js";
import { Reader } from "./circuit-reader.js";
import { makeButtons, take } from "./circuit-take.js";
import { element } from "./dom.js";
import { inSentence } from "./engine.js";
import { offerAgain } from "./try-again.js";

/** @typedef {import("./circuit-address.js").Typed} Typed */

class Circuit extends HTMLElement {
  /** @type {import("./circuit-form.js").Form} */
  #form = makeForm("", [], [], 0);
  #reader = new Reader(0, () => {});
  /** @type {import("./circuit-form.js").Example[]} */
  #examples = [];
  #link = new CircuitLink({ text: "", fragment: false, settings: {} }, 0, []);
  /** @type {Typed} what is to be shown */
  #wanted = this.#link.first;
  /** @type {Typed} what is shown */
  #shown = this.#link.first;
  #running = false;

  connectedCallback() {
    if (this.#examples.length) return; // moved within the page
    const limit = Number(this.getAttribute("limit"));
    this.#examples = JSON.parse(this.getAttribute("examples") ?? "[]");
    const { fields, shown } = JSON.parse(this.getAttribute("settings") ?? '{"fields": [], "shown": false}');
    const text = this.#part(".lm-typed code").textContent ?? "";
    this.#link = new CircuitLink({ text, fragment: false, settings: ownSettings(fields) }, limit, fields);
    this.#wanted = this.#shown = this.#link.first;
    this.#form = makeForm(text, this.#examples, fields, limit);
    this.#form.settings.hidden = !shown;
    this.#reader = new Reader(limit, words => this.#say(words));
    const { field, open, examples, settings, form } = this.#form;
    this.#part(".lm-typed").replaceChildren(form);
    this.#part(".lm-below").append(makeButtons());
    form.addEventListener("submit", event => event.preventDefault());
    field.addEventListener("focus", () => this.#load(), { once: true });
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("change", () => this.#link.keep(() => this.#now()));
    for (const one of [open, settings]) one.addEventListener("change", () => this.#answerNow());
    examples.addEventListener("change", () => this.#choose(examples.value));
    this.addEventListener("click", event => this.#clicked(event));
    addEventListener("popstate", () => this.#follow());
    this.#follow();
  }

  disconnectedCallback() {
    this.#reader.close();
  }

  /** @param {string} selector */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.querySelector(selector));
  }

  /** @returns {Typed} */
  #now() {
    const { field, open, settings } = this.#form;
    return { text: field.value, fragment: open.checked, settings: settingsOf(settings) };
  }

  /** @param {string} words */
  #say(words) {
    this.#form.status.textContent = words;
  }

  async #load() {
    try {
      await this.#reader.ready();
      if (this.#shown === this.#link.first) this.#say("");
      await this.#reader.warm(this.#link.first, () => !this.#running);
    } catch (error) {
      if (!this.#running) this.#fail(error, "What stands below is of the first circuit.");
    }
  }

  /**
   * Says why something has not been done.
   * @param {unknown} error
   * @param {string} [besides] what else there is to say
   */
  #fail(error, besides = "") {
    this.#say(`${inSentence(error)} ${besides}`.trim());
    offerAgain(this.#form.status, error, () => {
      this.#reader.again();
      this.#answer();
    });
  }

  /** What the address holds becomes the text, or the first text where it holds none. */
  async #follow() {
    try {
      const found = await this.#link.found();
      if (!same(found, this.#now())) this.#put(found);
    } catch (error) {
      this.#stale(true);
      this.#fail(error, "What stands below is another circuit, not the link's.");
    }
  }

  /** @param {Typed} typed */
  #put(typed) {
    const { field, open, settings } = this.#form;
    field.value = typed.text;
    open.checked = typed.fragment;
    set(settings, typed.settings);
    fit(field);
    this.#answer();
  }

  /** @param {string} index of an example */
  #choose(index) {
    const chosen = this.#examples[Number(index)];
    if (!index || !chosen) return;
    const [, text, needed] = chosen;
    this.#put({ text: text.replace(/\n+$/, ""), fragment: false, settings: { ...this.#link.first.settings, ...needed } });
    this.#link.keep(() => this.#now(), true);
  }

  #typed() {
    fit(this.#form.field, true);
    this.#form.examples.value = "";
    this.#answer();
    this.#link.keepSoon(() => this.#now());
  }

  #answerNow() {
    this.#answer();
    this.#link.keep(() => this.#now());
  }

  /** Answers the newest text; what is being answered is let finish first, what came between is passed over. */
  async #answer() {
    this.#wanted = this.#now();
    if (this.#running) return;
    this.#running = true;
    while (this.#shown !== this.#wanted) {
      const asked = this.#wanted;
      await this.#show(asked);
      this.#shown = asked;
    }
    this.#running = false;
    this.dispatchEvent(new CustomEvent("lm-answered"));
  }

  /** @param {Typed} asked */
  async #show(asked) {
    try {
      const read = await this.#reader.ask("read", asked);
      offerAgain(this.#form.status, null, () => {});
      const faulty = read.problems.length > 0;
      this.#form.field.setAttribute("aria-invalid", String(faulty));
      this.#tell(faulty ? list(read.problems, "problem") : list(read.warnings, "warning"));
      if (faulty) {
        this.#stale(true);
        this.#say(`${counted(countOf(read.problems), "mistake")}; the drawing is of the last text without one.`);
        return;
      }
      this.#form.settings.hidden = !read.scripted;
      const solved = await this.#reader.ask("solved", asked);
      const unmet = solved.checks.filter((/** @type {{level: string}} */ check) => check.level !== "passed");
      this.#tell([...list(read.warnings, "warning"), ...list(unmet, "warning")]);
      // Both at once: a text that comes between must not find the drawing of one and the tables of another.
      this.#part(".lm-drawn").replaceChildren(drawing(read.drawing));
      this.#list(tables(read, solved));
      this.#stale(false);
      const { components, nets } = read.netlist;
      const checked = unmet.length ? `${counted(unmet.length, "remark")} of the checks` : "every check passed";
      this.#say(`${counted(components.length, "part")}, ${counted(nets.length, "net")}; ${checked}.`);
      if (!this.querySelector(".lm-ran")) {
        this.#part(".lm-below").append(await this.#reader.ran(this.getAttribute("base") ?? ""));
      }
    } catch (error) {
      this.#stale(true);
      this.#tell([]); // what was told is of another text too, and its places are not in this one
      this.#fail(error);
    }
  }

  /** @param {boolean} stale whether drawing and tables are of an older text */
  #stale(stale) {
    for (const part of [".lm-drawn", ".lm-listed"]) this.#part(part).classList.toggle("lm-stale", stale);
  }

  /** @param {HTMLElement[]} told */
  #tell(told) {
    this.#part(".lm-told").replaceChildren(...(told.length ? [element("ol", {}, ...told)] : []));
  }

  /** @param {HTMLElement[]} shown */
  #list(shown) {
    const place = this.#part(".lm-listed");
    const open = new Set([...place.querySelectorAll("details[open]")].map(fold => fold.getAttribute("data-fold")));
    for (const one of shown) one.toggleAttribute("open", open.has(one.getAttribute("data-fold") ?? ""));
    place.replaceChildren(...shown);
  }

  /** @param {Event} event */
  async #clicked(event) {
    const button = /** @type {Element} */ (event.target).closest("button");
    const { line, column, text = "", do: what } = button?.dataset ?? {};
    if (line) jump(this.#form.field, Number(line), Number(column), text);
    if (!what) return;
    try {
      this.#say(await take(what, this.#now(), this.#reader, this.#link, this.#part(".lm-buttons")));
    } catch (error) {
      this.#fail(error);
    }
  }
}

/**
 * @param {number} number
 * @param {string} thing
 */
function counted(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

customElements.define("lm-circuit", Circuit);
