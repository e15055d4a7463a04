// @ts-check
// What a reader takes away of an answer: its address, texts to copy, files.

import { copied } from "./copy-text.js";
import { copies, lacking, refuses } from "./copy.js";
import { drawingFile } from "./drawing-file.js";
import { element } from "./dom.js";
import { save } from "./save.js";

/** @import {Kind, Case} from "./answers.js" */
/** @typedef {import("./calculator-form.js").Ask} Ask */
/** @typedef {{kind: Kind, cases: Case[], asks: Ask[], address: string, drawings: Iterable<Element>}} Answered */

const COPIES = { csv: "CSV", json: "JSON", markdown: "Markdown", command: "Command line", bibtex: "BibTeX" };
const FILES = /** @type {Record<string, [words: string, type: string]>} */ ({
  csv: ["CSV file", "text/csv"],
  json: ["JSON file", "application/json"],
  svg: ["Drawings as SVG", "image/svg+xml"],
});

/**
 * The buttons: a link first, the others folded.
 * @param {(what: string, saved: boolean) => void} take
 * @returns {HTMLElement[]}
 */
export function makeButtons(take) {
  /** @param {string} what @param {string} words @param {boolean} saved */
  const button = (what, words, saved) => {
    const made = element("button", { type: "button" }, words);
    made.addEventListener("click", () => take(what, saved));
    return made;
  };
  /** @param {string} words @param {HTMLElement[]} buttons */
  const group = (words, buttons) => element("div", { class: "lm-copies", role: "group", "aria-label": words }, element("span", { "aria-hidden": "true" }, words), ...buttons);
  const fold = element("details", { class: "lm-take" }, element("summary", {}, "Copy or save the answer"),
    group("Copy as", Object.entries(COPIES).map(([what, words]) => button(what, words, false))),
    element("p", { class: "lm-hint" }, "The command line is llmmath: ", element("code", {}, "pip install ."), " in a copy of this site's repository installs it."),
    group("Save as", Object.entries(FILES).map(([what, [words]]) => button(what, words, true))));
  return [button("link", "Copy link", false), fold];
}

/**
 * Copies or saves an answer.
 * @param {string} what
 * @param {boolean} saved
 * @param {Answered} answered
 * @param {HTMLElement} below where a text is shown that cannot be copied
 * @returns {Promise<string>} what was done, in words
 */
export async function takeAway(what, saved, { kind, cases, asks, address, drawings }, below) {
  const texts = { link: address, ...copies(kind, cases, asks, address) };
  const text = what === "svg" ? drawingFile(drawings) : /** @type {Record<string, string>} */ (texts)[what];
  if (saved) return save(`llmmath-${kind}.${what}`, FILES[what][1], text);
  const words = what === "link" ? "link" : /** @type {Record<string, string>} */ (COPIES)[what];
  if (!(await copied(text, `The answer as ${words}`, below))) return `The answer as ${words} stands below, selected.`;
  if (what === "link") return `The link is copied. ${lacking(asks)}`.trim();
  const ends = what === "command" && cases.some(({ answer }, i) => !asks[i].own && refuses(answer));
  return `Copied as ${words}.${ends ? " Where it does not fit, it says so and what is missing, and ends with exit status 2." : ""}`;
}
