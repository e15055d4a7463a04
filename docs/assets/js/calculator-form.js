// @ts-check
// The fields of one case of a calculator: read into an ask, filled from one, and told what is wrong.

import { CHOICES, FIELDS, NUMBERS } from "./calculator-fields.js";
import { moveSliders } from "./calculator-sliders.js";

/** @typedef {Record<string, any>} Ask what llmmath.answers takes; see llmmath/answers/asked.py */

/** Characters of a config.json that are read; published ones have some thousand. */
export const MOST_CONFIG = 200_000;
/** Values within values; published ones have five. */
const MOST_LEVELS = 50;

/** What a reader typed that is no number yet. */
export class FieldError extends Error {
  /**
   * @param {string} field
   * @param {string} message
   */
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

/**
 * @param {Element} fields
 * @param {string} name
 * @returns {HTMLInputElement | null}
 */
export function control(fields, name) {
  return fields.querySelector(`[name="${name}"]`);
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
 * @returns {Ask} throws a FieldError
 */
export function read(fields) {
  /** @type {Ask} */
  const ask = {};
  const pasted = control(fields, "config")?.value.trim();
  if (pasted) {
    ask.config_name = control(fields, "config")?.dataset.name || "config.json";
    ask.config = parsed(pasted, ask.config_name);
  } else if (control(fields, "model")) {
    ask.model = control(fields, "model")?.value.trim();
  }
  const own = readOwn(fields);
  if (own) ask.own = own;
  else if (control(fields, "accelerator")) ask.accelerator = control(fields, "accelerator")?.value.trim();
  for (const name of CHOICES) {
    const chosen = control(fields, name)?.value;
    if (chosen) ask[name] = chosen;
  }
  for (const name of NUMBERS) {
    const input = control(fields, name);
    if (input) ask[name] = wholeNumber(name, input);
  }
  return ask;
}

/**
 * Says beside a field what is asked instead of it: a pasted file, a card's own figures.
 * @param {Element} fields
 */
export function sayWhatIsAsked(fields) {
  const config = control(fields, "config");
  const instead = {
    model: config?.value.trim() ? `The ${config.dataset.name || "config.json"} below is asked, not this.` : "",
    accelerator: fields.querySelector("details.lm-own[open]") && ownIsGiven(fields) ? "Its own figures below are asked, not this." : "",
  };
  for (const [name, words] of Object.entries(instead)) {
    const place = /** @type {HTMLElement | null} */ (fields.querySelector(`[data-field="${name}"] .lm-instead`));
    if (!place) continue;
    place.textContent = words;
    place.hidden = !words;
  }
}

/** @param {Element} fields */
function ownIsGiven(fields) {
  return ["memory_bandwidth", "memory_capacity", "peak"].some(name => control(fields, `own.${name}`)?.value);
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
    throw new FieldError("model", `${name}: ${/** @type {Error} */ (error).message}; expected a JSON object`);
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

/** @param {string} text */
function cut(text) {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/**
 * @param {string} name
 * @param {HTMLInputElement} input
 */
function wholeNumber(name, input) {
  const value = input.valueAsNumber;
  if (!Number.isSafeInteger(value) || value < 1) {
    const given = input.value === "" ? "no number is given" : `${input.value} is given`;
    throw new FieldError(name, `${given}; expected a whole number from 1 to a million million`);
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
    throw new FieldError(input.name, `${input.value} is given; expected a number above 0 and below a thousand million`);
  }
  return value * Number(input.dataset.factor);
}

/** @param {Element} fields */
function readOwn(fields) {
  if (!fields.querySelector("details.lm-own[open]")) return null;
  /** @type {Ask} */
  const own = {};
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (fields.querySelectorAll('[name^="own."]'))) {
    const name = input.name.slice(4);
    if (name === "kind") own.kind = input.value || "consumer GPU";
    else if (input.value !== "") own[name] = ownFigure(input);
  }
  if (own.memory_bandwidth === undefined && own.memory_capacity === undefined && own.peak === undefined) return null;
  for (const name of ["memory_bandwidth", "memory_capacity"]) {
    if (own[name] === undefined) throw new FieldError(`own.${name}`, "no number is given; expected one above 0");
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
      const value = ask.own?.[input.name.slice(4)];
      if (input.name === "own.kind") input.value = value ?? "consumer GPU";
      else input.value = value === undefined ? "" : String(value / Number(input.dataset.factor));
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
  input.value = value;
}

/**
 * Says what is wrong beside its field; without a message, takes back what was said.
 * @param {Element} fields
 * @param {string | null} name
 * @param {string} message
 */
export function tell(fields, name, message) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (fields.querySelectorAll(".lm-wrong"))) {
    const mine = message !== "" && place.closest(".lm-field")?.getAttribute("data-field") === name;
    place.hidden = !mine;
    place.textContent = mine ? message : "";
    const input = place.closest(".lm-field")?.querySelector("input, select");
    if (mine) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
  }
}
