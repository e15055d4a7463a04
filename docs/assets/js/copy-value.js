// @ts-check
// The button beside a figure's exact value copies it. Without this script the button is not shown.
document.addEventListener("click", async event => {
  const button = event.target instanceof Element && event.target.closest("button.lm-copy");
  if (!(button instanceof HTMLElement)) return;
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    button.textContent = "copied";
  } catch {
    button.textContent = "not allowed here";
  }
  button.setAttribute("aria-live", "polite");
  setTimeout(() => { button.textContent = before; }, 1500);
});
