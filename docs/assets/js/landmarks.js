// The theme wraps the copy button of each code block in a <nav>. Screen readers list every <nav> as a place to go to;
// these are none, so they lose the role, whenever the theme adds one.
const demote = () => {
  for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])")) nav.setAttribute("role", "none");
};
demote();
new MutationObserver(demote).observe(document.body, { childList: true, subtree: true });
