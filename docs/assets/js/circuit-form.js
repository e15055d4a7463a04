// @ts-check
// The field in which a circuit is typed, and what stands around it.

import { element } from "./dom.js";

const LEAST_ROWS = 8;
const MOST_ROWS = 28;

/** @typedef {import("./circuit-address.js").Field} Field */
/** @typedef {import("./circuit-address.js").Settings} Settings */
/** @typedef {[string, string, Settings]} Example title, text, and the settings that are not the script's own */
/** @typedef {{field: HTMLTextAreaElement, open: HTMLInputElement, examples: HTMLSelectElement, settings: HTMLFieldSetElement, status: HTMLElement, form: HTMLFormElement}} Form */

/**
 * @param {string} text to begin with
 * @param {Example[]} examples
 * @param {Field[]} fields of the script's settings
 * @param {number} limit the most characters
 * @returns {Form}
 */
export function makeForm(text, examples, fields, limit) {
  const off = { spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off", wrap: "off" };
  const field = element("textarea", { id: "circuit-text", ...off, "aria-describedby": "circuit-told circuit-limit" });
  field.value = text;
  fit(field);
  const choice = element("select", { id: "circuit-example" },
    new Option("Choose…", ""), ...examples.map(([title], index) => new Option(title, String(index))));
  const open = element("input", { type: "checkbox", id: "circuit-open" });
  const settings = makeSettings(fields);
  const status = element("p", { class: "lm-status", role: "status" });
  const hint = `At most ${limit.toLocaleString("en")} characters. Tab leaves the field.`;
  const form = element("form", { class: "lm-form lm-circuit-form", "aria-label": "A circuit, typed" },
    element("div", { class: "lm-field" }, label(choice, "Start from an example"), choice),
    element("div", { class: "lm-field" }, label(field, "The circuit, in characters"), field,
      element("p", { class: "lm-hint", id: "circuit-limit" }, hint)),
    element("div", { class: "lm-tick" }, open, label(open, "A part of a circuit: open ends are fine")),
    settings,
    status,
  );
  return { field, open, examples: choice, settings, status, form };
}

/** @param {Field[]} fields */
function makeSettings(fields) {
  const made = fields.map(({ name, about, own, choices }) => {
    const choice = element("select", { id: `circuit-${name}`, name }, ...choices.map(([value, words]) => new Option(words, value)));
    choice.value = own;
    const words = element("label", { for: choice.id }, element("code", {}, name), ` ${about}`);
    return element("div", { class: "lm-field" }, words, choice);
  });
  const hint = "What is set at the top of the script that will be on the board. The checks hold the circuit against it.";
  return element("fieldset", { class: "lm-settings", "aria-describedby": "circuit-settings-hint" },
    element("legend", {}, "The script's settings"),
    element("p", { class: "lm-hint", id: "circuit-settings-hint" }, hint), ...made);
}

/**
 * @param {HTMLFieldSetElement} settings
 * @returns {Settings}
 */
export function settingsOf(settings) {
  return Object.fromEntries([...settings.querySelectorAll("select")].map(choice => [choice.name, choice.value]));
}

/**
 * @param {HTMLFieldSetElement} settings
 * @param {Settings} chosen
 */
export function set(settings, chosen) {
  for (const choice of settings.querySelectorAll("select")) choice.value = chosen[choice.name] ?? "";
}

/**
 * @param {HTMLElement} field
 * @param {string} words
 */
function label(field, words) {
  return element("label", { for: field.id }, words);
}

/**
 * Makes a field as high as its text, within limits; while one types it only grows.
 * @param {HTMLTextAreaElement} field
 * @param {boolean} [grow]
 */
export function fit(field, grow = false) {
  const rows = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, field.value.split("\n").length + 1));
  field.rows = grow ? Math.max(field.rows, rows) : rows;
}

/**
 * Selects what stands at a place of the text, and brings it into sight.
 * @param {HTMLTextAreaElement} field
 * @param {number} line counted from 1, as is the column
 * @param {number} column in characters
 * @param {string} text what is meant there; the place may be within it
 */
export function jump(field, line, column, text) {
  const lines = field.value.split("\n");
  const here = lines[line - 1] ?? "";
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  // Columns count characters, JavaScript counts halves of those beyond the first 65,536.
  const place = [...here].slice(0, column - 1).join("").length;
  const found = text ? here.lastIndexOf(text, place) : -1;
  const meant = found >= 0 && found + text.length > place;
  field.focus();
  field.setSelectionRange(before + (meant ? found : place), before + (meant ? found + text.length : place + 1));
  const longest = Math.max(1, ...lines.map(one => one.length));
  field.scrollTop = ((line - 3) / lines.length) * field.scrollHeight;
  field.scrollLeft = field.scrollWidth > field.clientWidth ? ((column - 8) / longest) * field.scrollWidth : 0;
}
