// The theme wraps the copy button of each code block in a <nav>. Screen readers list every <nav> as a place to go to;
// these are none, so they lose the role, whenever the theme adds one.
const demote = () => {
  for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])")) nav.setAttribute("role", "none");
};
demote();
new MutationObserver(demote).observe(document.body, { childList: true, subtree: true });

// What the glossary says of a term is put away by the Escape key, and shown again by the next way to the term.
addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  if (document.activeElement?.matches(".lm-term")) document.activeElement.blur();
  for (const term of document.querySelectorAll(".lm-term:hover, .lm-term:has(+ .lm-def:hover)")) {
    term.classList.add("lm-put-away");
    term.addEventListener("pointerenter", () => term.classList.remove("lm-put-away"), { once: true });
  }
});

// The theme measures code blocks once, before the fonts are there, and takes the tab stop from those that seem to fit.
// What turns out wider than its box must still scroll by keyboard.
const reach = () => {
  for (const code of document.querySelectorAll("pre > code:not([tabindex])")) {
    if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
  }
};
addEventListener("load", () => document.fonts.ready.then(() => setTimeout(reach, 100)));
addEventListener("resize", () => setTimeout(reach, 300));
