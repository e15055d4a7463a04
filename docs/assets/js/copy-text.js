// @ts-check
// Copies a text, or shows it to be copied by hand.

import { element } from "./dom.js";

/**
 * @param {string} text
 * @param {string} name of the text
 * @param {HTMLElement} into where the text is shown, selected, if it cannot be copied: without a secure connection
 *   there is no clipboard
 * @returns {Promise<boolean>} whether it is copied
 */
export async function copied(text, name, into) {
  into.querySelector(".lm-copied")?.remove();
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const shown = element("textarea", { class: "lm-copied", readonly: true, "aria-label": name });
    shown.value = text;
    into.append(shown);
    shown.select();
    return false;
  }
}
