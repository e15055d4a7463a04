// @ts-check
// What a reader takes away of a circuit: a link, and files.

import { copied } from "./copy-text.js";
import { element } from "./dom.js";
import { EngineError } from "./engine.js";
import { save } from "./save.js";

/** @typedef {import("./circuit-address.js").Typed} Typed */
/** @typedef {import("./circuit-link.js").CircuitLink} CircuitLink */
/** @typedef {import("./circuit-reader.js").Reader} Reader */

const BUTTONS = { link: "Copy a link", svg: "Drawing as SVG", json: "Netlist as JSON", spice: "Netlist for SPICE", kicad: "Netlist for KiCad" };
// What a netlist holds, in the order in which the command line prints it.
const ORDER = ["components", "nets", "open_ends", "warnings", "id", "kind", "name", "value", "unit", "ports", "at", "symmetric", "values", "pins"];

/** Buttons, each with what it does as `data-do`. */
export function makeButtons() {
  const buttons = Object.entries(BUTTONS).map(([name, words]) => element("button", { type: "button", "data-do": name }, words));
  return element("div", { class: "lm-buttons", role: "group", "aria-label": "Take it away" }, ...buttons);
}

/**
 * Does what a button says.
 * @param {string} what
 * @param {Typed} typed
 * @param {Reader} reader
 * @param {CircuitLink} link
 * @param {HTMLElement} buttons below which a link is shown that cannot be copied
 * @returns {Promise<string>} what was done, in words; fails with an Error that says why not
 */
export async function take(what, typed, reader, link, buttons) {
  if (what === "link") return await copyLink(await link.query(typed), buttons);
  if (what === "svg") return save("circuit.svg", "image/svg+xml", await reader.ask("svg", typed));
  if (what === "spice") return save("circuit.cir", "text/plain", await reader.ask("spice_deck", typed));
  if (what === "kicad") return save("circuit.net", "text/plain", await reader.ask("kicad_netlist", typed));
  const read = await reader.ask("read", typed);
  if (!read.netlist) throw new EngineError("input", "The text has mistakes, so there is no netlist yet.");
  return save("circuit.json", "application/json", `${JSON.stringify(read.netlist, ORDER, 1)}\n`);
}

/**
 * @param {string} query
 * @param {HTMLElement} below
 */
async function copyLink(query, below) {
  const link = new URL(`${location.pathname}${query}#typed`, location.href).href;
  return (await copied(link, "The link", below)) ? "The link is copied." : "The link stands below, selected.";
}
