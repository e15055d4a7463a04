// @ts-check
// The text of the script, to edit and run again.

import { element } from "./dom.js";
import { withConstants } from "./fan-address.js";

export class FanScript {
  published = "";
  /** The text that runs. */
  running = "";

  /** @param {(text: string) => Promise<string | null>} run gives what is wrong with the text, or null */
  constructor(run) {
    this.run = run;
    this.area = element("textarea", {
      id: "lm-fan-text", rows: 18, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", "aria-describedby": "lm-fan-text-wrong",
    });
    this.area.addEventListener("input", () => this.#compare());
    this.wrong = element("p", { class: "lm-wrong", id: "lm-fan-text-wrong", role: "alert" });
    this.other = element("p", { class: "lm-hint", role: "status" });
    this.element = element(
      "details",
      { class: "lm-fan-fold" },
      element("summary", {}, "Edit the script and run it again"),
      element("label", { for: "lm-fan-text" }, "The script; its constants stand on top. What you change stays in this page. "),
      this.area,
      this.wrong,
      this.other,
      element(
        "div",
        { class: "lm-fan-row" },
        element("button", { type: "button", click: () => this.try(this.area.value) }, "Run this text"),
        element("button", { type: "button", click: () => this.try(this.published) }, "Back to the published text"),
      ),
    );
  }

  /** @param {string} text */
  fill(text) {
    this.published = this.area.value = text;
    this.runs(text);
  }

  /** Notes which text runs. @param {string} text */
  runs(text) {
    this.running = text;
    this.#compare();
  }

  /** Says where the field holds another text than the one that runs. */
  #compare() {
    const { area, running, published, wrong } = this;
    if (area.value === running && wrong.textContent) this.#tell(null);
    const which = running === published ? "the published text" : "the text that was run last";
    const words = area.value === running ? "" : `What runs is ${which}; this one does not run yet.`;
    if (this.other.textContent !== words) this.other.textContent = words;
  }

  /**
   * Gives constants other values, in the text that runs and in the field; all else of both stays.
   * @param {Record<string, string>} constants
   */
  async change(constants) {
    const text = withConstants(this.running, constants), shown = withConstants(this.area.value, constants);
    if (text !== this.running) return await this.try(text, shown);
    if (shown !== this.area.value) this.area.value = shown;
    this.#compare();
  }

  /**
   * Runs a text, and tells what is wrong with it.
   * @param {string} text
   * @param {string} [shown] in the field, where that is another
   */
  async try(text, shown = text) {
    this.area.value = shown;
    const problem = await this.run(text);
    this.#compare();
    this.#tell(problem);
    if (!problem) return;
    this.element.open = true;
    this.#show(Number(/^line (\d+):/.exec(problem)?.[1] ?? 0));
  }

  /** @param {string | null} problem */
  #tell(problem) {
    this.wrong.textContent = problem ?? "";
    if (problem) this.area.setAttribute("aria-invalid", "true");
    else this.area.removeAttribute("aria-invalid");
  }

  /**
   * Selects a line that is wrong, and scrolls to it.
   * @param {number} number
   */
  #show(number) {
    if (!number) return;
    const lines = this.area.value.split("\n");
    const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    this.area.focus();
    this.area.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
    this.area.scrollTop = (this.area.scrollHeight / lines.length) * Math.max(0, number - 6);
  }
}
