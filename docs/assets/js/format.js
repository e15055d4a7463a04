// @ts-check
// How a quantity is written: the rules of macros/quantities.py, over the same cases (tests/data/quantities.json).

const THIN = "\u202f";
const MINUS = "−";
export const UNKNOWN = "unknown";

/**
 * Units of a base unit to choose from, the smallest first. Small ones are exact fractions, so that they are
 * stated as how many of them make one.
 * @type {Record<string, [unit: string, factor: number][]>}
 */
export const UNITS = {
  1: [["", 1], ["million", 1e6], ["billion", 1e9], ["trillion", 1e12]],
  share: [["%", 1e-2]],
  B: [["B", 1], ["kB", 1e3], ["MB", 1e6], ["GB", 1e9], ["TB", 1e12], ["PB", 1e15], ["EB", 1e18], ["ZB", 1e21]],
  s: [["ns", 1e-9], ["µs", 1e-6], ["ms", 1e-3], ["s", 1], ["min", 60], ["h", 3600]],
  "FLOP/s": [["FLOP/s", 1], ["GFLOP/s", 1e9], ["TFLOP/s", 1e12], ["PFLOP/s", 1e15]],
  "B/s": [["B/s", 1], ["MB/s", 1e6], ["GB/s", 1e9], ["TB/s", 1e12]],
};
/** Base units that are not written: the words around them name what is counted. */
const UNWRITTEN = ["1", "token"];

/**
 * A number with thousands separators, of `digits` significant digits; else whole, or of three.
 * @param {number | bigint} given finite; whole numbers are exact, beyond 2 ** 53 as BigInt
 * @param {number | null} [digits]
 */
export function number(given, digits) {
  if (typeof given === "bigint" && digits == null) return grouped(given.toString()).replace("-", MINUS);
  const value = Number(given);
  const whole = Number.isInteger(value);
  if (whole && digits == null) return grouped(BigInt(value).toString()).replace("-", MINUS);
  const [mantissa, exponent] = rounded(value, digits ?? 3);
  const sign = mantissa.startsWith("-") ? MINUS : "";
  const plain = mantissa.replace("-", "");
  if (Number(plain) === 0) return "0";
  if (exponent < -4 || exponent >= 16) return `${sign}${plain}·10${superscript(exponent)}`;
  let text = placed(plain.replace(".", ""), exponent);
  if (whole && text.includes(".")) text = text.replace(/\.?0+$/, "");
  return sign + text;
}

/**
 * A quantity in the unit that fits its size: the largest in which it has a whole part once it is rounded to
 * three digits. "unknown" for null and what is no finite number.
 * @param {number | bigint | null | undefined} given in the base unit
 * @param {string} unit the base unit
 */
export function written(given, unit) {
  if (given == null || !Number.isFinite(Number(given))) return UNKNOWN;
  if (typeof given === "bigint" && !UNITS[unit]) return number(given);
  const value = Number(given);
  const [name, factor] = fitting(value, unit);
  const text = number(scaled(value, factor), null);
  return name === "" || name === "%" ? text + name : text + THIN + name;
}

/**
 * @param {number} value
 * @param {string} unit
 * @returns {[unit: string, factor: number]}
 */
function fitting(value, unit) {
  const units = UNITS[unit];
  if (!units) return [UNWRITTEN.includes(unit) ? "" : unit, 1];
  if (value === 0) return units.find(([, factor]) => factor === 1) ?? units[0];
  return units.findLast(([, factor]) => {
    const [mantissa, exponent] = rounded(Math.abs(scaled(value, factor)), 3);
    return exponent >= 0 && Number(mantissa) !== 0;
  }) ?? units[0];
}

/**
 * @param {number} value
 * @param {number} factor
 */
function scaled(value, factor) {
  return factor >= 1 ? value / factor : value * Math.round(1 / factor);
}

/**
 * Mantissa and exponent of a number of so many digits; ties go to the even digit, as in Python.
 * @param {number} value
 * @param {number} digits
 * @returns {[mantissa: string, exponent: number]}
 */
function rounded(value, digits) {
  const [up, exponent] = value.toExponential(digits - 1).split("e");
  // A tie has one digit more, a five, and nothing after it; toExponential takes it away from zero.
  if (!/5e/.test(value.toExponential(digits))) return [up, Number(exponent)];
  const exact = value.toExponential(100).split("e")[0].replace("-", "").replace(".", "");
  const tie = /^50*$/.test(exact.slice(digits)) && Number(exact[digits - 1]) % 2 === 0;
  if (!tie) return [up, Number(exponent)];
  const down = exact.slice(0, digits);
  const point = digits > 1 ? `${down[0]}.${down.slice(1)}` : down;
  return [(value < 0 ? "-" : "") + point, Number(exponent)];
}

/**
 * Digits with their decimal point, and thousands apart.
 * @param {string} digits
 * @param {number} exponent of the first
 */
function placed(digits, exponent) {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, "0");
  const decimals = padded.slice(exponent + 1);
  return grouped(padded.slice(0, exponent + 1)) + (decimals && `.${decimals}`);
}

/** @param {string} whole */
function grouped(whole) {
  return whole.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @param {number} exponent */
function superscript(exponent) {
  return [...String(exponent)].map(sign => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
}
