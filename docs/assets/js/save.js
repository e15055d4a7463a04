// @ts-check
// Saves a text as a file.

/**
 * @param {string} name
 * @param {string} type
 * @param {string} text
 * @returns {string} what was done, in words
 */
export function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return `Saved as ${name}.`;
}
