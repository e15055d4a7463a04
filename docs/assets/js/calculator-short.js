// @ts-check
// The answer of each case in one line below its fields, where several stand before the answer of all.

/** @import {Kind, Answer, Case, Sentence} from "./answers.js" */
import { sentence } from "./answer.js";
import { element } from "./dom.js";

/**
 * Puts the lines there, or takes them away where one case stands alone, whose answer follows at once.
 *
 * Its button has the data-do "answer": it leads to the answer of all.
 * @param {Kind} kind
 * @param {HTMLElement[]} fields of the cases
 * @param {Case[]} cases their answers, in the same order
 */
export function sayInShort(kind, fields, cases) {
  fields.forEach((one, index) => {
    const line = one.querySelector(".lm-short");
    if (cases.length < 2) return line?.remove();
    const said = element("p", { class: "lm-short" }, ...sentence(inShort(kind, cases[index].answer)), " ",
      element("button", { type: "button", "data-do": "answer" }, "Whole answer"));
    if (line) line.replaceWith(said);
    else one.insertBefore(said, one.querySelector('[data-do="remove"]'));
  });
}

/**
 * @param {Kind} kind
 * @param {Answer} answer
 * @returns {Sentence}
 */
function inShort(kind, answer) {
  if (kind !== "speed") return answer.sentence;
  const [token, rate] = ["time_per_output_token_s", "output_tokens_per_s"].map(name => answer.rows?.find(row => row.name === name));
  if (token?.expected == null || rate?.expected == null) return answer.sentence;
  return ["An output token takes ", { value: token.expected, unit: "s" }, "; ", { value: rate.expected, unit: "token/s" }, " in all."];
}
