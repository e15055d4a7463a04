// @ts-check
// <lm-fan>: runs the fan script in the page, on the simulated board of firmware/simulation.

import { EngineError } from "./engine.js";
import { FanChart } from "./fan-chart.js";
import { FanHands } from "./fan-hands.js";
import { FanLink } from "./fan-link.js";
import { FanLog } from "./fan-log.js";
import { FanPicture } from "./fan-picture.js";
import { FanRun } from "./fan-run.js";
import { FanScript } from "./fan-script.js";
import { FanTime } from "./fan-time.js";
import { element } from "./dom.js";
import { ranLine } from "./ran-line.js";
import { sha256 } from "./sha256.js";

const SCRIPT = "firmware/thermistor_fan.py";
const BASE = new URL("../../", import.meta.url).href;
const DRAW_MS = 150;
const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");

class Fan extends HTMLElement {
  #drawn = 0;
  #dirty = false;
  /** What is left to be drawn of what was seen last. @type {(() => void)[]} */
  #undrawn = [];
  #clock = 0;
  #frame = 0;
  /** Whether a text that does not run has stopped what ran. */
  #stopped = false;
  /** @type {string | null} the edited text that runs; null: the published one */
  #edited = null;

  connectedCallback() {
    if (this.open) return;
    this.fallback = [...this.childNodes];
    this.open = element("button", { type: "button", class: "lm-fan-open", click: () => this.#load() }, "Run the script in this page");
    this.told = element("p", { class: "lm-fan-status", role: "status" });
    this.replaceChildren(element("div", { class: "lm-fan-row" }, this.open), this.told);
  }

  disconnectedCallback() {
    if (this.link) removeEventListener("popstate", this.link.follow);
    cancelAnimationFrame(this.#frame);
    this.run?.close();
  }

  /** Loads the engine, which takes the first use to do. */
  async #load() {
    const open = /** @type {HTMLButtonElement} */ (this.open), told = /** @type {HTMLElement} */ (this.told);
    open.disabled = true;
    const bar = element("progress", { max: 1, value: 0, "aria-label": "Loading" });
    open.after(bar);
    try {
      const run = (this.run = new FanRun());
      run.onseen = () => (this.#dirty = true);
      run.engine.onprogress = (share, what) => {
        bar.value = share;
        told.textContent = `${what} …`;
      };
      await run.start(null);
      this.#build(await run.script());
    } catch (error) {
      bar.remove();
      open.disabled = false;
      told.textContent = `${/** @type {Error} */ (error).message} The run above, made with this page, stays.`;
      told.after(...(this.fallback ?? []));
    }
  }

  /** @param {string} text of the published script */
  #build(text) {
    this.picture = new FanPicture();
    this.chart = new FanChart();
    this.log = new FanLog();
    this.hands = new FanHands(async (what, value, told) => {
      const wrong = await this.#guarded(run => run.touch(what, value, told));
      if (wrong === null && (what === "room" || what === "load")) this.link?.tell();
      return wrong;
    });
    this.script = new FanScript(async text => {
      const wrong = await this.#restart(text === this.script?.published ? null : text);
      if (wrong === null) this.link?.tell();
      return wrong;
    });
    this.script.fill(text);
    this.time = new FanTime({
      toggle: () => this.#setPlaying(!this.time?.playing),
      step: () => this.#step(),
      reset: () => this.#reset(),
      speed: speed => this.#setSpeed(speed),
    });
    this.wrong = element("p", { class: "lm-wrong", role: "alert" });
    const { script, hands, time } = this;
    this.link = new FanLink({ script, hands, time, run: /** @type {FanRun} */ (this.run), edited: () => this.#edited });
    this.ran = element("div");
    this.shown = element("div", { class: "lm-fan-shown" }, this.picture.svg, this.log.list, this.chart.element);
    this.replaceChildren(
      this.time.element,
      this.log.status,
      this.link.element,
      this.wrong,
      this.shown,
      this.hands.element,
      this.log.element,
      this.script.element,
      this.ran,
    );
    this.#setPlaying(true);
    this.time.play.focus();
    this.#nameFiles();
    this.link.follow();
    addEventListener("popstate", this.link.follow);
    this.#clock = performance.now();
    this.#frame = requestAnimationFrame(now => this.#tick(now));
  }

  /** @param {boolean} playing */
  #setPlaying(playing) {
    this.time?.set(playing);
    // What ran before a text that does not run goes on.
    if (playing) this.shown?.classList.remove("lm-stale");
    if (playing) this.#stopped = false;
  }

  /** @param {number} speed */
  #setSpeed(speed) {
    if (this.run) this.run.speed = speed;
    this.#dirty = true;
    this.link?.tell();
  }

  /** To the next whole second. */
  async #step() {
    await this.#guarded(run => run.runTo(Math.floor(run.now / 1000) * 1000 + 1000));
  }

  /** A new board in the room as it was at first, with the text that runs. */
  async #reset() {
    await this.#restart(this.#edited);
    this.link?.tell();
  }

