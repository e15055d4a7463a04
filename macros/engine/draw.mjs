// Draws answers with the very scripts of the page, for the build: reads JSON, [kind, cases], and writes JSON, the
// markup. Called with the folder of the scripts; see drawings.py.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = text => String(text).replace(/[&<>"]/g, sign => ESCAPED[sign]);

/** As much of an element of the page as dom.js asks for. */
class Element {
  constructor(tag) {
    this.tag = tag;
    this.attributes = "";
    this.content = "";
  }

  setAttribute(name, value) {
    this.attributes += ` ${name}="${escaped(value)}"`;
  }

  append(...children) {
    for (const child of children) this.content += child instanceof Element ? child : escaped(child);
  }

  toString() {
    return `<${this.tag}${this.attributes}>${this.content}</${this.tag}>`;
  }
}

globalThis.document = { createElement: tag => new Element(tag), createElementNS: (_, tag) => new Element(tag) };
const { drawings } = await import(pathToFileURL(`${process.argv[2]}/visuals.js`).href);
console.log(JSON.stringify(drawings(...JSON.parse(readFileSync(0, "utf8"))).join("")));
