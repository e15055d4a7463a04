// Loads the theme's program when the reader first does something: it opens the search, follows the reader in the table
// of contents and puts a button on each block of code. Until then nothing of that is missing. What a page shows at
// once, its colours and their switch among it, is theme.js.
(() => {
  const { program } = document.currentScript.dataset;
  const signs = ["pointermove", "pointerdown", "touchstart", "wheel", "scroll", "keydown", "focusin"];
  const OPENING = ["/", "s", "f"]; // keys that open the search
  const search = () => /** @type {HTMLInputElement | null} */ (document.getElementById("__search"));
  // Until the program is there: what is typed after such a key is no shortcut, and not lost.
  const open = event => {
    const field = document.querySelector(".md-search__input");
    const typing = document.activeElement?.matches("input, textarea, select, [contenteditable]");
    if (!field || typing || event.ctrlKey || event.metaKey || event.altKey || !OPENING.includes(event.key)) return;
    search().checked = true;
    field.focus();
    event.preventDefault();
  };
  const load = () => {
    for (const sign of signs) removeEventListener(sign, load, true);
    const script = document.createElement("script");
    script.src = program;
    script.onload = () => {
      removeEventListener("keydown", open, true);
      // The program begins when the page is read, which it was long ago.
      document.dispatchEvent(new Event("DOMContentLoaded"));
      // Where a tap has opened the search meanwhile, the program would have put the focus into it.
      if (search()?.checked) document.querySelector(".md-search__input")?.focus();
    };
    // Without it no key opens a search that would not answer.
    script.onerror = () => removeEventListener("keydown", open, true);
    document.body.append(script);
  };
  addEventListener("keydown", open, true);
  // What was searched for is marked, and a place in the page may have to be unfolded.
  if (location.search || location.hash) load();
  else for (const sign of signs) addEventListener(sign, load, { capture: true, passive: true });
  // On paper nothing is folded; a program that came for this would come too late.
  /** @type {Element[]} */
  let folded = [];
  addEventListener("beforeprint", () => {
    folded.push(...document.querySelectorAll("details:not([open])"));
    for (const one of folded) one.setAttribute("open", "");
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.removeAttribute("open");
    folded = [];
  });
})();
