// @ts-check
// A circuit's text in the page's address: `?circuit=R_10k…` as it is, or `?circuit-z=…` compressed where that is
// shorter; `circuit-open=1` where open ends are legal; `circuit-alarm-pin=6` for a setting that is not the script's own.

/** @typedef {Record<string, string>} Settings the script's, by name */
/** @typedef {{text: string, fragment: boolean, settings: Settings}} Typed */
/** @typedef {{name: string, about: string, own: string, choices: [string, string][]}} Field see circuit_settings.py */

const PLAIN = "circuit";
const PACKED = "circuit-z";
const OPEN = "circuit-open";

/**
 * The circuit that an address holds, or null where it holds none.
 * @param {string} query
 * @param {number} limit the most characters that a text may have; more are not unpacked
 * @param {Field[]} fields
 * @returns {Promise<Typed | null>} fails where what stands there cannot be read
 */
export async function fromAddress(query, limit, fields) {
  const given = new URLSearchParams(query);
  const packed = given.get(PACKED);
  const plain = given.get(PLAIN);
  if (packed === null && plain === null) return null;
  const settings = settingsIn(given, fields);
  const text = packed === null ? (plain ?? "").replaceAll("\r\n", "\n") : await unpacked(packed, limit);
  return { text, fragment: given.get(OPEN) === "1", settings };
}

/**
 * @param {URLSearchParams} given
 * @param {Field[]} fields
 */
function settingsIn(given, fields) {
  const settings = ownSettings(fields);
  for (const { name, choices } of fields) {
    const value = given.get(parameter(name));
    if (value === null) continue;
    if (!choices.some(([known]) => known === value)) {
      const known = choices.map(([one, words]) => one || words).join(", ");
      throw new Error(`This link has ${name} = ${value.slice(0, 20)}, and here it is one of ${known}.`);
    }
    settings[name] = value;
  }
  return settings;
}

/** @param {string} name of a setting */
function parameter(name) {
  return `circuit-${name.toLowerCase().replaceAll("_", "-")}`;
}

/**
 * The settings as the script has them.
 * @param {Field[]} fields
 * @returns {Settings}
 */
export function ownSettings(fields) {
  return Object.fromEntries(fields.map(({ name, own }) => [name, own]));
}

/**
 * Whether two are the same, with the same settings.
 * @param {Typed} one
 * @param {Typed} other
 */
export function same(one, other) {
  const names = Object.keys({ ...one.settings, ...other.settings });
  return one.text === other.text && one.fragment === other.fragment
    && names.every(name => one.settings[name] === other.settings[name]);
}

/**
 * The query of an address that holds a circuit, whatever else it holds kept.
 * @param {Typed | null} typed null for an address without one
 * @param {string} query
 * @param {Field[]} fields
 */
export async function toAddress(typed, query, fields) {
  const given = new URLSearchParams(query);
  for (const name of [PLAIN, PACKED, OPEN, ...fields.map(field => parameter(field.name))]) given.delete(name);
  if (typed) {
    const plain = new URLSearchParams({ [PLAIN]: typed.text }).toString();
    const short = await packed(typed.text);
    if (short !== null && PACKED.length + 1 + short.length < plain.length) given.set(PACKED, short);
    else given.set(PLAIN, typed.text);
    if (typed.fragment) given.set(OPEN, "1");
    for (const { name, own } of fields) if (typed.settings[name] !== own) given.set(parameter(name), typed.settings[name] ?? "");
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
