// @ts-check
// The worker of engine.js: loads MicroPython and a bundle of files, and calls functions of these with JSON.

import { sha256 } from "./sha256.js";

const FOLDER = new URL("../engine/", import.meta.url);
const HEAP_BYTES = 16 * 1024 * 1024;
const STACK_BYTES = 64 * 1024;
// The engine would collect what is no longer used after every 16 KiB, and within the call, which doubles the time of
// an answer. Here it waits for a pause, or for so much of it.
const COLLECTED_BYTES = 8 * 1024 * 1024;
const PAUSE_MS = 50;

/** @type {Record<string, string>} */
let texts = {};

const ready = load();
ready.catch(error => postMessage({ unavailable: error.message }));

async function load() {
  postMessage({ progress: 0.1, what: "loading MicroPython" });
  const bundled = fetched(`${self.name}.json`).then(response => response.json());
  // It may fail while MicroPython is still on its way; it is awaited below, and told then.
  bundled.catch(() => {});
  const { loadMicroPython } = await import(new URL("micropython.mjs", FOLDER).href);
  const python = await loadMicroPython({ heapsize: HEAP_BYTES, pystack: STACK_BYTES });
  postMessage({ progress: 0.6, what: "loading the project's files" });
  const { library, files } = await bundled;
  for (const [path, text] of Object.entries(library)) write(python.FS, `/lib/${path}`, text);
  for (const [path, text] of Object.entries(files)) write(python.FS, `/page/${path}`, text);
  texts = files;
  postMessage({ progress: 0.9, what: "starting" });
  python.runPython(`import gc, sys\ngc.threshold(${COLLECTED_BYTES})\nsys.path.insert(0, '/lib')\nsys.path.append('/page')`);
  const calls = python.pyimport("page_call");
  postMessage({ loaded: true });
  return calls;
}

/** @param {string} name */
async function fetched(name) {
  const response = await fetch(new URL(name, FOLDER));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}

/**
 * @param {any} fs the file system of the engine
 * @param {string} path
 * @param {string} text
 */
function write(fs, path, text) {
  const folders = path.split("/").slice(1, -1);
  folders.forEach((_, depth) => {
    const folder = `/${folders.slice(0, depth + 1).join("/")}`;
    if (!fs.analyzePath(folder).exists) fs.mkdir(folder);
  });
  fs.writeFile(path, text);
}

let pause = 0;

self.onmessage = async ({ data }) => {
  const python = await ready.catch(() => null);
  if (!python) return;
  clearTimeout(pause);
  postMessage({ number: data.number, answer: data.call === undefined ? await ranFiles(python) : called(python, data.call) });
  pause = setTimeout(() => python.collect(), PAUSE_MS);
};

/**
 * @param {any} python the module of calls
 * @param {string} call
 */
function called(python, call) {
  try {
    return python.call(call);
  } catch (error) {
    // Out of memory, say: whatever it is, the page must not wait for ever.
    return JSON.stringify({ error: { kind: "broken", message: String(error) } });
  }
}

/** @param {any} python the module of calls */
async function ranFiles(python) {
  /** @type {string[]} */
  const paths = JSON.parse(python.ran());
  return Promise.all(paths.map(async path => ({ path, text: texts[path], sha256: await sha256(texts[path]) })));
}
