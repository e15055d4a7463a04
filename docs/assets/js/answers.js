// @ts-check
// What llmmath/answers/ returns, as types.

/** @typedef {"multiplications" | "fit" | "speed" | "batching"} Kind */
/** @typedef {{value: number | null, unit: string}} Quantity in a base unit; null where unknown */
/** @typedef {(string | Quantity)[]} Sentence */
/** @typedef {Quantity & {name: string, words: string}} Figure */
/**
 * @typedef {{name: string, words: string, unit: string, bound: number, low: number | null, expected: number | null,
 *   high: number | null}} Interval all but the bound are null where nothing is expected
 */
/** @typedef {Record<string, string | number>} Change what to change in an ask */
/** @typedef {{change: Change, words: string}} Remedy */
/** @typedef {{batch: number, step_seconds: number, tokens_per_second: number, tokens_per_second_per_query: number}} Step */
/**
 * @typedef {{bandwidth: number, peak: number | null, arithmetic_intensity: number, ridge_intensity: number | null,
 *   attained: number | null, accelerators: number}} Roofline
 */

/**
 * @typedef {object} Answer of any kind; what is optional belongs to some
 * @property {string} title
 * @property {Sentence} sentence
 * @property {Figure[]} figures
 * @property {string[]} command words of the command line
 * @property {boolean} [fits]
 * @property {string | null} [dtype] of the weights
 * @property {string | null} [engine] whose room it is
 * @property {string | null} [compute_dtype]
 * @property {Figure[]} [parts]
 * @property {string[]} [notes]
 * @property {number} [capacity] [B]
 * @property {Remedy[]} [remedies]
 * @property {Interval[]} [rows]
 * @property {string | null} [binds] name of the part that is the largest
 * @property {Roofline | null} [roofline]
 * @property {string[]} [outside]
 * @property {Step[]} [curve]
 * @property {Step} [marked]
 * @property {number} [max_batch]
 * @property {Figure[]} [knees]
 */

/** @typedef {{label: string, answer: Answer}} Case */

export {};
