// @ts-check
// A field over a list, a table or sections of a page, which shows those alone that have all its words, and says how
// many these are. Without this script all are shown, and there is no field.

/** @typedef {{ text: string, parts: Element[], heading: Element[] }} Entry */

const OUT = "lm-filtered-out";

for (const place of document.querySelectorAll("lm-filter")) offer(place);

/**
 * Puts the field into its place.
 * @param {Element} place
 */
function offer(place) {
  if (place.firstChild || !place.parentElement) return;
  const entries = entriesAfter(place.parentElement, place.getAttribute("of") ?? "li");
  // What is said of the whole list would read as if it were said of what is found.
  const ofAll = document.querySelectorAll(".lm-of-all");
  const label = document.createElement("label");
  const field = document.createElement("input");
  const told = document.createElement("span");
  const elsewhere = document.createElement("a");
  const what = place.getAttribute("what") ?? "entries";
  field.type = "search";
  field.autocomplete = "off";
  label.append(`Filter ${what} `, field);
  told.setAttribute("role", "status");
  place.append(label, " ", told, " ", elsewhere);
  const show = () => {
    const shown = filter(entries, field.value), asked = field.value.trim();
    told.textContent = asked ? `${shown} of ${entries.length} ${what}` : "";
    for (const one of ofAll) one.classList.toggle(OUT, Boolean(asked));
    elsewhere.hidden = !asked || shown > 0;
    // The theme opens its search with what the address asks.
    elsewhere.href = `?q=${encodeURIComponent(asked)}`;
    elsewhere.textContent = `Search the whole site for “${asked}”`;
  };
  // The words are kept with the visit of the page, so that who comes back finds what was left.
  const keep = () => {
    if ((history.state?.filter ?? "") !== field.value) history.replaceState({ ...history.state, filter: field.value }, "");
  };
  field.addEventListener("input", () => {
    show();
    keep();
  });
  /** @param {string} words */
  const fill = words => {
    if (field.value === words) return;
    field.value = words;
    show();
  };
  // Where a link leads is shown, whatever the field says.
  addEventListener("click", event => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link?.hash || link.pathname !== location.pathname || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (document.getElementById(decodeURIComponent(link.hash.slice(1)))?.closest(`.${OUT}`)) fill("");
  }, { capture: true });
  addEventListener("hashchange", () => {
    if (history.state?.filter === undefined) {
      const target = document.querySelector(":target");
      if (target?.closest(`.${OUT}`)) {
        fill("");
        target.scrollIntoView();
      }
      keep();
    } else fill(history.state.filter);
  });
  field.value = history.state?.filter ?? "";
  show();
}

/**
 * Shows the entries that have every word of what is asked, and the headings that still have some.
 * @param {Entry[]} entries
 * @param {string} asked
 * @returns {number} how many these are
 */
function filter(entries, asked) {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = new Set(entries.filter(entry => words.every(word => entry.text.includes(word))));
  const headed = new Set([...fitting].flatMap(entry => entry.heading));
  for (const entry of entries) {
    for (const part of entry.parts) part.classList.toggle(OUT, !fitting.has(entry));
    for (const part of entry.heading) part.classList.toggle(OUT, !headed.has(part));
  }
  return fitting.size;
}

/**
 * What stands behind an element in its page: items of lists, rows of a table, or sections of third level.
 * @param {Element} place
 * @param {string} kind li, tr or h3
 * @returns {Entry[]}
 */
function entriesAfter(place, kind) {
  /** @type {Entry[]} */
  const found = [];
  /** @type {Element[]} */
  let heading = [];
  let inSection = false;
  for (let one = place.nextElementSibling; one; one = one.nextElementSibling) {
    if (one.localName === "h2") {
      heading = [one];
      inSection = false;
    } else if (kind === "h3" && one.localName === "h3") {
      found.push({ text: "", parts: [one], heading });
      inSection = true;
    } else if (kind === "h3") {
      (inSection ? found[found.length - 1].parts : heading).push(one);
    } else {
      for (const part of one.querySelectorAll(kind === "tr" ? "tbody > tr" : ":scope > li")) {
        found.push({ text: "", parts: [part], heading });
      }
      if (kind === "tr" && found.length) break;
    }
  }
  for (const entry of found) entry.text = entry.parts.map(words).join(" ").toLowerCase();
  return found;
}

/**
 * What a part is found by: what it says, and the words that the build gave it beside.
 * @param {Element} part
 */
function words(part) {
  const beside = [...part.querySelectorAll("[data-words]")].map(one => one.getAttribute("data-words"));
  return [part.textContent, ...beside].join(" ");
}
