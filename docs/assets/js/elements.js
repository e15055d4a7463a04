// @ts-check
// Loads the script of each element that the page has, and of no other, when the reader comes near one.

const SCRIPTS = { "lm-calculator": "calculator.js", "lm-circuit": "circuit.js", "lm-fan": "fan.js" };
// As far as this below the window, so that it is ready when it is seen.
const NEAR = { rootMargin: "200px 0px" };

for (const [name, script] of Object.entries(SCRIPTS)) {
  const found = [...document.querySelectorAll(name)];
  const load = () => import(new URL(script, import.meta.url).href);
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
