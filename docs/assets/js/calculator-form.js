// @ts-check
// The fields of one case of a calculator: read into an ask, and filled from one.

import { sayWhatIsAsked } from "./calculator-beside.js";
import { CHOICES, FIELDS, NUMBERS, control } from "./calculator-fields.js";
import { moveSliders } from "./calculator-sliders.js";

/** @typedef {Record<string, any>} Ask what llmmath.answers takes; see llmmath/answers/asked.py */

/** Characters of a config.json that are read; published ones have some thousand. */
export const MOST_CONFIG = 200_000;
/** Values within values; published ones have five. */
const MOST_LEVELS = 50;

/**
 * What is wrong with what stands in a field, and what of the message could stand there instead.
 * @typedef {{field: string, message: string, choices?: string[]}} Wrong
 */

/** What a reader typed that is no number yet. */
class FieldError extends Error {}

/**
 * What a field holds; where it cannot be read, that is put to what is wrong.
 * @template Value
 * @param {string} field
 * @param {Wrong[]} wrong
 * @param {() => Value} reading
 */
function held(field, wrong, reading) {
  try {
    return reading();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    wrong.push({ field, message: error.message });
  }
}

/**
 * Lets what was typed last be asked: a model instead of a pasted file, a card instead of own figures.
 * @param {Element} fields
 * @param {string} name of the field that was typed in
 */
export function giveWay(fields, name) {
  const config = /** @type {HTMLTextAreaElement | null} */ (fields.querySelector('[name="config"]'));
  if (name === "model" && config) config.value = "";
  const own = /** @type {HTMLDetailsElement | null} */ (fields.querySelector("details.lm-own"));
  if (name === "accelerator" && own) own.open = false;
}

/**
 * What the fields ask.
 * @param {Element} fields
 * @param {Wrong[]} wrong is told of every field that cannot be read
 * @returns {Ask} of the others
 */
export function read(fields, wrong) {
  /** @type {Ask} */
  const ask = {};
  const pasted = control(fields, "config")?.value.trim();
  if (pasted) {
    const name = control(fields, "config")?.dataset.name || "config.json";
    ask.config_name = name;
    ask.config = held("config", wrong, () => parsed(pasted, name));
  } else if (control(fields, "model")) {
    ask.model = control(fields, "model")?.value.trim();
  }
  const own = readOwn(fields, wrong);
  if (own) ask.own = own;
  else if (control(fields, "accelerator")) ask.accelerator = control(fields, "accelerator")?.value.trim();
  for (const name of CHOICES) {
    const chosen = control(fields, name)?.value;
    if (chosen) ask[name] = chosen;
  }
  for (const name of NUMBERS) {
    const input = control(fields, name);
    if (input) ask[name] = held(name, wrong, () => wholeNumber(input));
  }
  return ask;
}

/**
 * @param {string} text
 * @param {string} name
 */
function parsed(text, name) {
  try {
    if (text.length > MOST_CONFIG) throw new Error(`it has more than ${MOST_CONFIG} characters`);
    const found = JSON.parse(text);
    if (found === null || typeof found !== "object" || Array.isArray(found)) throw new Error(`it holds ${cut(text)}`);
    if (isDeep(found)) throw new Error("it is nested too deeply");
    return found;
  } catch (error) {
    throw new FieldError(`${name}: ${/** @type {Error} */ (error).message}; expected a JSON object`);
  }
}

/**
 * Whether values stand within values beyond what a configuration has, and what the engine can read.
 * @param {object} value
 */
function isDeep(value) {
  let level = [/** @type {unknown} */ (value)];
  for (let depth = 0; level.length; depth++) {
    if (depth > MOST_LEVELS) return true;
    level = level.flatMap(one => (one !== null && typeof one === "object" ? Object.values(one) : []));
  }
  return false;
}

/**
 * What stands in a field of a number, in words.
 * @param {HTMLInputElement} input
 */
function given(input) {
  if (input.value !== "") return `${input.value} is given`;
  if (input.dataset.given) return `'${cut(input.dataset.given)}' is given`;
  return input.validity.badInput ? "what is given is no number" : "no number is given";
}

