// @ts-check
// Loads the script of each element that the page has, and of no other, when the reader comes near one. It imports
// nothing: where nothing else loads, it can still say so.

const SCRIPTS = { "lm-calculator": "calculator.js", "lm-circuit": "circuit.js", "lm-fan": "fan.js", "lm-filter": "filter.js" };
// As far as this below the window, so that it is ready when it is seen.
const NEAR = { rootMargin: "600px 0px" };

for (const [name, script] of Object.entries(SCRIPTS)) {
  const found = [...document.querySelectorAll(name)];
  if (!found.length) continue;
  const watcher = new IntersectionObserver(seen => seen.some(one => one.isIntersecting) && load(), NEAR);
  let loading = false;
  const load = () => {
    watcher.disconnect();
    if (loading) return;
    loading = true;
    const awake = waiting(found);
    import(new URL(script, import.meta.url).href).catch(() => found.forEach(tell)).finally(awake);
  };
  // What the address fills in is not left folded.
  const follow = () => {
    const own = found.filter(isFilledIn);
    for (const element of own) element.closest("details")?.setAttribute("open", "");
    if (own.length) load();
  };
  addEventListener("popstate", follow);
  follow();
  // It may lead to an element too; and who comes back left words in a filter.
  if (location.hash || history.state?.filter) load();
  else if (!loading) for (const element of found) watcher.observe(element);
}

/**
 * Whether the address says what stands in an element.
 * @param {Element} element
 */
function isFilledIn(element) {
  const own = element.getAttribute("kind") ?? element.localName.slice("lm-".length);
  return [...new URLSearchParams(location.search).keys()].some(key => key.startsWith(own));
}

/**
 * Says that elements are not ready yet: what is pressed meanwhile would be lost.
 * @param {Element[]} found
 * @returns {() => void} ends it
 */
function waiting(found) {
  const before = document.activeElement;
  const buttons = found.flatMap(one => [...one.querySelectorAll("form button:not([disabled])")]);
  for (const one of found) one.setAttribute("aria-busy", "true");
  for (const one of buttons) one.setAttribute("disabled", "");
  return () => {
    for (const one of found) one.removeAttribute("aria-busy");
    for (const one of buttons) one.removeAttribute("disabled");
    // A button that is disabled loses the focus.
    if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
  };
}

/**
 * Says that an element's script did not load, instead of a form that does nothing; the answer of the build stays.
 * @param {Element} one
 */
function tell(one) {
  // A list without its filter is whole.
  if (one.localName === "lm-filter") return;
  one.querySelector("form")?.setAttribute("hidden", "");
  // What stands in it is for those without scripts.
  if (one.localName === "lm-fan") one.replaceChildren();
  const told = document.createElement("p");
  told.className = "lm-unloaded";
  told.setAttribute("role", "alert");
  told.textContent = "Nothing can be changed here, since a script of this page could not be loaded. What is shown was computed when the page was made. Reload the page to try again.";
  one.prepend(told);
}
