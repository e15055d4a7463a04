// Loads the theme's program when the reader first does something: it opens the search, follows the reader in the table
// of contents and puts a button on each block of code. Until then nothing of that is missing. What a page shows at
// once, its colours and their switch among it, is theme.js.
(() => {
  const { program } = document.currentScript.dataset;
  const signs = ["pointermove", "pointerdown", "touchstart", "wheel", "scroll", "keydown", "focusin", "beforeprint"];
  const load = event => {
    for (const sign of signs) removeEventListener(sign, load, true);
    const script = document.createElement("script");
    script.src = program;
    script.onload = () => {
      // The program begins when the page is read, which it was long ago.
      document.dispatchEvent(new Event("DOMContentLoaded"));
      // The key may be one that the program knows, such as the one that opens the search.
      if (event?.type !== "keydown" || event.ctrlKey || event.metaKey) return;
      window.dispatchEvent(new KeyboardEvent("keydown", { key: event.key }));
    };
    document.body.append(script);
  };
  // What was searched for is marked, and a place in the page may have to be unfolded.
  if (location.search || location.hash) load();
  else for (const sign of signs) addEventListener(sign, load, { capture: true, passive: true });
})();
