// @ts-check
// The line under a result that says which files gave it.

/** @import {RanFile} from "./engine.js" */
import { element } from "./dom.js";

/**
 * Files linked, shown, with their hashes.
 * @param {RanFile[]} files
 * @param {string} first path of the one to name
 * @param {string} base address of the site's root, relative to the page
 * @returns {HTMLElement}
 */
export function ranLine(files, first, base) {
  const [named, ...others] = [...files].sort((a, b) => Number(b.path === first) - Number(a.path === first));
  const more = others.length ? ` and ${others.length} more` : "";
  const which = named.edited ? `${named.path}, edited${others.length ? "," : ""}` : named.path;
  const hash = named.edited ? "" : `, SHA-256 ${named.sha256.slice(0, 12)}…`;
  return element("details", { class: "lm-ran" },
    element("summary", {}, `Computed in this page by ${which}${more}`, hash),
    element("ul", {}, ...[named, ...others].map(file => item(file, base))));
}

/**
 * @param {RanFile} file
 * @param {string} base
 */
function item(file, base) {
  const text = element("details", { toggle: shown }, element("summary", {}, "the text that ran, SHA-256 ", element("code", {}, file.sha256)));
  // Shown when asked for: all of them together are long.
  function shown() {
    if (!text.querySelector("pre")) text.append(element("pre", { tabindex: 0 }, file.text));
  }
  return element("li", {}, element("a", { href: `${base}source/${file.path}/` }, file.path), file.edited ? ", edited" : "", text);
}
