// @ts-check
// What a reader does to the run: time, hands, other texts of the script; and what is told of it where it fails.

import { clock } from "./fan-chart.js";
import { element } from "./dom.js";
import { EngineError } from "./engine.js";
import { FanHands } from "./fan-hands.js";
import { FanLink } from "./fan-link.js";
import { FanScript } from "./fan-script.js";
import { FanTime } from "./fan-time.js";
import { ranLine } from "./ran-line.js";
import { sha256 } from "./sha256.js";

/** @typedef {import("./fan-run.js").FanRun} FanRun */
/** @typedef {import("./fan-shown.js").FanShown} FanShown */

const SCRIPT = "firmware/thermistor_fan.py";
const BASE = new URL("../../", import.meta.url).href;

export class FanConsole {
  /** The board that was asked for last, there or refused. @type {Promise<unknown>} */
  #board = Promise.resolve();
  /** Whether it ran until something was wrong with it, and goes on with the next text that is not. */
  #halted = false;
  /** Why what is shown is old. */
  #old = { refused: false, broken: false, busy: false };

  /**
   * @param {FanRun} run that has begun, with the published text
   * @param {FanShown} shown
   * @param {string} published
   */
  constructor(run, shown, published) {
    this.run = run;
    this.shown = shown;
    this.hands = new FanHands((what, value, told) => this.#touch(what, value, told), async () => void (await this.#board));
    this.script = new FanScript(text => this.#runText(text));
    this.script.fill(published);
    this.time = new FanTime({
      toggle: () => this.setPlaying(!this.time.playing),
      step: () => this.#board.then(() => this.#guarded(() => run.step())),
      reset: () => this.#reset(),
      speed: speed => this.#setSpeed(speed),
    });
    this.link = new FanLink({ script: this.script, hands: this.hands, time: this.time, run });
    this.wrong = element("p", { class: "lm-wrong", role: "alert" });
    this.ran = element("div");
    run.onseen = () => (shown.dirty = true);
    run.engine.onprogress = (share, what) => shown.log.say(`${what} …`);
    run.engine.onbusy = busy => this.#busy(busy);
    this.#nameFiles();
  }

  /** @param {number} elapsed since it was last called [ms] */
  follow(elapsed) {
    if (!this.time.playing) return;
    this.#guarded(() => this.run.follow(elapsed));
    if (!this.#old.busy) this.shown.turn(elapsed);
  }

  /** @param {boolean} playing */
  setPlaying(playing) {
    this.time.set(playing);
    if (!playing) return;
    this.#halted = false;
    // What ran before a text that does not run goes on.
    this.#grey({ refused: false });
  }

  /** @param {number} speed */
  #setSpeed(speed) {
    this.run.speed = speed;
    this.shown.dirty = true;
    this.link.tell();
  }

  /**
   * @param {string} what
   * @param {any} value
   * @param {string} told
   */
  async #touch(what, value, told) {
    const wrong = await this.#guarded(() => this.run.touch(what, value, told));
    if (wrong === null && (what === "room" || what === "load")) this.link.tell();
    return wrong;
  }

  /** A new board in the room as it was at first, with the text that runs. */
  async #reset() {
    await this.#newBoard(() => this.script.running);
    this.link.tell();
  }

  /** @param {string} text */
  async #runText(text) {
    const wrong = await this.#newBoard(() => text);
    if (wrong === null) this.link.tell();
    return wrong;
  }

  /**
   * A new board, once those that were asked for before are there. A script that keeps the engine busy is ended.
   * @param {() => string} text
   * @returns {Promise<string | null>} what is wrong with the text
   */
  #newBoard(text) {
    if (this.run.engine.busy) this.run.end();
    const board = this.#board.then(() => this.#start(text()));
    this.#board = board;
    return board;
  }

  /**
   * The old run stays, greyed, where the text is wrong.
   * @param {string} text
   * @returns {Promise<string | null>} what is wrong with the text
   */
  async #start(text) {
    const { run, script } = this;
    try {
      await run.start(text === script.published ? null : text);
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== "input") return this.#fail(error);
      this.#halt();
      this.#grey({ refused: true });
      this.shown.log.say(`Stopped: this text does not run (${error.message}).`);
      return error.message;
    }
    script.runs(text);
    this.hands.reset();
    this.#fail(null);
    if (this.#halted) this.setPlaying(true);
    this.#nameFiles();
    return null;
  }

  #halt() {
    this.#halted ||= this.time.playing;
    this.time.set(false);
  }

  /**
   * @param {() => Promise<void>} asked of the run
   * @returns {Promise<string | null>} what was wrong with what the reader gave
   */
  async #guarded(asked) {
    try {
      await asked();
      return null;
    } catch (error) {
      if (error instanceof EngineError && error.kind === "input") return error.message;
      return this.#fail(error);
    }
  }

  /**
   * Tells what broke the run and greys what it had shown; null: all is well.
   * @param {unknown} error
   */
  #fail(error) {
    if (error) this.#halt();
    this.time.disable(!!error);
    this.hands.disable(!!error);
    this.#grey({ broken: !!error, refused: false });
    this.wrong.textContent = error ? /** @type {Error} */ (error).message : "";
    return null;
  }

  /** @param {boolean} busy whether the script has not ended its period for a while */
  #busy(busy) {
    this.#grey({ busy });
    const { run, shown } = this;
    if (busy) shown.log.say(`${clock(run.now)} Still waiting for the script, which may loop for ever; Reset ends it.`);
    else shown.dirty = true;
  }

  /** @param {Partial<{refused: boolean, broken: boolean, busy: boolean}>} why */
  #grey(why) {
    Object.assign(this.#old, why);
    this.shown.grey(Object.values(this.#old).includes(true));
  }

  /** The line that says what ran. */
  async #nameFiles() {
    const { running, published } = this.script;
    // Asked at once: before the next slice, which a script may never end.
    const asked = Promise.all([this.run.engine.files(), sha256(running)]);
    await this.#guarded(async () => {
      const [files, hash] = await asked;
      const file = { path: SCRIPT, text: running, sha256: hash, edited: running !== published };
      this.ran.replaceChildren(ranLine([file, ...files.filter(other => other.path !== SCRIPT)], SCRIPT, BASE));
    });
  }
}
