/**
 * Fewer and larger chunks. esbuild makes one for each set of entries that share code, dynamic imports counted as entries, and a script that is
 * opened costs a quarter of a millisecond whatever is in it. So entries are told what is loaded before them anyway, which makes those sets
 * equal, and what many commands share is told to a few more.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';

/** Bytes of code that a command may share with others without taking all of theirs. */
const little = 32 * 1024;

/** What node has loaded when a program begins. Every other module of its own takes a millisecond or more. */
const atHand = /^(?:node:)?(?:fs|fs\/promises|module|path|process|url)$/;

/** An esbuild plugin for a build of one entry point, `main`, with `splitting`. `start` is the command whose start counts. */
export async function fewerChunks(options, main, start) {
  const graph = await graphOf(options);
  for (const [entry, files] of sharedMore(graph, start, main))
    for (const file of files) graph.closures.get(entry).add(file);
  const files = new Map();
  for (const [entry, before] of loadedBefore(graph, main)) {
    const all = entry === main ? [] : [...graph.closures.get(entry), ...before];
    files.set(resolve(entry), all.filter(graph.isModule));
  }
  return {
    name: 'fewer-chunks',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
        const more = files.get(path) ?? [];
        if (more.length === 0) return undefined;
        const imports = [...new Set(more)].sort().map((file) => `import ${JSON.stringify(resolve(file))};`);
        return { contents: `${await readFile(path, 'utf8')}\n${imports.join('\n')}\n`, loader: 'ts' };
      });
    },
  };
}

/** What imports what, which of it only when it is needed, and what each file adds to a bundle. */
async function graphOf(options) {
  const { metafile } = await build({ ...options, metafile: true, write: false });
  const all = Object.keys(metafile.inputs);
  const importsOf = (file, wanted) =>
    metafile.inputs[file].imports
      .filter(({ external, kind }) => !external && (kind === 'dynamic-import') === wanted)
      .map(({ path }) => path);
  const direct = new Map(all.map((file) => [file, importsOf(file, false)]));
  const importers = new Map();
  for (const file of all)
    for (const entry of importsOf(file, true)) importers.set(entry, [...(importers.get(entry) ?? []), file]);
  const bytes = new Map();
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs))
      bytes.set(file, (bytes.get(file) ?? 0) + bytesInOutput);
  const builtinsOf = (file) =>
    metafile.inputs[file].imports.flatMap(({ external, path }) => (external && !atHand.test(path) ? path : []));
  const builtins = new Map(all.map((file) => [file, builtinsOf(file)]));
  const closureOf = (entry) => {
    const found = new Set([entry]);
    for (const file of found) for (const next of direct.get(file)) found.add(next);
    return found;
  };
  const closures = new Map([...options.entryPoints, ...importers.keys()].map((entry) => [entry, closureOf(entry)]));
  // Packages stay out: to import one is to run it. An entry that is imported is no longer a file of its own.
  const isModule = (file) => file.startsWith('src/') && !closures.has(file);
  return { all, importers, bytes, builtins, closures, closureOf, isModule };
}

/** For each entry, what every way to it has loaded. */
function loadedBefore({ all, importers, closures }, main) {
  const before = new Map([...closures.keys()].map((entry) => [entry, new Set(entry === main ? [] : all)]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [entry, files] of importers) {
      const ways = files.flatMap((file) =>
        [...closures].filter(([, closure]) => closure.has(file)).map(([way]) => way),
      );
      const known = before.get(entry);
      for (const file of known) {
        if (ways.every((way) => closures.get(way).has(file) || before.get(way).has(file))) continue;
        known.delete(file);
        changed = true;
      }
    }
  }
  return before;
}

/**
 * For each entry, what it does not need, and takes so that `start` opens fewer files: those that need most of it take all of it, and
 * the other commands take the same little.
 */
function sharedMore({ importers, bytes, builtins, closures, closureOf }, start, main) {
  const known = closures.get(main);
  const own = new Set([...closures.get(start)].filter((file) => !known.has(file)));
  const ofOwn = (entry) => [...closures.get(entry)].filter((file) => own.has(file));
  const size = (files) => [...files].reduce((sum, file) => sum + (bytes.get(file) ?? 0), 0);
  const entries = [...importers.keys()];
  const most = entries.filter((entry) => size(ofOwn(entry)) > 0.8 * size(own));
  const isCommand = (entry) => importers.get(entry).every((file) => known.has(file));
  const others = entries.filter((entry) => isCommand(entry) && !most.includes(entry));
  const isLight = (file) => [...closureOf(file)].every((one) => builtins.get(one).length === 0);
  const common = others
    .map((entry) => ofOwn(entry))
    .filter((files) => size(files) < little)
    .flatMap((files) => files.filter(isLight));
  return new Map([...most.map((entry) => [entry, own]), ...others.map((entry) => [entry, common])]);
}
