// @ts-check
// Numbers of an address, read as the fields that they are for take them.

/**
 * A number in decimal digits. NaN for an empty text, which is no nought, and for what is written otherwise, such as
 * 0x10, whose writer may have meant ten or sixteen.
 * @param {string} text
 */
export function decimal(text) {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}
