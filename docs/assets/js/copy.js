// @ts-check
// An answer as texts to copy: CSV, JSON, Markdown, the command line that prints the same, BibTeX.

/** @import {Kind, Case, Answer, Sentence} from "./answers.js" */
import { ENDS, tables } from "./answer-tables.js";
import { written } from "./format.js";

/** @typedef {Record<string, any>} Ask what was chosen; see llmmath/answers/asked.py */

/**
 * @param {Kind} kind
 * @param {Case[]} cases
 * @param {Ask[]} asks of the cases, in their order
 * @param {string} address of the page in its present state
 * @param {{title?: string, date?: string}} [page] its title, and the day as YYYY-MM-DD; this page's, and today
 * @returns {{csv: string, json: string, markdown: string, command: string, bibtex: string}}
 */
export function copies(kind, cases, asks, address, page = {}) {
  const title = page.title ?? document.title;
  const date = page.date ?? new Date().toISOString().slice(0, 10);
  const lacks = lacking(asks);
  return {
    csv: csv(cases),
    json: json({ calculator: kind, address, ...(lacks && { address_lacks: lacks }), cases: cases.map((one, i) => ({ ...one, ask: asks[i] })) }),
    markdown: markdown(kind, cases, address, lacks),
    command: cases.map(({ label, answer }, i) => command(label, answer, asks[i], cases.length > 1)).join(""),
    bibtex: bibtex(kind, `${cases.map(one => one.label).join("; ")} (${title})`, address, date, lacks),
  };
}

/**
 * What an address lacks of these asks, as a sentence; "" where it has all of them.
 * @param {Ask[]} asks
 */
export function lacking(asks) {
  const pasted = [...new Set(asks.filter(ask => ask.config).map(ask => oneLine(ask.config_name)))];
  if (!pasted.length) return "";
  const [are, they] = pasted.length > 1 ? ["are", "them"] : ["is", "it"];
  return `${pasted.join(" and ")} ${are} no part of the address, which shows another answer without ${they}.`;
}

/**
 * Whole numbers beyond 2^53 with all their digits, which JSON can hold and JavaScript's writer refuses.
 * @param {any} value
 */
function json(value) {
  const text = JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `\u0000${one}` : one), 2);
  return `${text.replace(/"\\u0000(-?\d+)"/g, "$1")}\n`;
}

/**
 * A row for each figure, in base units with all digits, and a column for each case.
 * @param {Case[]} cases
 */
function csv(cases) {
  const found = cases.map(({ answer }) => new Map(figures(answer).map(one => [one.name, one])));
  const rows = new Map(found.flatMap(one => [...one]));
  const lines = [["name", "what", "unit", ...cases.map(one => one.label)]];
  for (const [name, { words, unit }] of rows) {
    lines.push([name, words, unit, ...found.map(one => one.get(name)?.value?.toString() ?? "")]);
  }
  return lines.map((line, i) => `${line.map((field, column) => quotedField(field, i > 0 && column > 2)).join(",")}\r\n`).join("");
}

/** @param {Answer} answer */
function figures({ figures: single, parts = [], rows = [], knees = [], curve = [] }) {
  const ends = rows.flatMap(row => ENDS.map(end =>
    ({ name: `${row.name}.${end}`, words: `${row.words}, ${end}`, unit: row.unit, value: row[end] })));
  const steps = curve.flatMap(step => [
    { name: `step_seconds.${step.batch}`, words: `a step of ${step.batch}`, unit: "s", value: step.step_seconds },
    { name: `tokens_per_second.${step.batch}`, words: `of ${step.batch} queries`, unit: "token/s", value: step.tokens_per_second },
  ]);
  return [...ends, ...single, ...parts.map(part => ({ ...part, name: `parts.${part.name}` })), ...knees, ...steps];
}

/**
 * A field as RFC 4180 has it. Text that a spreadsheet would compute gets an apostrophe before it.
 * @param {string} field
 * @param {boolean} isNumber
 */
