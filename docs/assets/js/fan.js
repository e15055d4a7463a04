// @ts-check
// <lm-fan>: runs the fan script in the page, on the simulated board of firmware/simulation.

import { element } from "./dom.js";
import { inSentence } from "./engine.js";
import { FanConsole } from "./fan-console.js";
import { FanRun } from "./fan-run.js";
import { FanShown } from "./fan-shown.js";

const LONGEST_FRAME_MS = 250; // a page that was out of sight does not catch up

class Fan extends HTMLElement {
  #clock = 0;
  #frame = 0;

  connectedCallback() {
    if (this.open) return;
    this.open = element("button", { type: "button", class: "lm-fan-open", click: () => this.#load() }, "Run the script in this page");
    this.told = element("p", { class: "lm-fan-status", role: "status" });
    this.replaceChildren(element("div", { class: "lm-fan-row" }, this.open), this.told);
  }

  disconnectedCallback() {
    if (this.console) removeEventListener("popstate", this.console.link.follow);
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
      run.engine.onprogress = (share, what) => {
        bar.value = share;
        told.textContent = `${what} …`;
      };
      await run.start(null);
      this.#build(run, await run.script());
    } catch (error) {
      bar.remove();
      open.disabled = false;
      // A button that is disabled loses the focus, which nothing else has taken since.
      if (document.activeElement === document.body) open.focus();
      told.textContent = `${inSentence(error)} The run above, made with this page, stays.`;
    }
  }

  /**
   * @param {FanRun} run
   * @param {string} text of the published script
   */
  #build(run, text) {
    const shown = (this.shown = new FanShown());
    const { time, link, wrong, hands, script, ran } = (this.console = new FanConsole(run, shown, text));
    this.replaceChildren(
      time.element,
      shown.log.status,
      link.element,
      wrong,
      shown.element,
      hands.element,
      shown.log.element,
      script.element,
      ran,
    );
    this.console.setPlaying(true);
    time.play.focus();
    link.follow();
    addEventListener("popstate", link.follow);
    this.#clock = performance.now();
    this.#frame = requestAnimationFrame(now => this.#tick(now));
  }

  /** @param {number} now */
  #tick(now) {
    const { console, shown, run } = this;
    if (!console || !shown || !run) return;
    console.follow(Math.min(Math.max(0, now - this.#clock), LONGEST_FRAME_MS));
    this.#clock = now;
    shown.draw(now, run, console.hands.hands);
    this.#frame = requestAnimationFrame(later => this.#tick(later));
  }
}

if (!customElements.get("lm-fan")) customElements.define("lm-fan", Fan);
