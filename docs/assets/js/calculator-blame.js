// @ts-check
// Which field a message of llmmath is about, and how the page says it.

import { tell } from "./calculator-beside.js";

/** @import {EngineError} from "./engine.js" */
/** @typedef {import("./calculator-form.js").Ask} Ask */

/** How the messages of llmmath begin -> the field that they are about. */
const BLAMED = /** @type {[RegExp, string][]} */ ([
  [/^unknown model |model_type/, "model"],
  [/^unknown accelerator|accelerators\.toml|^own\b|\bown: |no published peak|no link of/, "accelerator"],
  [/^n_accelerators/, "accelerators"],
  [/^unknown engine/, "engine"],
  [/^(batch|context|concurrency|input|output)\b/, ""],
  [/data type|dtype|\bmix\b/, "dtype"],
]);

/**
 * The field that a message is about, null where it is about the whole.
 * @param {string} message
 * @param {Ask} ask
 */
function blamed(message, ask) {
  if ("config" in ask && (message.startsWith(ask.config_name) || message.includes("nested too deeply"))) return "model";
  for (const [pattern, field] of BLAMED) {
    const found = pattern.exec(message);
    if (found) return field || found[1];
  }
  return null;
}

/** What a message says of the command line, and what a page has instead. */
const INSTEAD = /** @type {[RegExp, string][]} */ ([
  [/ \(llmmath \w+ lists all\)/, "; the field lists all"],
  [/ \(--link-gb-s\)/, " (\"Link to others\", among its own figures)"],
  [/ \(--memory-gb\)/, " (\"Memory\", among its own figures)"],
  [/ \((?:llmmath |--)[^()]*\)/g, ""],
]);

/**
 * A message of llmmath without commands and options, which a page does not have.
 * @param {string} message
 */
export function inWords(message) {
  return INSTEAD.reduce((text, [pattern, words]) => text.replace(pattern, words), message);
}

/**
 * Tells why there is no answer: beside its field, or as what is returned.
 * @param {EngineError | null} error
 * @param {Ask} ask
 * @param {HTMLElement} fields
 */
export function blame(error, ask, fields) {
  if (!error) return "";
  const message = inWords(error.message);
  const field = error.kind === "input" ? blamed(error.message, ask) : null;
  if (field && fields.querySelector(`[data-field="${field}"]`)) {
    tell(fields, field, message);
    return "";
  }
  if (error.kind === "broken") console.warn(error.message);
  const said = error.kind === "broken" ? `This could not be computed (${message.trim().split("\n").at(-1)}).` : message;
  return error.kind === "input" ? said : `${said} The answer below is the last one that was computed.`;
}
