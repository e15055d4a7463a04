// Loads the theme's program when the reader first does something: it opens the search, follows the reader in the table
// of contents and puts a button on each block of code. Until then nothing of that is missing. What a page shows at
// once, its colours and their switch among it, is theme.js.
(() => {
  const { program } = document.currentScript.dataset;
  const signs = ["pointermove", "pointerdown", "touchstart", "wheel", "scroll", "keydown", "focusin"];
  // Keys that open the search. Any other would do to the page what it was not pressed for, once it is late.
  const OPENING = ["/", "s", "f"];
  const search = () => /** @type {HTMLInputElement | null} */ (document.getElementById("__search"));
  const load = event => {
    for (const sign of signs) removeEventListener(sign, load, true);
    const before = document.activeElement;
    const script = document.createElement("script");
    script.src = program;
    script.onload = () => {
      // The program begins when the page is read, which it was long ago.
      document.dispatchEvent(new Event("DOMContentLoaded"));
      // Where a tap has opened the search meanwhile, the program would have put the focus into it.
      if (search()?.checked) return document.querySelector(".md-search__input")?.focus();
      if (event?.type !== "keydown" || event.ctrlKey || event.metaKey || event.altKey) return;
      // Whoever went on meanwhile is not called back.
      if (!OPENING.includes(event.key) || document.activeElement !== before || before?.matches("input, textarea, select")) return;
      window.dispatchEvent(new KeyboardEvent("keydown", { key: event.key }));
    };
    document.body.append(script);
  };
  // What was searched for is marked, and a place in the page may have to be unfolded.
  if (location.search || location.hash) load();
  else for (const sign of signs) addEventListener(sign, load, { capture: true, passive: true });
  // On paper nothing is folded; a program that came for this would come too late.
  /** @type {Element[]} */
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.setAttribute("open", "");
  });
  addEventListener("afterprint", () => folded.forEach(one => one.removeAttribute("open")));
})();
