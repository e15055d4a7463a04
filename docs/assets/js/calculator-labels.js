// @ts-check
// What tells asks apart, and the labels of their answers.

/** @typedef {import("./calculator-form.js").Ask} Ask */

/**
 * What of an ask is not as in another; the model where nothing is and something has to stand for it.
 * @param {Ask} ask
 * @param {Ask} other
 * @param {boolean} needed
 */
export function differing(ask, other, needed) {
  const found = Object.fromEntries(Object.entries(ask).filter(([name, value]) => other[name] !== value));
  return needed && !Object.keys(found).length ? { model: ask.model } : found;
}

/** What the title says. */
const TITLED = ["model", "config", "config_name", "accelerator", "own", "accelerators"];

/**
 * Answers under labels of which no two are the same: titles, and what else differs between them.
 * @param {any[]} answers
 * @param {Ask[]} asks
 */
export function labelled(answers, asks) {
  const found = answers.map((answer, index) => {
    const differing = Object.keys(asks[index]).filter(name => asks.some(ask => String(ask[name]) !== String(asks[index][name])));
    const plain = differing.filter(name => !TITLED.includes(name)).map(name => `${name} ${asks[index][name]}`);
    return { label: [answer.title, ...plain].join(", "), answer };
  });
  // Cases that ask the same, or of which only figures of one's own differ, are told apart by their number.
  return found.map(({ label, answer }, index) => {
    const first = found.findIndex(other => other.label === label) === index;
    return { label: first ? label : `${label}, case ${index + 1}`, answer };
  });
}
