// @ts-check
// Which cards run a model, or which models a card runs: a table that fills as the rows come.

import { inWords } from "./calculator-blame.js";
import { element } from "./dom.js";
import { inSentence } from "./engine.js";
import { figures } from "./figures-table.js";
import { written } from "./format.js";
import { offerAgain } from "./try-again.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */
/** @typedef {[key: string, name: string, kind?: string]} Named */

/** Seconds that put a row behind all those that need not wait, and behind all of which a time is expected. */
const WAITING = 1e9, UNEXPECTED = 1e12;

/**
 * Shows the table; it fills until another is asked for.
 * @param {"accelerators" | "models"} what
 * @param {Named[]} known keys and names, and the kind of a card
 * @param {Ask} ask of the calculator how fast
 * @param {import("./engine.js").Engine} engine
 * @param {HTMLElement} into
 * @param {(change: Ask) => void} take called with what to change in the ask, for the row that a reader takes
 * @param {string} [which] of several cases the ask is
 */
export async function showChoices(what, known, ask, engine, into, take, which = "") {
  into.querySelector(".lm-choices")?.dispatchEvent(new Event("lm-close"));
  const field = what === "models" ? "model" : "accelerator";
  const status = element("p", { role: "status" });
  const columns = [what === "models" ? "model" : "card", "an output token", "in four cases out of five between", "tokens per second, all", "queries that fit", "arithmetic in"];
  const label = `${what === "models" ? "Models that run on this" : "Cards that run this"}${which && `: ${which}`}`;
  const table = figures(`${label}: times and rates`, columns.map(words => element("th", { scope: "col" }, words)), []);
  const body = /** @type {HTMLTableSectionElement} */ (table.querySelector("tbody"));
  const filter = makeFilter(known.map(([, , kind]) => kind ?? ""), () => [...body.rows].forEach(filter.sift));
  const progress = element("progress", { max: known.length, "aria-label": "tried so far" });
  const place = element("section", { class: "lm-choices", "aria-label": label, tabindex: -1 },
    element("p", { class: "lm-caption" }, label),
    filter.element, status, progress, table);
  into.append(place);
  // It stands below a whole answer, out of sight of whoever asked for it.
  place.focus({ preventScroll: true });
  place.scrollIntoView();
  place.addEventListener("lm-close", () => place.remove());
  let runs = 0, unexpected = 0;
  for (const [index, [key, name, kind]] of known.entries()) {
    if (!place.isConnected) return;
    const asked = { ...ask, [field]: key };
    delete asked[field === "model" ? "config" : "own"];
    const found = await engine
      .telling(words => (status.textContent = words), () => engine.call("llmmath.answers.choices", "row", asked))
      .catch(error => ({ failed: error }));
    if (found.failed) {
      // What is wrong for one is wrong for all: the model or the card that stays, or the engine.
      status.textContent = inWords(inSentence(found.failed));
      progress.remove();
      offerAgain(status, found.failed, () => {
        engine.retry();
        showChoices(what, known, ask, engine, into, take, which);
      });
      return;
    }
    const token = found.time_per_output_token_s;
    if (token?.expected === null) unexpected += 1;
    else if (token) runs += 1;
    status.textContent = "";
    progress.value = index + 1;
    const line = row(name, found, Number(ask.concurrency), () => take({ [field]: key }));
    line.dataset.kind = kind ?? "";
    filter.sift(line);
    // Where some of the queries would wait for room, the others' times are no match for those of a card that has it.
    const waits = found.max_concurrency < Number(ask.concurrency) ? WAITING : 0;
    insert(body, line, token ? waits + (token.expected ?? UNEXPECTED) : Infinity);
  }
  progress.remove();
  const others = unexpected ? ` For ${unexpected} more no time can be given, because no peak of arithmetic is recorded.` : "";
  status.textContent = `${runs} of ${known.length} run; choose one to take it.${others}`;
}

/**
 * Fields that hide the rows which a reader does not want to see: by a part of the name, and by kind.
 * @param {string[]} kinds with repetitions; an empty one for what has none
 * @param {() => void} changed
 */
function makeFilter(kinds, changed) {
  const name = element("input", { type: "search", id: "lm-choices-name", autocomplete: "off", spellcheck: "false" });
  const kind = element("select", { id: "lm-choices-kind" }, new Option("all kinds", ""));
  kind.append(...[...new Set(kinds)].filter(Boolean).sort().map(one => new Option(one)));
  name.addEventListener("input", changed);
  kind.addEventListener("change", changed);
  const field = (/** @type {HTMLElement} */ input, /** @type {string} */ words) =>
    element("div", { class: "lm-field" }, element("label", { for: input.id }, words), input);
  const fields = [field(name, "Show names with"), ...(kind.options.length > 2 ? [field(kind, "of kind")] : [])];
  return {
    element: element("div", { class: "lm-filter" }, ...fields),
    /** @param {HTMLTableRowElement} row */
    sift(row) {
      const named = row.cells[0].textContent?.toLowerCase().includes(name.value.trim().toLowerCase());
      row.hidden = !named || (kind.value !== "" && row.dataset.kind !== kind.value);
    },
  };
}

/**
 * @param {string} name
 * @param {any} found what llmmath.answers.choices.row gave
 * @param {number} wanted queries that are asked for
 * @param {() => void} take
 */
function row(name, found, wanted, take) {
  const button = element("button", { type: "button", click: take }, name);
  const token = found.time_per_output_token_s;
  const cells = token
    ? [
        written(token.expected, "s"),
        token.expected === null ? `at least ${written(token.bound, "s")}` : `${written(token.low, "s")} – ${written(token.high, "s")}`,
        written(found.output_tokens_per_s.expected, "token/s"),
        written(found.max_concurrency, "1") + (found.max_concurrency < wanted ? ` of ${written(wanted, "1")}` : ""),
        found.compute_dtype ?? "no known peak",
      ]
    : [found.why ? `unknown: ${inWords(found.why)}` : "does not fit"];
  const shown = cells.map(text => element("td", token ? { class: "num" } : { colspan: 5 }, text));
  return element("tr", {}, element("th", { scope: "row" }, button), ...shown);
}

/**
 * Keeps the rows in the order of their times, the fastest first.
 * @param {HTMLTableSectionElement} body
 * @param {HTMLTableRowElement} line
 * @param {number} seconds
 */
function insert(body, line, seconds) {
  line.dataset.seconds = String(seconds);
  const next = [...body.rows].find(other => Number(other.dataset.seconds) > seconds);
  body.insertBefore(line, next ?? null);
}
