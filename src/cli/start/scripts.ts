/**
 * Loads the scripts of the command line. They are compiled when headgate is built: V8's code for each lies in a folder of its own, and is
 * taken where it was made for these very texts by this very V8. Where not, V8 compiles, as it does for every other program.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { withoutFlags } from './v8-flags.ts';

/** What a part exports, by name. */
type Exports = Readonly<Record<string, unknown>>;

/** A script is an object of these, by the names of the parts that it holds. */
type Part = (
  load: (part: string) => Exports,
  require: Place['require'],
  importLater: Place['importLater'],
  file: string,
) => Exports;

interface Place {
  /** Of the scripts. */
  readonly folder: string;
  /** Of V8's code for them; undefined where none is to be taken. */
  readonly cache: string | undefined;
  /** Of each part that does not have the name of its script. */
  readonly scriptOf: Readonly<Record<string, string>>;
  /** For modules of node. */
  readonly require: (id: string) => unknown;
  /** For what is not in the bundle, and is found from where the bundle lies. */
  readonly importLater: (id: string) => Promise<unknown>;
}

/** Answers what gives the exports of a part, which is executed when it is first asked for. */
export function createScripts({ folder, cache, scriptOf, require, importLater }: Place): (part: string) => Exports {
  const scripts = new Map<string, Readonly<Record<string, Part>>>();
  const loaded = new Map<string, Exports>();
  const open = (name: string): Readonly<Record<string, Part>> => {
    const known = scripts.get(name);
    if (known) return known;
    const parts = withoutFlags(() => partsOf(name, `${folder}/${name}.cjs`, cache && `${cache}/${name}.bin`));
    scripts.set(name, parts);
    return parts;
  };
  const load = (part: string): Exports => {
    const known = loaded.get(part);
    if (known) return known;
    const name = scriptOf[part] ?? part;
    const exports = (open(name)[part] as Part)(load, require, importLater, `${folder}/${name}.cjs`);
    loaded.set(part, exports);
    return exports;
  };
  return load;
}

function partsOf(name: string, file: string, cache: string | undefined): Readonly<Record<string, Part>> {
  const descriptor = openSync(file, 'r');
  try {
    // The build sees to it that they are ASCII, which is read fastest this way.
    const text = readFileSync(descriptor, 'latin1');
    const cachedData = cache === undefined ? undefined : codeIn(cache, fstatSync(descriptor));
    const script = new Script(text, {
      // Its name in a stack. V8 keeps that which it had at the build, so it is one that is right everywhere.
      filename: `headgate/scripts/${name}.cjs`,
      // What V8 refuses costs nothing but the look at it.
      ...(cachedData ? { cachedData } : {}),
    });
    return script.runInThisContext();
  } finally {
    closeSync(descriptor);
  }
}

interface Rights {
  readonly uid: number;
  readonly mode: number;
}

/** V8 does not ask who made the code, so it must be from whom the script is from, and writable by nobody who may not write that too. */
export const isAsTrusted = (cache: Rights, script: Rights): boolean =>
  cache.uid === script.uid && (cache.mode & 0o022 & ~script.mode) === 0;

function codeIn(file: string, script: Rights): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    return isAsTrusted(fstatSync(descriptor), script) ? codeOf(readFileSync(descriptor)) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * V8 does not look whether code has been damaged, and crashes. It is written twice, so that it can be held against itself: that takes a
 * tenth of a millisecond, and loading what works out a digest takes three.
 */
function codeOf(bytes: Buffer): Buffer | undefined {
  const half = bytes.length / 2;
  const isWhole = Number.isInteger(half) && bytes.compare(bytes, half, bytes.length, 0, half) === 0;
  return isWhole ? bytes.subarray(0, half) : undefined;
}