  /**
   * A new board with the text; the old run stays, greyed, where the text is wrong.
   * @param {string | null} text
   * @returns {Promise<string | null>} what is wrong with the text
   */
  async #restart(text) {
    try {
      await this.run?.start(text);
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== "input") return this.#fail(error);
      this.#stopped ||= Boolean(this.time?.playing);
      this.#setPlaying(false);
      this.shown?.classList.add("lm-stale");
      this.log?.say(`Stopped: this text does not run (${error.message}).`);
      return error.message;
    }
    if (this.#stopped) this.#setPlaying(true);
    this.#edited = text;
    this.hands?.reset();
    this.#fail(null);
    this.#nameFiles();
    return null;
  }

  /**
   * @param {(run: FanRun) => Promise<void>} asked
   * @returns {Promise<string | null>} what was wrong with what the reader gave
   */
  async #guarded(asked) {
    try {
      await asked(/** @type {FanRun} */ (this.run));
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
    if (error) this.#setPlaying(false);
    this.time?.disable(!!error);
    this.shown?.classList.toggle("lm-stale", !!error);
    if (this.wrong) this.wrong.textContent = error ? /** @type {Error} */ (error).message : "";
    return null;
  }

  /** The line that says what ran. */
  async #nameFiles() {
    const run = /** @type {FanRun} */ (this.run), script = /** @type {FanScript} */ (this.script);
    const text = this.#edited ?? script.published;
    const file = { path: SCRIPT, text, sha256: await sha256(text), edited: this.#edited !== null };
    const others = await run.engine.files();
    this.ran?.replaceChildren(ranLine([file, ...others.filter(other => other.path !== SCRIPT)], SCRIPT, BASE));
  }

  /** @param {number} now */
  #tick(now) {
    const elapsed = Math.min(Math.max(0, now - this.#clock), 250);
    this.#clock = now;
    if (this.time?.playing) {
      this.#guarded(run => run.follow(elapsed));
      if (!lessMotion.matches) this.picture?.turn(elapsed);
    }
    if (this.#dirty && now - this.#drawn > DRAW_MS) {
      this.#dirty = false;
      this.#drawn = now;
      this.#undrawn = this.#drawings();
    }
    // One a frame, so that none takes long.
    this.#undrawn.shift()?.();
    this.#frame = requestAnimationFrame(later => this.#tick(later));
  }

  #drawings() {
    const run = /** @type {FanRun} */ (this.run);
    return [
      () => this.picture?.show(/** @type {FanHands} */ (this.hands).hands, run.samples, run.speed),
      () => this.chart?.show(run.samples, run.now, run.speed, run.row.target_mc),
      () => this.log?.show(run),
    ];
  }
}

if (!customElements.get("lm-fan")) customElements.define("lm-fan", Fan);
