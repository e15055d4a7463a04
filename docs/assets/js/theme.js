// What the theme keeps in inline scripts, which the page's policy does not allow: where choices are kept, and the
// colours that were chosen, set before the page is drawn. The theme's bundle uses the four names with underscores.
// It comes late (late.js), so that what of its work shows at once is done here.
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

document.documentElement.classList.replace("no-js", "js");

// The switch of the colours: the label that is shown belongs to the choice that is set, and leads to the next one.
(() => {
  const choices = [...document.querySelectorAll("[name=__palette]")];
  const paint = (choice, kept) => {
    const media = choice.dataset.mdColorMedia;
    for (const one of choices) one.nextElementSibling.hidden = one !== choice;
    const color = { media };
    for (const part of ["scheme", "primary", "accent"]) {
      color[part] = choice.getAttribute(`data-md-color-${part}`);
      document.body.setAttribute(`data-md-color-${part}`, color[part]);
    }
    document.body.setAttribute("data-md-color-media", media);
    if (kept) __md_set("__palette", { index: choices.indexOf(choice), color });
  };
  const kept = choices[__md_get("__palette")?.index];
  const asked = choices.find(choice => matchMedia(choice.dataset.mdColorMedia).matches) ?? choices[0];
  if (!asked) return;
  paint(kept ?? asked, false);
  for (const choice of choices) choice.addEventListener("change", () => paint(choice, true));
})();
