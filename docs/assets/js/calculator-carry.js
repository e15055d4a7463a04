// @ts-check
// From one calculator to another with what both ask: "How fast is this?", "Does it fit?". A context is what a
// prompt and its answer are together.

import { toAddress } from "./calculator-address.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

const SAME = ["model", "config", "config_name", "accelerator", "own", "dtype", "kv_dtype", "accelerators"];
/** How many queries there are has a name of its own in each. */
const QUERIES = /** @type {Record<string, string>} */ ({ fit: "batch", batching: "batch", speed: "concurrency" });
/** Of a context, tokens of the answer; the prompt has the others. */
const ANSWER = 256;

/**
 * @param {string} from kind of the calculator
 * @param {string} to kind of the other
 * @param {Ask} ask
 * @param {string | null} [engine] whose room was answered for
 * @returns {Ask} what the other is asked
 */
export function carried(from, to, ask, engine) {
  const taken = /** @type {Ask} */ ({ dtype: "", kv_dtype: "", accelerators: 1 });
  for (const name of SAME) if (ask[name] !== undefined) taken[name] = ask[name];
  if (ask[QUERIES[from]] !== undefined) taken[QUERIES[to]] = ask[QUERIES[from]];
  // What fits with one engine need not with another.
  if (to === "speed" && engine) taken.engine = engine;
  if (to === "speed" && ask.context !== undefined) {
    taken.output = Math.min(ANSWER, Math.max(1, Math.floor(ask.context / 2)));
    taken.input = Math.max(1, ask.context - taken.output);
  } else if (from === "speed") {
    taken.context = ask.input + ask.output;
  }
  return taken;
}

/**
 * Where the other calculator answers this, on the page of all; null where a pasted file cannot go along.
 * @param {string} to kind of the other
 * @param {Ask[]} asks
 * @param {string} base address of the site's root, relative to the page
 */
export function address(to, asks, base) {
  if (asks.some(ask => ask.config)) return null;
  return `${base}calculators/${toAddress(to, asks, "")}#calculator-${to}`;
}
