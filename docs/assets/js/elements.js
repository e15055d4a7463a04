// @ts-check
// Loads the script of each element that the page has, and of no other.

const SCRIPTS = { "lm-calculator": "calculator.js", "lm-circuit": "circuit.js", "lm-fan": "fan.js" };

for (const [name, script] of Object.entries(SCRIPTS)) {
  if (document.querySelector(name)) import(new URL(script, import.meta.url).href);
}
