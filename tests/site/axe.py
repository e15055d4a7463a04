"""Barriers that axe finds in a page.

Nearly all of axe's time goes into the contrast of every piece of text. It depends on the colour and size of
the letters and on the grounds behind them, so that one piece of each kind stands for all that are alike.
"""

from pathlib import Path

SOURCE = (Path(__import__("axe_playwright_python").__file__).parent / "axe.min.js").read_text(
    encoding="utf-8"
)
# Runs every other rule on all of `within`, and contrast on one element of each kind that is not in `seen`.
RUN = """async ([within, seen]) => {
  const known = new Set(seen), grounds = new Map(), fresh = [];
  // What axe looks at behind and around an element: it is the same where this is.
  const ground = element => {
    if (!element) return "";
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
        style.mixBlendMode, ["static", "relative"].includes(style.position) ? "" : style.position].join();
      const plain = own === "rgba(0, 0, 0, 0),none,1,none,normal,";
      grounds.set(element, ground(element.parentElement) + (plain ? "" : `>${own}`));
    }
    return grounds.get(element);
  };
  for (const element of document.querySelector(within).querySelectorAll("*")) {
    const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!hasText && !element.matches("input, select, textarea")) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    const letters = [element.namespaceURI, element.disabled, color, fontSize, fontWeight, textShadow];
    const key = [...letters, ground(element)].join("|");
    if (known.has(key)) continue;
    known.add(key);
    fresh.push(element);
  }
  const options = { resultTypes: ["violations"], preload: false };
  const found = await axe.run(within, { ...options, rules: { "color-contrast": { enabled: false } } });
  const contrast = fresh.length
    ? await axe.run({ include: fresh }, { ...options, runOnly: { type: "rule", values: ["color-contrast"] } })
    : { violations: [] };
  const told = [...found.violations, ...contrast.violations].map(one =>
    `${one.id}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`);
  return [told, [...known]];
}"""


def violations(page, within="html", seen=None):
    """What axe finds in a page as it stands, one line a rule.

    Args:
        within: selector of the one element to look at. seen: a set of kinds of text whose contrast was found
            to be enough before, in the same colour scheme, to which those of this page are added.
    """
    page.evaluate(SOURCE)
    told, kinds = page.evaluate(RUN, [within, sorted(seen or ())])
    if seen is not None and not any(one.startswith("color-contrast") for one in told):
        seen.update(kinds)
    return told
