// @ts-check
// What the script prints, and in words what it does.

import { clock } from "./fan-chart.js";
import { element } from "./dom.js";

const SHOWN_LINES = 300;
const FAR_DOWN = 1e9; // scrolls to the end without asking where that is, which would lay the page out
const PAUSE_MS = 2000; // between two announcements, so that a fast run is no torrent of words

/** Phase of the board, or state that the log tells -> in words: two lines on a phone, for which fan.css keeps room. */
export const WORDS = /** @type {Record<string, string>} */ ({
  reset: "reset: the board starts",
  hung: "hung: the program does nothing any more",
  ended: "the script has ended",
  boot: "boot: not yet sure of the readings",
  off: "off: cool enough",
  kick: "kick: starting the fan",
  run: "run: regulating",
  weak: "weak: full speed did not cool it; until it is cool",
  open: "open: no thermistor",
  short: "short: thermistor bridged",
  range: "range: cannot be so hot or cold",
  jump: "jump: no temperature changes so fast",
  test: "test: full speed, to count turns or to see the reading answer",
  latched: "latched: far from where it was; full speed until it is near that",
  stall: "stall: the fan does not turn",
  tach: "tach: noise on the tachometer's wire",
  differ: "differ: the two thermistors do not agree",
  deaf: "deaf: full speed, and the reading does not answer",
  error: "error: a part failed",
});

/** @param {number} value @param {number} digits */
const number = (value, digits) => value.toFixed(digits).replace("-", "\u2212");

/**
 * @param {string} state
 * @param {number | null} start at which temperature a fan at rest starts at the latest [m°C]
 */
function stateWords(state, start) {
  const words = WORDS[state] ?? state;
  return state === "off" && start !== null ? `${words}; starts at ${number(start / 1000, 2)} °C at the latest` : words;
}

export class FanLog {
  #told = "";
  /** Lines of the run that stand in the log, and whether its end is in sight. */
  #written = 0;
  #atEnd = true;
  /** Time of the board that was told of [ms]. */
  #toldOf = 0;
  #toldAt = 0;
  /** Whether what was shown last is still to be said. */
  untold = false;

  constructor() {
    this.list = element("dl", { class: "lm-fan-now" });
    this.status = element("p", { class: "lm-fan-status", role: "status" });
    this.pre = element("pre", { class: "lm-text lm-fan-log", tabindex: 0, role: "log", "aria-live": "off", "aria-label": "What the script prints" });
    this.pre.addEventListener("scroll", () => {
      this.#atEnd = this.pre.scrollTop + this.pre.clientHeight > this.pre.scrollHeight - 20;
    });
    this.element = element("details", { class: "lm-fan-fold", open: true }, element("summary", {}, "The log, with what was done to the board"), this.pre);
  }

  /** @param {import("./fan-run.js").FanRun} run */
  show(run) {
    const [, thing, told, duty, rpm, led] = run.samples[run.samples.length - 1] ?? [0, 0, null, 0, 0, 0];
    const state = run.phase === "running" ? (run.row.state ?? "reset") : run.phase === "boot" ? "reset" : run.phase;
    const words = stateWords(state, run.start_mc);
    this.#terms([
      ["Time", clock(run.now)],
      ["State", words],
      ["The warm object", `${number(thing / 1000, 2)} °C`],
      ["As the script reads it", told === null || told < -200_000 ? "no temperature" : `${number(told / 1000, 2)} °C`],
      ["Duty", `${number(duty / 10, 1)} %`],
      ["Fan", `${rpm} rpm`],
      ["LED on the board", led ? "on" : "off"],
      ["Faults since boot", String(run.row.faults ?? 0)],
      ["Resets by the watchdog", String(run.resets)],
    ]);
    const now = performance.now();
    // Of a board that has just been started anew, what was told of the one before is wrong at once.
    const anew = run.now < this.#toldOf;
    this.untold = words !== this.#told || anew;
    if (this.untold && (anew || now - this.#toldAt > PAUSE_MS)) {
      this.untold = false;
      this.#told = words;
      this.#toldAt = now;
      this.#toldOf = run.now;
      this.status.textContent = `${clock(run.now)} ${words}; duty ${number(duty / 10, 0)} %.`;
    }
    if (this.element.open) this.#write(run.lines, run.dropped);
  }

  /**
   * Adds the lines that are new; what is long ago is taken away.
   * @param {[number, string][]} lines of the run
   * @param {number} dropped how many came before these
   */
  #write(lines, dropped) {
    const all = dropped + lines.length;
    if (all === this.#written) return;
    // A new run begins anew, and after a pause the last lines are enough.
    if (all < this.#written || all - this.#written > SHOWN_LINES) this.pre.replaceChildren();
    const from = Math.max(all < this.#written ? 0 : this.#written, all - SHOWN_LINES, dropped);
    this.pre.append(...lines.slice(from - dropped).map(([ms, text]) => `${clock(ms)}  ${text}\n`));
    this.#written = all;
    while (this.pre.childNodes.length > SHOWN_LINES) this.pre.firstChild?.remove();
    if (this.#atEnd) this.pre.scrollTop = FAR_DOWN;
  }

  /**
   * Says something else than what the script does; the next thing that it does is said again.
   * @param {string} words
   */
  say(words) {
    this.#told = words;
    this.#toldAt = -PAUSE_MS;
    this.status.textContent = words;
  }

  /** @param {[string, string][]} pairs */
  #terms(pairs) {
    if (!this.list.childElementCount) {
      for (const [name] of pairs) this.list.append(element("div", {}, element("dt", {}, name), element("dd")));
    }
    this.list.querySelectorAll("dd").forEach((cell, index) => {
      if (cell.textContent !== pairs[index][1]) cell.textContent = pairs[index][1];
    });
  }
}
