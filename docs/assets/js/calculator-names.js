// @ts-check
// The names of models and cards that a reader chooses from, loaded with the first touch.

/** @typedef {{models: [key: string, name: string][], accelerators: [key: string, name: string, kind: string][]}} Known */

/** @type {Promise<Known> | undefined} */
let loading;

/**
 * @param {string} base address of the site's root, relative to the page
 * @returns {Promise<Known | null>} null where they could not be loaded; the next call tries again
 */
export async function names(base) {
  loading ??= fetch(`${base}assets/engine/choices.json`).then(response => response.json());
  const known = await loading.catch(() => null);
  if (!known) loading = undefined;
  return known;
}

/**
 * Has the fields offer the names.
 * @param {string} base
 */
export async function offerNames(base) {
  const known = await names(base);
  if (!known) return;
  for (const [id, all] of /** @type {[string, string[][]][]} */ ([["lm-models", known.models], ["lm-accelerators", known.accelerators]])) {
    if (document.getElementById(id)) continue;
    const list = document.createElement("datalist");
    list.id = id;
    list.append(...all.map(([key, name]) => new Option(name, key)));
    document.body.append(list);
  }
}
