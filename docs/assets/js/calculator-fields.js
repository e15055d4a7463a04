// @ts-check
// The fields of an ask, by the names that they have in forms, in addresses and in llmmath/answers/asked.py,
// and the control of each.

/** The most cases that stand side by side. */
export const MOST_CASES = 4;

export const NUMBERS = ["accelerators", "batch", "context", "concurrency", "input", "output"];
export const CHOICES = ["dtype", "kv_dtype", "engine"];
export const FIELDS = ["model", "accelerator", ...CHOICES, ...NUMBERS];

/** What a reader gives of a card of their own, besides its kind. */
export const OWN_NUMBERS = ["memory_bandwidth", "memory_capacity", "peak", "link_bandwidth"];
export const OWN = [...OWN_NUMBERS, "kind"];

/**
 * @param {Element} fields
 * @param {string} name
 * @returns {HTMLInputElement | null}
 */
export function control(fields, name) {
  return fields.querySelector(`[name="${name}"]`);
}
