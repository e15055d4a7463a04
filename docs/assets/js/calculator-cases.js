// @ts-check
// The cases of a calculator that stand side by side: as the page was built, one more, one less, filled with asks.

import { MOST_CASES, control } from "./calculator-fields.js";
import { fill, read } from "./calculator-form.js";
import { moveSliders } from "./calculator-sliders.js";
import { element } from "./dom.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

export class Cases {
  // How many were ever made: no two elements have one id.
  static #copies = 0;

  /** @param {HTMLElement} within */
  constructor(within) {
    this.within = within;
    const first = asBuilt(this.all()[0]);
    /** What the first case asks as the page was built. */
    this.initial = read(first, []);
    this.legend = first.querySelector("legend")?.textContent ?? "";
    this.all().forEach(moveSliders);
  }

  all() {
    return /** @type {HTMLElement[]} */ ([...this.within.querySelectorAll(".lm-case")]);
  }

  /** Whether something else stands in them than the page was built with. */
  areTouched() {
    return this.all().some(fields => inputs(fields).some(input => input.value !== builtValue(input)));
  }

  /** One more to compare with, after the last and its copy; no more than can stand side by side. */
  add() {
    const cases = this.all(), last = cases[cases.length - 1];
    if (cases.length >= MOST_CASES) return;
    last.after(copied(last, ++Cases.#copies));
    this.#number();
  }

  /** @param {Element | null | undefined} fields */
  remove(fields) {
    fields?.remove();
    this.#number();
  }

  /**
   * As many cases as there are asks, filled with them; what was pasted goes where an ask has no file.
   * @param {Ask[]} asks what each case asks, where it asks something else than
   * @param {Ask} [base] as the page was built
   */
  put(asks, base = this.initial) {
    const wanted = Math.max(1, Math.min(asks.length, MOST_CASES));
    while (this.all().length > wanted) this.remove(this.all().at(-1));
    while (this.all().length < wanted) this.add();
    this.all().forEach((fields, index) => {
      /** @type {Ask} */
      const ask = { dtype: "", kv_dtype: "", ...base, ...asks[index] };
      if (ask.config) delete ask.model;
      fill(fields, ask);
    });
  }

  /** Cases that stand side by side are told apart by their numbers; one alone has the name of the calculator. */
  #number() {
    const cases = this.all();
    cases.forEach((fields, index) => {
      const legend = fields.querySelector("legend");
      if (legend) legend.textContent = cases.length > 1 ? `${this.legend} Case ${index + 1}` : this.legend;
      const remove = fields.querySelector('[data-do="remove"]');
      if (remove) remove.textContent = `Remove case ${index + 1}`;
    });
  }
}

/** @param {HTMLElement} fields */
function inputs(fields) {
  return /** @type {(HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement)[]} */ ([
    ...fields.querySelectorAll("input:not([type='range'], [type='file']), select, textarea"),
  ]);
}

/** @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input */
function builtValue(input) {
  if (!(input instanceof HTMLSelectElement)) return input.defaultValue;
  return ([...input.options].find(option => option.defaultSelected) ?? input.options[0]).value;
}

/**
 * A copy of a case with what the page was built with.
 * @param {HTMLElement} fields
 */
function asBuilt(fields) {
  const copy = /** @type {HTMLElement} */ (fields.cloneNode(true));
  for (const input of inputs(copy)) input.value = builtValue(input);
  return copy;
}

/**
 * A copy of a case with what stands in it, under ids of its own.
 * @param {HTMLElement} fields
 * @param {number} number
 */
function copied(fields, number) {
  const copy = /** @type {HTMLElement} */ (fields.cloneNode(true));
  for (const one of copy.querySelectorAll("[id], [for], [aria-describedby]")) {
    for (const name of ["id", "for", "aria-describedby"]) {
      const ids = one.getAttribute(name)?.split(" ");
      if (ids) one.setAttribute(name, ids.map(id => `${id.replace(/_\d+$/, "")}_${number}`).join(" "));
    }
  }
  // A copy has the choices that the page came with, not those that were made since.
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (fields.querySelectorAll("[name]:not([type='file'])"))) {
    const field = control(copy, input.name);
    if (field) field.value = input.value;
  }
  if (!copy.querySelector('[data-do="remove"]')) copy.append(element("button", { type: "button", "data-do": "remove" }));
  return copy;
}
