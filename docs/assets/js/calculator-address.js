// @ts-check
// What a calculator asks, in the page's address: `?speed.model=gpt2&speed2.batch=8`, the cases numbered from 2.

import { FIELDS, MOST_CASES, NUMBERS, OWN, OWN_NUMBERS } from "./calculator-fields.js";
import { differing } from "./calculator-labels.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

/** The asks of one calculator as steps of the page's history. */
export class Addressed {
  /**
   * @param {string} kind
   * @param {Ask} initial what is asked without a word in the address
   */
  constructor(kind, initial) {
    this.kind = kind;
    this.initial = initial;
    this.kept = toAddress(kind, this.asks(), "");
  }

  /** What the address asks now. */
  asks() {
    return fromAddress(this.kind, location.search);
  }

  /** Whether the address asks something else than it did: a link to a heading is a step of the history too. */
  moved() {
    const now = toAddress(this.kind, this.asks(), "");
    const moved = now !== this.kept;
    this.kept = now;
    return moved;
  }

  /**
   * Puts asks into the address, as a step of its own.
   * @param {Ask[]} asks
   */
  keep(asks) {
    const query = this.#query(asks, location.search);
    this.kept = this.#query(asks, "");
    if (query !== location.search) history.pushState(null, "", `${location.pathname}${query}${location.hash}`);
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
 * @param {Ask} ask
 * @param {string} name
 * @param {string | null} text
 */
function put(ask, name, text) {
  if (text !== null) ask[name] = NUMBERS.includes(name) || OWN_NUMBERS.includes(name) ? decimal(text) : text;
}

/**
 * A number as people write it; NaN for an empty text, which is no nought, and for other notations.
 * @param {string} text
 */
function decimal(text) {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
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
