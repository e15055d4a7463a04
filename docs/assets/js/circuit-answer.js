// @ts-check
// What is shown of a circuit: drawing, tables, and what is said of it with carets. Text becomes text, never markup.

/** @typedef {{message: string, line: number | null, column: number | null, excerpt: string | null, caret: number | null, text: string, level?: string}} Told */
/** @typedef {{heads: string[], rows: string[][]}} Table */

const LEVELS = { problem: "Mistake", error: "Fails a check", warning: "Warning" };

/**
 * @param {string} name
 * @param {string} [kind] its classes
 * @param {...(Node | string)} content
 */
export function make(name, kind = "", ...content) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.append(...content);
  return element;
}

/**
 * The drawing in a frame that scrolls.
 * @param {string} svg
 */
export function drawing(svg) {
  const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (drawn.localName !== "svg") throw new Error("The drawing is no SVG.");
  const frame = make("div", "circuit-frame", document.importNode(drawn, true));
  frame.setAttribute("role", "region");
  frame.tabIndex = 0;
  frame.setAttribute("aria-label", `${drawn.querySelector("title")?.textContent}, drawing`);
  return frame;
}

/**
 * A table below its caption, as the build makes it.
 * @param {string} caption
 * @param {Table} table
 */
function table(caption, { heads, rows }) {
  const head = make("tr", "", ...heads.map(name => scoped(make("th", "", name))));
  const body = rows.map(row => make("tr", "", ...row.map(cell => make("td", "", cell))));
  const scroll = make("div", "lm-scroll", make("table", "lm-figures", make("thead", "", head), make("tbody", "", ...body)));
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", caption);
  return rows.length ? [make("p", "lm-caption", caption), scroll] : [];
}

/** @param {HTMLElement} head */
function scoped(head) {
  head.setAttribute("scope", "col");
  return head;
}

/**
 * @param {string} summary
 * @param {string} name tells it apart from others, so that it stays open
 * @param {...Node} content
 */
function fold(summary, name, ...content) {
  const details = make("details", "lm-fold", make("summary", "", summary), ...content);
  details.dataset.fold = name;
  return details;
}

/**
 * The tables, in the order in which the build shows them.
 * @param {any} read what `typed.read` returned
 * @param {any} solved what `typed.solved` returned
 */
export function tables(read, solved) {
  const shown = [...table("Parts", read.parts)];
  if (solved.voltages) {
    shown.push(
      ...table("Nets and their voltages against ground", solved.voltages),
      fold("Currents and power", "currents", ...table("Currents", solved.currents), ...table("Power taken up", solved.powers), ...assumed(solved.assumptions)),
    );
  } else {
    shown.push(...table("Nets", read.nets), make("p", "lm-unsolved", `Not solved: ${solved.unsolvable.message}.`));
  }
  if (solved.checks.length) {
    const rows = solved.checks.map((/** @type {Told} */ check) => [check.level, check.message]);
    const passed = rows.filter((/** @type {string[]} */ [level]) => level === "passed").length;
    shown.push(fold(`Checks: ${passed} of ${rows.length} passed`, "checks", ...table("Checks", { heads: ["Result", "Check"], rows })));
  }
  return shown;
}

/** @param {string[]} words */
function assumed(words) {
  return words.length ? [make("p", "", `Assumed: ${words.join("; ")}.`)] : [];
}

/**
 * What is said of a text: each with its line and a caret, and a button that leads there.
 * @param {Told[]} told
 * @param {"problem" | "warning"} kind of what has no level of its own
 */
export function list(told, kind) {
  return told.map(one => {
    const level = /** @type {keyof LEVELS} */ (one.level ?? kind);
    const words = make("p", "", make("strong", "", LEVELS[level]), " ");
    // Of an empty text there is no place to point to.
    const there = one.excerpt === null || one.excerpt.trim() !== "";
    if (one.line !== null && there) {
      const jump = make("button", "", `line ${one.line}, column ${one.column}`);
      jump.setAttribute("type", "button");
      jump.dataset.line = String(one.line);
      jump.dataset.column = String(one.column);
      jump.dataset.text = one.text;
      words.append(jump);
    }
    words.append(`: ${one.message}`);
    const item = make("li", `lm-told-${level}`, words);
    if (one.excerpt !== null && there) {
      const quoted = make("pre", "lm-text", make("code", "", `${one.excerpt}\n${" ".repeat(one.caret ?? 0)}^`));
      quoted.tabIndex = 0;
      item.append(quoted);
    }
    return item;
  });
}
