// @ts-check
// Loads the script of each element that the page has, and of no other, when the reader comes near one. It imports
// nothing: where nothing else loads, it can still say so.

const SCRIPTS = { "lm-calculator": "calculator.js", "lm-circuit": "circuit.js", "lm-fan": "fan.js" };
// As far as this below the window, so that it is ready when it is seen.
const NEAR = { rootMargin: "200px 0px" };

for (const [name, script] of Object.entries(SCRIPTS)) {
  const found = [...document.querySelectorAll(name)];
  const load = () => import(new URL(script, import.meta.url).href).catch(() => found.forEach(tell));
  // An address may hold what to fill in, or lead to an element, which is then not left folded.
  if (found.length && (location.search || location.hash)) {
    if (location.search) for (const element of found) element.closest("details")?.setAttribute("open", "");
    load();
  } else if (found.length) {
    const watcher = new IntersectionObserver(seen => {
      if (!seen.some(one => one.isIntersecting)) return;
      watcher.disconnect();
      load();
    }, NEAR);
    for (const element of found) watcher.observe(element);
  }
}

/**
 * Says that an element's script did not load, instead of a form that does nothing; the answer of the build stays.
 * @param {Element} one
 */
function tell(one) {
  one.querySelector("form")?.setAttribute("hidden", "");
  // What stands in it is for those without scripts.
  if (one.localName === "lm-fan") one.replaceChildren();
  const told = document.createElement("p");
  told.className = "lm-unloaded";
  told.setAttribute("role", "alert");
  told.textContent = "Nothing can be changed here, since a script of this page could not be loaded. What is shown was computed when the page was made. Reload the page to try again.";
  one.prepend(told);
}