function quotedField(field, isNumber) {
  const safe = !isNumber && /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * @param {Kind} kind
 * @param {Case[]} cases
 * @param {string} address
 * @param {string} lacks what the address lacks
 */
function markdown(kind, cases, address, lacks) {
  const said = cases.map(({ label, answer }) => {
    const besides = [...(answer.notes ?? []), ...(answer.outside ?? [])].map(note => `- ${plain(note)}\n`).join("");
    return `**${plain(label)}**: ${text(answer.sentence)}\n${besides && `\n${besides}`}`;
  });
  const shown = tables(kind, cases).map(({ caption, columns, rows }) => {
    const lines = [columns.map(plain), columns.map((_, i) => (i ? "--:" : "---"))];
    for (const { head, cells } of rows) lines.push([text(head), ...cells.map(cell => cell.map(text).join("; ") || "–")]);
    return `${caption}:\n\n${lines.map(line => `| ${line.join(" | ")} |\n`).join("")}`;
  });
  return [...said, ...shown, `From <${address.replace(/[<>\s]/g, sign => encodeURIComponent(sign))}>\n`, ...(lacks && [`${plain(lacks)}\n`])].join("\n");
}

/** @param {Sentence} pieces */
function text(pieces) {
  return pieces.map(piece => (typeof piece === "string" ? plain(piece) : written(piece.value, piece.unit))).join("");
}

/**
 * Text that Markdown leaves as it is, on one line.
 * @param {string} words
 */
function plain(words) {
  return oneLine(words).replace(/[\\`*_{}[\]<>|#&~]/g, "\\$&");
}

/**
 * The command line that prints the same, and what it needs or why there is none.
 * @param {string} label
 * @param {Answer} answer
 * @param {Ask} ask
 * @param {boolean} named
 */
function command(label, answer, ask, named) {
  const lines = named ? [`# ${oneLine(label)}`] : [];
  if (ask.own) {
    lines.push("# No command prints this: the command line knows no card of your own.");
    return `${lines.join("\n")}\n`;
  }
  const [name, model, ...options] = answer.command;
  // A file whose name begins with a dash is no option.
  const file = model.startsWith("-") ? `./${model}` : model;
  if (refuses(answer)) lines.push("# It does not fit: the command says so and what is missing in one line, and ends with exit status 2.");
  if (ask.config) lines.push(`# The file that you gave is read from this folder: ${oneLine(file)}`);
  lines.push(["python", "-m", "llmmath", name, file, ...options].map(quotedWord).join(" "));
  return `${lines.join("\n")}\n`;
}

/**
 * Whether the command line has nothing to print but that it does not fit, for which it ends with a status of its own.
 * @param {Answer} answer
 */
export function refuses(answer) {
  return answer.command[0] === "estimate" ? answer.rows?.length === 0 : answer.fits === false;
}

/** @param {string} word as a POSIX shell reads it */
function quotedWord(word) {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** @param {string} words without line breaks and other characters that are none to read */
function oneLine(words) {
  return words.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}

/**
 * @param {Kind} kind
 * @param {string} title
 * @param {string} address
 * @param {string} date
 * @param {string} lacks what the address lacks
 */
function bibtex(kind, title, address, date, lacks) {
  const escaped = (/** @type {string} */ words) => oneLine(words).replace(/[{}\\]/g, "").replace(/[&%$#_]/g, "\\$&");
  const note = [`Accessed ${date}`, ...(lacks && [escaped(lacks)])].join(". ").replace(/\.$/, "");
  const url = address.replace(/[{}\\\s]/g, sign => encodeURIComponent(sign));
  const key = `llmmath-${kind}-${date}-${hashed(address)}`;
  return `@misc{${key},\n  title = {{${escaped(title)}}},\n  year = {${date.slice(0, 4)}},\n  url = {${url}},\n  note = {${note}}\n}\n`;
}

/**
 * A few letters that are others for another text, so that two keys of a day differ: 32-bit FNV-1a.
 * @param {string} text
 */
function hashed(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(36);
}
