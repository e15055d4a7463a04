// @ts-check
// What a reader changed, in the page's address: `?fan.TARGET_MC=25_000&fan.room=30&fan.time=10`.

import { decimal } from "./decimal.js";

/** @typedef {{constants: Record<string, string>, room: number | null, load: number | null, time: number | null}} Changes */

/** Speeds of time that there are. */
export const SPEEDS = [1, 10, 60];

const PREFIX = "fan.";
const CONSTANT = /^([A-Z][A-Z0-9_]*(?:, [A-Z][A-Z0-9_]*)*) = ([^#]*?)(\s*#.*)?$/;
// Numbers, None, several of these in a row, or a word: an address must not bring a program with it.
const ROW = String.raw`\s*(?:None|-?\d[\d_]*(?:\.\d*)?)(?:\s*,\s*(?:None|-?\d[\d_]*(?:\.\d*)?))*\s*,?\s*`;
const PLAIN = new RegExp(String.raw`^(?:"[\w-]+"|${ROW}|\(${ROW}\)|\[${ROW}\])$`);

/**
 * @param {string} published text of the script
 * @returns {Changes & {refused: string[]}} what of the address is no change that can be made is told as it stands there
 */
export function fromAddress(published) {
  const known = values(published);
  const given = new URLSearchParams(location.search);
  /** @type {Changes} */
  const changes = { constants: {}, room: null, load: null, time: null };
  const refused = [];
  for (const [key, value] of given) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length), number = decimal(value);
    if (Object.hasOwn(known, name) && PLAIN.test(value)) changes.constants[name] = value;
    else if ((name === "room" || name === "load") && Number.isFinite(number)) changes[name] = number;
    else if (name === "time" && SPEEDS.includes(number)) changes.time = number;
    else refused.push(`${name} = ${value}`);
  }
  return { ...changes, refused };
}

/**
 * The query of an address that has these changes, what others have in it kept.
 * @param {Changes} changes
 * @param {string} query
 */
export function toAddress({ constants, ...rest }, query) {
  const given = new URLSearchParams(query);
  for (const key of [...given.keys()]) if (key.startsWith(PREFIX)) given.delete(key);
  for (const [name, value] of Object.entries({ ...constants, ...rest })) {
    if (value !== null) given.set(PREFIX + name, String(value));
  }
  return given.size ? `?${given}` : "";
}

/**
 * What two queries have otherwise, by names that stand in one row.
 * @param {string} query
 * @param {string} other
 */
export function differing(query, other) {
  const given = new URLSearchParams(query), there = new URLSearchParams(other);
  const names = new Set([...given.keys(), ...there.keys()]);
  return [...names].filter(name => given.get(name) !== there.get(name)).sort().join(" ");
}

/**
 * The text with other values of its constants.
 * @param {string} published
 * @param {Record<string, string>} constants
 */
export function withConstants(published, constants) {
  return published.split("\n").map(line => {
    const [, name, , comment] = CONSTANT.exec(line) ?? [];
    return name && name in constants ? `${name} = ${constants[name]}${comment ?? ""}` : line;
  }).join("\n");
}

/**
 * The constants that an edited text changes; what else it changes has no place in an address.
 * @param {string} published
 * @param {string} edited
 * @returns {Record<string, string>}
 */
export function constantsOf(published, edited) {
  const before = values(published);
  return Object.fromEntries(Object.entries(values(edited)).filter(([name, value]) => name in before && before[name] !== value && PLAIN.test(value)));
}

/**
 * The constants of a text, each with its value as it stands there.
 * @param {string} text
 */
export function values(text) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const line of text.split("\n")) {
    const [, name, value] = CONSTANT.exec(line) ?? [];
    if (name) found[name] = value;
  }
  return found;
}
