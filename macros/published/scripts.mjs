// Which of the scripts given as JSON, { name: text }, no browser could run: writes a list of [name, line or null,
// column or null, what]. Run with --experimental-vm-modules, whose modules are parsed and linked, never run.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { SourceTextModule } from "node:vm";

const texts = JSON.parse(readFileSync(0, "utf8"));
const found = [], modules = new Map(), sound = new Map();
for (const [name, text] of Object.entries(texts)) {
  try {
    modules.set(name, new SourceTextModule(text, { identifier: name }));
  } catch (error) {
    found.push([name, ...placeOfSyntax(text), error.message]);
  }
}
for (const name of modules.keys()) await isSound(name);
process.stdout.write(JSON.stringify(found));

/** Whether a script and all that it imports can be run; those that it imports are looked at before it. */
async function isSound(name) {
  if (sound.has(name)) return sound.get(name);
  sound.set(name, modules.has(name)); // of a circle of scripts the first is not asked again
  const module = modules.get(name);
  if (!module) return false;
  const target = (specifier, from = name) => posix.join(posix.dirname(from), specifier);
  let is = true;
  for (const specifier of module.dependencySpecifiers ?? module.moduleRequests.map((one) => one.specifier)) {
    if (!(target(specifier) in texts)) {
      const told = /^[a-z]+:|^\/\//.test(specifier)
        ? "the page's policy allows no script of another host; keep it beside this one"
        : `there is no ${target(specifier)} to import`;
      found.push([name, ...placeOfImport(texts[name], specifier), told]);
      is = false;
    } else if (!(await isSound(target(specifier)))) is = false;
  }
  try {
    if (is && module.status === "unlinked") await module.link((one, { identifier }) => modules.get(target(one, identifier)));
  } catch (error) {
    const [, specifier] = /module '([^']+)'/.exec(error.message) ?? [];
    found.push([name, ...placeOfImport(texts[name], specifier), error.message]);
    is = false;
  }
  sound.set(name, is);
  return is;
}

/** [line, column] of what cannot be parsed; only what Node prints when it ends by it has them. */
function placeOfSyntax(text) {
  const told = spawnSync(process.execPath, ["--input-type=module", "--check"], { input: text }).stderr.toString();
  const [, line, before] = /^\S*:(\d+)\n.*\n( *)\^/m.exec(told) ?? [];
  return line ? [Number(line), before.length + 1] : [null, null];
}

/** [line, column] at which a script names another. */
function placeOfImport(text, specifier) {
  const lines = text.split("\n");
  const columns = lines.map((line) => Math.max(line.indexOf(`"${specifier}"`), line.indexOf(`'${specifier}'`)));
  const at = columns.findIndex((column) => column >= 0);
  return at < 0 ? [null, null] : [at + 1, columns[at] + 1];
}
