// @ts-check
// The cases of a calculator that stand side by side: one more, their numbers, what tells them apart.

import { control } from "./calculator-form.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

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
export function asBuilt(fields) {
  const copy = /** @type {HTMLElement} */ (fields.cloneNode(true));
  for (const input of inputs(copy)) input.value = builtValue(input);
  return copy;
}

/**
 * Whether something else stands in a case than the page was built with.
 * @param {HTMLElement} fields
 */
export function isTouched(fields) {
  return inputs(fields).some(input => input.value !== builtValue(input));
}

// How many were ever made: no two elements have one id.
let copies = 0;

/**
 * One more case to compare with, after the last and its copy.
 * @param {HTMLElement[]} cases
 */
export function addCase(cases) {
  const number = ++copies;
  const last = /** @type {HTMLElement} */ (cases.at(-1));
  const added = /** @type {HTMLElement} */ (last.cloneNode(true));
  for (const one of added.querySelectorAll("[id], [for], [aria-describedby]")) {
    for (const name of ["id", "for", "aria-describedby"]) {
      const value = one.getAttribute(name);
      if (value) one.setAttribute(name, `${value.replace(/_\d+$/, "")}_${number}`);
    }
  }
  // A copy has the choices that the page came with, not those that were made since.
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (last.querySelectorAll("[name]:not([type='file'])"))) {
    const copied = control(added, input.name);
    if (copied) copied.value = input.value;
  }
  if (!added.querySelector('[data-do="remove"]')) {
    const remove = document.createElement("button");
    remove.type = "button";
    remove.dataset.do = "remove";
    added.append(remove);
  }
  last.after(added);
}

/**
 * Cases that stand side by side are told apart by their numbers; one alone has the name of the calculator.
 * @param {HTMLElement[]} cases
 * @param {string} alone
 */
export function numberCases(cases, alone) {
  cases.forEach((fields, index) => {
    const legend = fields.querySelector("legend");
    if (legend) legend.textContent = cases.length > 1 ? `${alone} Case ${index + 1}` : alone;
    const remove = fields.querySelector('[data-do="remove"]');
    if (remove) remove.textContent = `Remove case ${index + 1}`;
  });
}

/**
 * What of an ask is not as in another; the model where nothing is and something has to stand for it.
 * @param {Ask} ask
 * @param {Ask} other
 * @param {boolean} needed
 */
export function differing(ask, other, needed) {
  const found = Object.fromEntries(Object.entries(ask).filter(([name, value]) => other[name] !== value));
  return needed && !Object.keys(found).length ? { model: ask.model } : found;
}

/**
 * Answers under labels of which no two are the same: titles, and what differs between those of one title.
 * @param {any[]} answers
 * @param {Ask[]} asks
 */
export function labelled(answers, asks) {
  return answers.map((answer, index) => {
    const alike = asks.filter((_, other) => answers[other].title === answer.title);
    const differing = Object.keys(asks[index]).filter(name => alike.some(ask => String(ask[name]) !== String(asks[index][name])));
    const plain = differing.filter(name => typeof asks[index][name] !== "object").map(name => `${name} ${asks[index][name]}`);
    const twin = answers.slice(0, index).filter((other, i) => other.title === answer.title && !plain.length && i < index).length;
    const more = [...plain, ...(twin ? [`case ${index + 1}`] : [])].join(", ");
    return { label: more ? `${answer.title}, ${more}` : answer.title, answer };
  });
}

/**
 * The files, that of a path before the others.
 * @param {import("./engine.js").RanFile[]} files
 * @param {string} path
 */
export function withFirst(files, path) {
  return [...files].sort((a, b) => Number(b.path === path) - Number(a.path === path));
}
