// @ts-check
// Drawings of an answer as one SVG that stands alone: in the colours that the page shows them in.

import { svg } from "./dom.js";
import { LINE, WIDTH, cut } from "./drawing.js";

const MARGIN = 12;
/** What the page's styles say of a shape, said by its attributes. */
const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "opacity"];

/**
 * @param {Iterable<Element>} figures of answer.js, as they stand in the page
 * @returns {string}
 */
export function drawingFile(figures) {
  const page = getComputedStyle(document.body);
  const file = svg("svg", { xmlns: "http://www.w3.org/2000/svg", "font-family": "sans-serif", "font-size": 12 });
  let y = MARGIN;
  /** @param {string} words @param {string} colour @param {number} x */
  const write = (words, colour, x) => {
    y += LINE;
    file.append(svg("text", { x, y: y - 3, fill: colour }, cut(words, WIDTH - x + MARGIN)));
  };
  for (const figure of figures) {
    const drawn = figure.querySelector("svg");
    if (!drawn) continue;
    write(figure.querySelector("figcaption")?.textContent ?? "", page.color, MARGIN);
    for (const item of figure.querySelectorAll(".chart-legend li")) {
      file.append(svg("rect", { x: MARGIN, y: y + 3, width: 10, height: 10, fill: getComputedStyle(item, "::before").backgroundColor }));
      write(item.textContent ?? "", page.color, MARGIN + 16);
    }
    const [, , width, height] = (drawn.getAttribute("viewBox") ?? "0 0 0 0").split(" ").map(Number);
    const copy = styled(drawn);
    for (const [name, value] of Object.entries({ x: MARGIN, y: y + 4, width, height })) copy.setAttribute(name, String(value));
    file.append(copy);
    y += height + 4 + MARGIN;
  }
  const width = WIDTH + 2 * MARGIN;
  file.setAttribute("viewBox", `0 0 ${width} ${y}`);
  file.setAttribute("width", String(width));
  file.setAttribute("height", String(y));
  file.prepend(svg("rect", { width, height: y, fill: page.backgroundColor }));
  return new XMLSerializer().serializeToString(file);
}

/** @param {SVGSVGElement} drawn */
function styled(drawn) {
  const copy = /** @type {SVGSVGElement} */ (drawn.cloneNode(true));
  const shapes = [...drawn.querySelectorAll("*")], copies = [...copy.querySelectorAll("*")];
  for (const [index, shape] of shapes.entries()) {
    const style = getComputedStyle(shape), made = copies[index];
    made.removeAttribute("class");
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      // A pattern is named by its place in this file, not by the page's address.
      if (value && !value.startsWith("url(")) made.setAttribute(name, value);
    }
  }
  return copy;
}
