// @ts-check
// A table of figures that scrolls within the page, as macros/html_table.py makes it.

import { element } from "./dom.js";

/**
 * @param {string} name of the region that scrolls
 * @param {HTMLElement[]} heads cells of the first row
 * @param {HTMLElement[]} rows
 */
export function figures(name, heads, rows) {
  const table = element("table", { class: "lm-figures" },
    element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  return element("div", { class: "lm-scroll", tabindex: 0, role: "region", "aria-label": name }, table);
}
