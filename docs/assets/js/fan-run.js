// @ts-check
// One run of the fan: asks the engine for slices of virtual time, in step with the clock, and keeps what was seen.

import { Engine, EngineError } from "./engine.js";

/**
 * @typedef {[number, number, number | null, number, number, number]} Sample time [ms], temperature of the thing [m°C],
 *   what the script tells of it [m°C], how long of 1000 the fan is on, rpm, LED
 * @typedef {{now_ms: number, phase: string, resets: number, row: Record<string, any>, samples: Sample[],
 *   lines: [number, string][], start_mc: number | null}} Seen see firmware/simulation/page.py
 */

const MODULE = "firmware.simulation.page";
const KEPT_MS = 3_600_000;
const LONGEST_SLICE_MS = 250; // of the clock: longer, and a click would wait

export class FanRun {
  now = 0;
  speed = 1;
  phase = "boot";
  resets = 0;
  /** @type {Record<string, any>} */
  row = {};
  /** At which temperature a fan at rest starts at the latest, null where nobody knows [m°C]. @type {number | null} */
  start_mc = null;
  /** @type {Sample[]} */
  samples = [];
  /** @type {[number, string][]} */
  lines = [];
  /** Lines that came before these and are not kept. */
  dropped = 0;
  /** How long a slice may take before the script counts as one that loops for ever [ms]. */
  patience = 10_000;
  #wanted = 0;
  /** Whether a slice is being asked for. */
  #sliced = false;
  /** Boards that were asked for and are not there yet: a slice asked for meanwhile would be one of the new board, up
   * to the old board's time. */
  #coming = 0;

  constructor() {
    this.engine = new Engine("fan");
  }

  /** Called with the lines that are new, after each slice and each hand on the board. @param {[number, string][]} lines */
  onseen(lines) {}

  /**
   * A new board and room.
   * @param {string | null} text of an edited script
   */
  async start(text) {
    this.#coming += 1;
    // Whoever asks for a new board tries again.
    this.engine.retry();
    try {
      const seen = await this.#ask("start", text);
      this.samples = [];
      this.lines = [];
      this.dropped = 0;
      this.#wanted = 0;
      this.#take(seen);
    } finally {
      this.#coming -= 1;
    }
  }

  /** Ends a script that does not end its period; what was asked of it fails. */
  end() {
    this.engine.close("The script was ended.");
  }

  /** Text of the published script. @returns {Promise<string>} */
  script() {
    return this.#ask("script", null);
  }

  /**
   * @param {string} what
   * @param {any} value
   * @param {string} told for the log
   */
  async touch(what, value, told) {
    const seen = await this.#ask("do", { what, value });
    seen.lines.push([seen.now_ms, `-- ${told}`]);
    this.#take(seen);
  }

  /** To the next whole second. */
  async step() {
    this.#take(await this.#ask("run", Math.floor(this.now / 1000) * 1000 + 1000));
    this.#wanted = Math.max(this.#wanted, this.now);
  }

  /**
   * Follows the clock.
   * @param {number} elapsed since it was last called [ms]
   */
  async follow(elapsed) {
    if (this.#coming) return;
    const most = this.now + LONGEST_SLICE_MS * this.speed;
    this.#wanted = Math.min(this.#wanted + elapsed * this.speed, most);
    if (this.#sliced || this.#wanted <= this.now) return;
    this.#sliced = true;
    const until = Math.ceil(this.#wanted);
    try {
      this.#take(await this.#ask("run", until));
      // Time that was made slower meanwhile goes on from there, and does not wait until the clock has caught up.
      if (!this.#coming) this.#wanted = Math.max(this.#wanted, until);
    } finally {
      this.#sliced = false;
    }
  }

  close() {
    this.engine.close();
  }

  /** @param {Seen} seen */
  #take(seen) {
    this.now = seen.now_ms;
    this.phase = seen.phase;
    this.resets = seen.resets;
    this.row = seen.row;
    this.start_mc = seen.start_mc;
    this.samples.push(...seen.samples);
    this.lines.push(...seen.lines);
    const first = this.samples.findIndex(sample => sample[0] >= this.now - KEPT_MS);
    if (first > 1000) this.samples.splice(0, first);
    if (this.lines.length > 20_000) this.dropped += this.lines.splice(0, 5_000).length;
    this.onseen(seen.lines);
  }

  /**
   * @param {string} name
   * @param {any} argument
   * @returns {Promise<any>}
   */
  async #ask(name, argument) {
    try {
      return await this.engine.call(MODULE, name, argument, this.patience);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.kind === "broken") throw new EngineError("broken", `The run broke off (${lastLine(error.message)}). Reset starts it anew.`);
      if (error.kind !== "late") throw error;
      throw new EngineError("broken", `The script did not end a period in ${this.patience / 1000} s, so it was ended. Reset starts it anew.`);
    }
  }
}

/** The one that says what, of a traceback. @param {string} text */
function lastLine(text) {
  return text.trimEnd().split("\n").pop()?.trim() ?? "";
}
