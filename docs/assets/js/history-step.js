// @ts-check
// Steps of the page's history, for what goes on changing one at a time: fifty would fill it, and hide the way back.

/** What changed at the newest step, of all that the page has; "" where that is not known. */
let last = "";

/**
 * Puts an address into the history: as a step of its own, or instead of the newest, if that has the same changed.
 *
 * A browser refuses what comes too often, or what is too large to hold. The page goes on without that step.
 * @param {string} query
 * @param {any} state
 * @param {string} [what] changes, by a name that nothing else in the page has; a step of its own without one
 */
export function step(query, state, what = "") {
  const address = `${location.pathname}${query}${location.hash}`;
  try {
    if (what && what === last) history.replaceState(state, "", address);
    else history.pushState(state, "", address);
    last = what;
  } catch (error) {
    console.warn(`${error}`);
  }
}

/**
 * Has the step where the reader is hold a state.
 * @param {any} state
 */
export function mark(state) {
  try {
    history.replaceState(state, "");
  } catch (error) {
    console.warn(`${error}`);
  }
}

// Whoever went back, or on to a heading, changes from there.
addEventListener("popstate", () => (last = ""));
