// @ts-check
// The text of the script, to edit and run again.

import { element } from "./dom.js";

export class FanScript {
  published = "";

  /** @param {(text: string) => Promise<string | null>} run gives what is wrong with the text, or null */
  constructor(run) {
    this.run = run;
    this.area = element("textarea", {
      id: "lm-fan-text", rows: 18, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", "aria-describedby": "lm-fan-text-wrong",
    });
    this.wrong = element("p", { class: "lm-wrong", id: "lm-fan-text-wrong", role: "alert" });
    this.element = element(
      "details",
      { class: "lm-fan-fold" },
      element("summary", {}, "Edit the script and run it again"),
      element("label", { for: "lm-fan-text" }, "The script; its constants stand on top. What you change stays in this page. "),
      this.area,
      this.wrong,
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
  }

  /**
   * Runs a text, and tells what is wrong with it.
   * @param {string} text
   */
  async try(text) {
    this.area.value = text;
    const problem = await this.run(text);
    this.wrong.textContent = problem ?? "";
    if (!problem) return this.area.removeAttribute("aria-invalid");
    this.area.setAttribute("aria-invalid", "true");
    this.element.open = true;
    this.#show(Number(/^line (\d+):/.exec(problem)?.[1] ?? 0));
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
