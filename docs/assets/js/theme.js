// What the theme keeps in inline scripts, which the page's policy does not allow: where choices are kept, and the
// colours that were chosen, set before the page is drawn. The theme's bundle uses the four names with underscores.
var __md_scope = new URL("../../", document.currentScript.src);
var __md_hash = text => [...text].reduce((hash, letter) => (hash << 5) - hash + letter.charCodeAt(0), 0);
var __md_get = (key, storage = localStorage, scope = __md_scope) =>
  JSON.parse(storage.getItem(`${scope.pathname}.${key}`));
var __md_set = (key, value, storage = localStorage, scope = __md_scope) => {
  try {
    storage.setItem(`${scope.pathname}.${key}`, JSON.stringify(value));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
};

(() => {
  const palette = __md_get("__palette");
  if (!palette?.color) return;
  if (palette.color.media === "(prefers-color-scheme)") {
    const scheme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
    const input = document.querySelector(`[data-md-color-media='(prefers-color-scheme: ${scheme})']`);
    for (const part of ["media", "scheme", "primary", "accent"]) {
      palette.color[part] = input.getAttribute(`data-md-color-${part}`);
    }
  }
  for (const [part, value] of Object.entries(palette.color)) {
    document.body.setAttribute(`data-md-color-${part}`, value);
  }
})();
