// @ts-check
// What a calculator asks, in the page's address: `?speed.model=gpt2&speed2.batch=8`, the cases numbered from 2.

/** @typedef {import("./calculator-form.js").Ask} Ask */

const MOST_CASES = 4;
const FIELDS = ["model", "accelerator", "dtype", "kv_dtype", "accelerators", "engine", "batch", "context", "concurrency", "input", "output"];
const OWN = ["memory_bandwidth", "memory_capacity", "peak", "link_bandwidth", "kind"];
const WORDS = ["model", "accelerator", "dtype", "kv_dtype", "engine", "kind"];

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
  if (text !== null) ask[name] = WORDS.includes(name) ? text : Number(text);
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
