// @ts-check
// The one engine of all calculators of a page, and what it answers.

import { Engine, EngineError } from "./engine.js";

/** @typedef {import("./calculator-form.js").Ask} Ask */

// A question that takes longer ends the engine, and the next one starts another. Loading may take as long as it does.
const PATIENCE_MS = 20_000;
let loaded = false;

export const engine = new Engine("llmmath");

/**
 * @param {string} kind of the calculator
 * @param {Ask} ask
 * @returns {Promise<any>} the answer, or an EngineError that says why there is none
 */
export async function answerTo(kind, ask) {
  let late = false;
  const patience = loaded && setTimeout(() => {
    late = true;
    engine.close();
  }, PATIENCE_MS);
  try {
    const answer = await engine.call(`llmmath.answers.${kind}`, "answer", ask);
    loaded = true;
    return answer;
  } catch (error) {
    if (late) return new EngineError("unavailable", `This was not computed within ${PATIENCE_MS / 1000} s.`);
    return error instanceof EngineError ? error : new EngineError("broken", String(error));
  } finally {
    clearTimeout(patience || undefined);
    if (late) loaded = false;
  }
}
