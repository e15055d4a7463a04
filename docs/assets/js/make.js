// @ts-check
// Makes elements, of HTML and of drawings.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | ((event: any) => void)>} [given] attributes; a function listens
 *   to the event of that name; true and false set an attribute without value or leave it out
 * @param {...(Node | string)} content
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, given = {}, ...content) {
  const element = document.createElement(tag);
  furnish(element, given, content);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | ((event: any) => void)>} [given] as for make()
 * @param {...(Node | string)} content
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function draw(tag, given = {}, ...content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  furnish(element, given, content);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, string | number | boolean | ((event: any) => void)>} given
 * @param {(Node | string)[]} content
 */
function furnish(element, given, content) {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...content);
}
