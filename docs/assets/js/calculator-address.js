// @ts-check
// What a calculator asks, in the page's address: `?speed.model=gpt2&speed2.batch=8`, the cases numbered from 2.
// Files that were pasted are no part of it; they go along with the steps of the page's history, in the reader's browser.

import { FIELDS, MOST_CASES, NUMBERS, OWN, OWN_NUMBERS } from "./calculator-fields.js";
import { differing } from "./calculator-labels.js";
import { decimal } from "./decimal.js";
import { mark, step } from "./history-step.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

/** @typedef {{config: object, config_name: string} | null} File what was pasted into a case; null for nothing */

/** The asks of one calculator as steps of the page's history. */
export class Addressed {
  /** @type {File[]} what was pasted into the cases, in their order, at the step where the reader is */
  #files;

  /**
   * @param {string} kind
   * @param {Ask} initial what is asked without a word in the address
   */
  constructor(kind, initial) {
    this.kind = kind;
    this.initial = initial;
    this.#files = filesOfStep(kind) ?? [];
    this.#mark();
    this.kept = JSON.stringify(this.asks());
  }

  /** What the address asks now, and what was pasted at this step. */
  asks() {
    const asks = fromAddress(this.kind, location.search);
    while (asks.length < this.#files.length) asks.push({});
    return asks.map((ask, index) => ({ ...ask, ...this.#files[index] }));
  }

  /** Whether this step asks something else than the one before: a link to a heading is a step of the history too. */
  moved() {
    // The browser makes the step of a heading, and knows of no file: what was pasted stays.
    this.#files = filesOfStep(this.kind) ?? this.#files;
    this.#mark();
    const now = JSON.stringify(this.asks());
    const moved = now !== this.kept;
    this.kept = now;
    return moved;
  }

  /**
   * Puts asks into the address, as a step of its own unless the same field goes on changing.
   * @param {Ask[]} asks
   * @param {string} [field] that changed; without one, more has than a field
   */
  keep(asks, field = "") {
    const query = this.#query(asks, location.search);
    const files = filesOf(asks);
    const other = JSON.stringify(files) !== JSON.stringify(this.#files);
    this.#files = files;
    if (other || query !== location.search) step(query, this.#state(), field && `${this.kind} ${field}`);
    this.kept = JSON.stringify(this.asks());
  }

  /** Has the step where the reader is hold the files. */
  #mark() {
    if (!filesOfStep(this.kind)) mark(this.#state());
  }

  #state() {
    return { ...history.state, [PASTED]: { ...history.state?.[PASTED], [this.kind]: this.#files } };
  }

  /**
   * The address at which these are asked.
   * @param {Ask[]} asks
   */
  of(asks) {
    return `${location.origin}${location.pathname}${this.#query(asks, location.search)}#calculator-${this.kind}`;
  }

  /**
   * Only what is not as the page was built with.
   * @param {Ask[]} asks
   * @param {string} query
   */
  #query(asks, query) {
    return toAddress(this.kind, asks.map((ask, index) => differing(ask, this.initial, index > 0)), query);
  }
}

/** What the state of a step of the history has: {kind of a calculator: files of its cases}. */
const PASTED = "pasted";

/**
 * What was pasted at the step of the history where the reader is; null where it has no word of it.
 * @param {string} kind
 * @returns {File[] | null}
 */
function filesOfStep(kind) {
  return history.state?.[PASTED]?.[kind] ?? null;
}

/**
 * What was pasted into the cases, up to the last with a file.
 * @param {Ask[]} asks
 * @returns {File[]}
 */
function filesOf(asks) {
  const last = asks.findLastIndex(ask => ask.config);
  return asks.slice(0, last + 1).map(({ config, config_name }) => (config ? { config, config_name } : null));
}

/**
 * The asks that the address has for a kind of calculator, those between two that it has among them; none where
 * it has none. What is no field is passed over.
 * @param {string} kind
 * @param {string} query
 * @returns {Ask[]}
 */
export function fromAddress(kind, query) {
  const given = new URLSearchParams(query);
  const asks = Array.from({ length: MOST_CASES }, (_, index) => {
    const prefix = `${kind}${index ? index + 1 : ""}.`;
    /** @type {Ask} */
    const ask = {};
    for (const name of FIELDS) put(ask, name, given.get(prefix + name));
    const own = {};
    for (const name of OWN) put(own, name, given.get(`${prefix}own.${name}`));
    if (Object.keys(own).length) ask.own = own;
    return ask;
  });
  const last = asks.findLastIndex(ask => Object.keys(ask).length > 0);
  return asks.slice(0, last + 1);
}

/**
 * What the address has for a field; what is no number stays a text, to be told as wrong beside the field.
 * @param {Ask} ask
 * @param {string} name
 * @param {string | null} text
 */
function put(ask, name, text) {
  if (text === null) return;
  const value = NUMBERS.includes(name) || OWN_NUMBERS.includes(name) ? decimal(text) : NaN;
  ask[name] = Number.isNaN(value) ? text : value;
}

/**
 * The query of an address that asks this, other kinds' asks kept. A pasted file stays out of it.
 * @param {string} kind
 * @param {Ask[]} asks
 * @param {string} query
 */
export function toAddress(kind, asks, query) {
  const given = new URLSearchParams(query);
  for (const key of [...given.keys()]) {
    if (key.replace(/\d?\..*/, "") === kind) given.delete(key);
  }
  asks.forEach((ask, index) => {
    const prefix = `${kind}${index ? index + 1 : ""}.`;
    for (const name of FIELDS) if (ask[name] !== undefined) given.set(prefix + name, String(ask[name]));
    for (const name of OWN) {
      const value = name === "peak" ? ask.own?.peak_flops?.bf16 : ask.own?.[name];
      if (value !== undefined) given.set(`${prefix}own.${name}`, String(value));
    }
  });
  return given.size ? `?${given}` : "";
}