/**
 * What is added to an expectation where something is given that a field of a number cannot hold.
 * @param {HTMLInputElement} input
 */
function notation(input) {
  return input.value === "" && (input.dataset.given || input.validity.badInput) ? ", in decimal digits" : "";
}

/** @param {string} text */
function cut(text) {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** @param {HTMLInputElement} input */
function wholeNumber(input) {
  const value = input.valueAsNumber;
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new FieldError(`${given(input)}; expected a whole number from 1 to a million million${notation(input)}`);
  }
  return value;
}

/** What no card has of anything, in the units of the fields: a mistake of units. */
const MOST_OWN = 1e9;

/**
 * A figure of a reader's own card, in base units.
 * @param {HTMLInputElement} input
 */
function ownFigure(input) {
  const value = input.valueAsNumber;
  if (!(value > 0 && value < MOST_OWN)) {
    throw new FieldError(`${given(input)}; expected a number above 0 and below a thousand million${notation(input)}`);
  }
  return value * Number(input.dataset.factor);
}

/**
 * @param {Element} fields
 * @param {Wrong[]} wrong is told of every figure that cannot be read
 */
function readOwn(fields, wrong) {
  if (!fields.querySelector("details.lm-own[open]")) return null;
  /** @type {Ask} */
  const own = {};
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (fields.querySelectorAll('[name^="own."]'))) {
    const name = input.name.slice(4);
    if (name === "kind") own.kind = input.value || "consumer GPU";
    else if (input.value !== "" || notation(input)) own[name] = held(input.name, wrong, () => ownFigure(input));
  }
  if (!["memory_bandwidth", "memory_capacity", "peak"].some(name => name in own)) return null;
  for (const name of ["memory_bandwidth", "memory_capacity"]) {
    if (!(name in own)) wrong.push({ field: `own.${name}`, message: "no number is given; expected one above 0" });
  }
  if (own.peak !== undefined) own.peak_flops = { bf16: own.peak, fp16: own.peak };
  delete own.peak;
  return own;
}

/**
 * Fills the fields with what is asked; those that are not named stay.
 * @param {Element} fields
 * @param {Ask} ask
 */
export function fill(fields, ask) {
  for (const name of FIELDS) {
    const input = control(fields, name);
    if (input && ask[name] !== undefined) choose(input, String(ask[name]));
  }
  const config = control(fields, "config");
  if (config && ask.model !== undefined) config.value = "";
  if (config && ask.config) {
    config.value = JSON.stringify(ask.config, null, 1);
    config.dataset.name = ask.config_name;
    config.closest("details")?.setAttribute("open", "");
  }
  const own = fields.querySelector("details.lm-own");
  // A change of something else leaves a card of one's own where it is.
  if (own instanceof HTMLDetailsElement && (ask.own !== undefined || ask.accelerator !== undefined)) {
    own.open = Boolean(ask.own);
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (own.querySelectorAll('[name^="own."]'))) {
      const name = input.name.slice(4);
      const value = ask.own?.[name] ?? (name === "peak" ? ask.own?.peak_flops?.bf16 : undefined);
      if (input.name === "own.kind") input.value = value ?? "consumer GPU";
      else write(input, typeof value === "number" ? String(value / Number(input.dataset.factor)) : (value ?? ""));
    }
  }
  moveSliders(fields);
  sayWhatIsAsked(fields);
}

/**
 * Puts a value into a field; one that a choice does not have becomes one of its options, to be told as wrong.
 * @param {HTMLInputElement | HTMLSelectElement} input
 * @param {string} value
 */
function choose(input, value) {
  if (input instanceof HTMLSelectElement && ![...input.options].some(option => option.value === value)) {
    input.add(new Option(value, value));
  }
  write(input, value);
}

/**
 * Writes into a field; a text that one of a number cannot hold stays beside it, for what is said of it.
 * @param {HTMLInputElement | HTMLSelectElement} input
 * @param {string} value
 */
function write(input, value) {
  input.value = value;
  if (input.type === "number") input.dataset.given = input.value === "" ? value.trim() : "";
}
