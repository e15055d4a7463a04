// @ts-check
// Which field a message of llmmath is about, and how the page says it.

import { inWhole, tell } from "./calculator-beside.js";
import { inSentence } from "./engine.js";

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
  const isOfFile = "config" in ask;
  if (isOfFile && (message.startsWith(ask.config_name) || message.includes("nested too deeply"))) return "config";
  for (const [pattern, field] of BLAMED) {
    const found = pattern.exec(message);
    if (found) return isOfFile && field === "model" ? "config" : field || found[1];
  }
  return null;
}

/** What a message says of the command line and of what is asked, and what a page has instead. */
const INSTEAD = /** @type {[RegExp, string][]} */ ([
  [/ \(llmmath \w+ lists all\)/, "; the field lists all"],
  [/ \(--link-gb-s\)/, " (\"Link to others\", among your own figures)"],
  [/ \(--memory-gb\)/, " (\"Memory\", among your own figures)"],
  [/\bname dtype \(--dtype\)/, 'choose one of "Weights"'],
  [/ \((?:llmmath |--)[^()]*\)/g, ""],
  [/\bn_accelerators is (\S+);/, "$1 cards are given;"],
  [/^(?:batch|context|concurrency|input|output) is (\S+);/, "$1 is given;"],
]);

/**
 * A message of llmmath without commands and options, which a page does not have.
 * @param {string} message
 */
export function inWords(message) {
  return INSTEAD.reduce((text, [pattern, words]) => text.replace(pattern, words), message);
}

/**
 * The names that a message offers in place of one that is not known.
 * @param {string} message
 */
function offered(message) {
  const alike = /did you mean '([^']+)'/.exec(message) ?? /; names that [a-z ]+ '[^']*': (.+?)(?: and \d+ more)? \(/.exec(message);
  return alike?.[1].split(", ") ?? [];
}

/**
 * Tells why there is no answer: beside its field, where it is about one, and as what is returned.
 * @param {EngineError | null} error
 * @param {Ask} ask
 * @param {HTMLElement} fields
 * @returns {string} sentences
 */
export function blame(error, ask, fields) {
  if (!error) return "";
  if (error.kind !== "input") return inSentence(error);
  const message = inWords(error.message);
  const field = blamed(error.message, ask);
  if (!field || !fields.querySelector(`[data-field="${field}"]`)) return `${message}.`;
  const wrong = [{ field, message, choices: ["model", "accelerator"].includes(field) ? offered(error.message) : [] }];
  tell(fields, wrong);
  return inWhole(fields, wrong);
}
