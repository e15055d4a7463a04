// @ts-check
// The one engine of all calculators of a page, and what it answers.

import { Engine, EngineError } from "./engine.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

const PATIENCE_MS = 20_000;

export const engine = new Engine("llmmath");

/**
 * @param {string} kind of the calculator
 * @param {Ask} ask
 * @returns {Promise<any>} the answer, or an EngineError that says why there is none
 */
export async function answerTo(kind, ask) {
  try {
    return await engine.call(`llmmath.answers.${kind}`, "answer", ask, PATIENCE_MS);
  } catch (error) {
    return error instanceof EngineError ? error : new EngineError("broken", String(error));
  }
}
