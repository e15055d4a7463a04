// @ts-check
// A button beside the words that say that the engine could not be loaded, which is not tried again by itself.

import { element } from "./dom.js";
import { EngineError } from "./engine.js";

/**
 * Puts the button after the words, or takes it away.
 * @param {HTMLElement} words
 * @param {unknown} error what failed, if anything did
 * @param {() => void} again has the engine try, and asks again what failed
 */
export function offerAgain(words, error, again) {
  const next = words.nextElementSibling;
  const old = next instanceof HTMLButtonElement && next.matches(".lm-again") ? next : null;
  if (!(error instanceof EngineError) || error.kind !== "unavailable") return old?.remove();
  // One that is there stays: somebody may be pressing it, which is what made the field ask again.
  const button = old ?? element("button", { type: "button", class: "lm-again" }, "Try again");
  button.onclick = () => {
    // The focus goes to the words, which say how far it is, and not to the top of the page.
    words.tabIndex = -1;
    words.focus();
    button.remove();
    again();
  };
  if (!old) words.after(button);
}
