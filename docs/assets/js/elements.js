// @ts-check
// Loads the script of each element that the page has, and of no other. It imports nothing: where nothing else loads,
// it can still say so.

const SCRIPTS = { "lm-calculator": "calculator.js", "lm-circuit": "circuit.js", "lm-fan": "fan.js" };

for (const [name, script] of Object.entries(SCRIPTS)) {
  const there = document.querySelectorAll(name);
  if (there.length) import(new URL(script, import.meta.url).href).catch(() => there.forEach(tell));
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
