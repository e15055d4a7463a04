// @ts-check

/**
 * SHA-256 of a text, in hexadecimal digits.
 * @param {string} text
 */
export async function sha256(text) {
  // Pages that came over plain HTTP from another machine have no hashing.
  if (!globalThis.crypto?.subtle) return "not computed: this page has no secure connection";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, "0")).join("");
}
