// @ts-check
// The sliders beside the numbers; they go by ratios, so that small numbers have room too.

/**
 * The field of a slider's number.
 * @param {Element} fields
 * @param {HTMLInputElement} slider
 * @returns {HTMLInputElement | null}
 */
function numberOf(fields, slider) {
  return fields.querySelector(`[name="${slider.name.replace(".slider", "")}"]`);
}

/**
 * Puts every slider where its number is.
 * @param {Element} fields
 */
export function moveSliders(fields) {
  for (const slider of /** @type {NodeListOf<HTMLInputElement>} */ (fields.querySelectorAll('[type="range"]'))) {
    const value = numberOf(fields, slider)?.valueAsNumber ?? NaN;
    const [low, high] = [Number(slider.dataset.low), Number(slider.dataset.high)];
    if (value >= 1) slider.value = String((100 * Math.log(Math.max(value, low) / low)) / Math.log(high / low));
    slider.setAttribute("aria-valuetext", String(value));
  }
}

/**
 * Writes the number that a slider was moved to.
 * @param {Element} fields
 * @param {HTMLInputElement} slider
 */
export function follow(fields, slider) {
  const number = numberOf(fields, slider);
  if (number) number.value = String(slid(slider));
  slider.setAttribute("aria-valuetext", number?.value ?? "");
}

/**
 * The whole number that a slider stands at, two digits of it.
 * @param {HTMLInputElement} slider
 */
function slid(slider) {
  const [low, high] = [Number(slider.dataset.low), Number(slider.dataset.high)];
  const value = low * (high / low) ** (slider.valueAsNumber / 100);
  // Powers of two are what most people want to hit.
  const power = 2 ** Math.round(Math.log2(value));
  return Math.abs(Math.log2(value / power)) < 0.08 ? power : Math.max(low, Number(value.toPrecision(2)));
}
