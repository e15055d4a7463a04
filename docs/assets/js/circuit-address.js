// @ts-check
// A circuit's text in the page's address: `?circuit=R_10k…` as it is, or `?circuit-z=…` compressed where that is
// shorter; `circuit-open=1` where open ends are legal.

/** @typedef {{text: string, fragment: boolean}} Typed */

const PLAIN = "circuit";
const PACKED = "circuit-z";
const OPEN = "circuit-open";

/**
 * The circuit that an address holds, or null where it holds none.
 * @param {string} query
 * @param {number} limit the most characters that a text may have; more are not unpacked
 * @returns {Promise<Typed | null>} fails where what stands there cannot be read
 */
export async function fromAddress(query, limit) {
  const given = new URLSearchParams(query);
  const fragment = given.get(OPEN) === "1";
  const packed = given.get(PACKED);
  if (packed !== null) return { text: await unpacked(packed, limit), fragment };
  const text = given.get(PLAIN);
  return text === null ? null : { text: text.replaceAll("\r\n", "\n"), fragment };
}

/**
 * The query of an address that holds a circuit, whatever else it holds kept.
 * @param {Typed | null} typed null for an address without one
 * @param {string} query
 */
export async function toAddress(typed, query) {
  const given = new URLSearchParams(query);
  for (const name of [PLAIN, PACKED, OPEN]) given.delete(name);
  if (typed) {
    const plain = new URLSearchParams({ [PLAIN]: typed.text }).toString();
    const short = await packed(typed.text);
    if (short !== null && PACKED.length + 1 + short.length < plain.length) given.set(PACKED, short);
    else given.set(PLAIN, typed.text);
    if (typed.fragment) given.set(OPEN, "1");
  }
  return given.size ? `?${given}` : "";
}

/**
 * @param {string} text
 * @returns {Promise<string | null>} null where the browser does not compress
 */
async function packed(text) {
  if (typeof CompressionStream !== "function") return null;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  // As arguments of one call, more bytes than a stack holds would be too many.
  const letters = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * @param {string} letters
 * @param {number} limit
 */
async function unpacked(letters, limit) {
  if (typeof DecompressionStream !== "function") throw new Error("This browser cannot unpack the circuit of this link.");
  try {
    const bytes = Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), letter => letter.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    // A few letters can unpack to gigabytes: one character too many is enough to be refused.
    while (text.length <= limit) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
    return text.slice(0, limit + 1);
  } catch {
    throw new Error("The circuit in this link is damaged: it cannot be unpacked.");
  }
}
