// @ts-check
// What stands beside the fields of one case of a calculator: what is wrong, what is asked instead, what was taken.

import { control } from "./calculator-fields.js";
import { element } from "./dom.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */
/** @typedef {import("./calculator-form.js").Wrong} Wrong */

/**
 * Says beside a field what is asked instead of it: a pasted file, a card's own figures.
 * @param {Element} fields
 */
export function sayWhatIsAsked(fields) {
  const config = control(fields, "config");
  sayInstead(fields, {
    model: config?.value.trim() ? `The ${config.dataset.name || "config.json"} below is used instead of this.` : "",
    accelerator: fields.querySelector("details.lm-own[open]") && ownIsGiven(fields) ? "Your own figures below are used instead of this." : "",
  });
}

/**
 * Says beside a field which record was taken for a name that is not written as the record's key.
 * @param {Element} fields
 * @param {Ask} ask that was answered
 * @param {string[]} command that prints the same, with the keys
 */
export function sayWhatIsTaken(fields, ask, command) {
  const keys = { model: command[1], accelerator: command[command.indexOf("--accelerator") + 1] };
  const taken = Object.entries(keys).filter(([name, key]) => ask[name] !== undefined && ask[name] !== key);
  sayInstead(fields, Object.fromEntries(taken.map(([name, key]) => [name, `Taken as ${key}.`])));
}

/**
 * @param {Element} fields
 * @param {Record<string, string>} instead words by the field that they stand beside, "" for none
 */
function sayInstead(fields, instead) {
  for (const [name, words] of Object.entries(instead)) {
    const place = /** @type {HTMLElement | null} */ (fields.querySelector(`[data-field="${name}"] .lm-instead`));
    if (!place) continue;
    place.textContent = words;
    place.hidden = !words;
  }
}

/**
 * Whether a figure of one's own card is given, be it asked or folded away.
 * @param {Element} fields
 */
export function ownIsGiven(fields) {
  return ["memory_bandwidth", "memory_capacity", "peak"].some(name => control(fields, `own.${name}`)?.value);
}

/**
 * Says beside each field what is wrong with it, and takes back what was said beside the others.
 * @param {Element} fields
 * @param {Wrong[]} wrong
 */
export function tell(fields, wrong) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (fields.querySelectorAll(".lm-wrong"))) {
    const field = place.closest(".lm-field");
    const mine = wrong.find(one => one.field === field?.getAttribute("data-field"));
    place.hidden = !mine;
    place.replaceChildren(...(mine ? withButtons(mine) : []));
    const input = field?.querySelector("input, select, textarea");
    if (mine) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
    // A pasted file may be folded away; what is wrong with it may not.
    const fold = place.closest("details");
    if (mine && fold) fold.open = true;
  }
}

/**
 * A message in which each name that could stand in the field is a button that puts it there.
 *
 * It dispatches a bubbling "lm-change" whose detail is the change of the ask.
 * @param {Wrong} wrong
 * @returns {(string | HTMLElement)[]}
 */
function withButtons({ field, message, choices = [] }) {
  /** @type {(string | HTMLElement)[]} */
  const pieces = [];
  // What was typed stands in the message too, before them.
  let start = message.indexOf("; ");
  let done = 0;
  for (const name of choices) {
    const at = message.indexOf(name, start);
    if (start < 0 || at < 0) continue;
    pieces.push(message.slice(done, at), chooser(field, name));
    start = done = at + name.length;
  }
  return [...pieces, message.slice(done)];
}

/**
 * @param {string} field
 * @param {string} name
 */
function chooser(field, name) {
  const made = element("button", { type: "button", class: "lm-button" }, name);
  // The field keeps the focus: leaving it would ask again, and take this away under the hand.
  made.addEventListener("mousedown", event => event.preventDefault());
  made.addEventListener("click", () =>
    made.dispatchEvent(new CustomEvent("lm-change", { bubbles: true, detail: { [field]: name } })));
  return made;
}

/**
 * What is wrong with fields, in words that name them.
 * @param {Element} fields
 * @param {Wrong[]} wrong
 */
export function inWhole(fields, wrong) {
  return wrong.map(({ field, message }) => {
    const label = fields.querySelector(`[data-field="${field}"] > label`)?.textContent;
    // What is wrong with a file begins with its name.
    return `${label && field !== "config" ? `${label}: ` : ""}${message}.`;
  }).join(" ");
}
