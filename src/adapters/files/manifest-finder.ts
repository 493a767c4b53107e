/** Searches a folder for files that may be manifests. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '../../base/order.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';

export interface FinderOptions {
  /** Of a path below the folder, with `/`; folders are asked without a slash at the end. */
  readonly excluded?: (path: string) => boolean;
  /** Told each folder and file before it is read. */
  readonly looked?: (path: string) => void;
  /** Given what was read of each manifest, so that nobody has to read it again, and whether the path is the file itself or may be a link. */
  readonly onRead?: (path: string, bytes: Uint8Array, isItself: boolean) => void;
}

export interface FoundFiles {
  /** Paths below the folder, with `/`, in byte order. */
  readonly manifests: readonly string[];
  /** Without that word: files that are called `scenario.*`, and those that may be manifests by other words. In byte order. */
  readonly further: readonly string[];
  /** What is excluded: folders, with `/` at the end, and files called `scenario.*`. In byte order. */
  readonly excluded: readonly string[];
  /** Folders that hold a `bundle.json`; nothing inside them is looked at. */
  readonly bundles: readonly string[];
  /** What could not be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

const ENDING = /\.(?:ya?ml|json5?)$/;
const NEEDLE = Buffer.from('manifest_version');
const SCENARIO = /(?:^|\/)scenario\.(?:ya?ml|json5?)$/;
/** By convention the root of a scenario, whatever is in it. */
export const isScenarioFile = (path: string): boolean => SCENARIO.test(path);

/** Keys of manifests, as far as they can be told without a parser. */
const KEYS =
  /(?:^|[{,])[ \t]*["']?(manifest[\w-]*|program|components|slots|provides|bindings|exports|use|policies|overlays|child_templates|config_schema|environments|resources|experimental_features)["']?[ \t]*:/gm;

/** Two different keys: enough to have it read properly. O(length). */
function mayBeManifest(text: string): boolean {
  let first: string | undefined;
  for (const [, key] of text.matchAll(KEYS)) {
    first ??= key;
    if (key !== first) return true;
  }
  return false;
}

/** Folders that are read at the same time, and files one after the other. */
const WIDTH = 32;

/**
 * Every YAML, JSON5 and JSON file with the word that a manifest cannot do without, or that may be one which lacks it. Skips dot folders and `node_modules`, and
 * follows links to files, not to folders, so it ends. O(files below).
 */
export async function findManifestFiles(folder: string, options: FinderOptions = {}): Promise<FoundFiles> {
  const manifests: string[] = [];
  const further: string[] = [];
  const leftOut: string[] = [];
  const bundles: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  /** Called `scenario.*`. */
  const links = new Set<string>();
  const notFiles = new Set<string>();
  const excluded = options.excluded ?? ((): boolean => false);
  const failed = (path: string, error: unknown): void => {
    const { code, message } = error as NodeJS.ErrnoException;
    // Gone meanwhile, or a link to nothing: a scenario that somebody laid there is missed.
    if (code === 'ENOENT' && !links.has(path)) return;
    if (code === 'ENOENT') unreadable.push({ path, reason: 'it is a link to something that is not there' });
    else unreadable.push({ path, reason: reasons.get(code ?? '') ?? `${code ?? message}` });
  };
  const waiting: string[] = [''];
  const candidates: string[] = [];
  const look = async (path: string): Promise<void> => {
    options.looked?.(path);
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    if (entries.some((entry) => entry.name === 'bundle.json')) {
      bundles.push(path);
      return;
    }
    for (const entry of entries) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
        if (excluded(inside)) leftOut.push(`${inside}/`);
        else waiting.push(inside);
      } else if (ENDING.test(entry.name) && (entry.isFile() || entry.isSymbolicLink() || isScenarioFile(inside))) {
        if (excluded(inside)) {
          if (isScenarioFile(inside)) leftOut.push(inside);
          continue;
        }
        candidates.push(inside);
        if (!entry.isFile()) notFiles.add(inside);
        if (entry.isSymbolicLink() && isScenarioFile(inside)) links.add(inside);
      }
    }
  };
  while (waiting.length > 0) {
    const batch = waiting.splice(0, WIDTH);
    await Promise.all(
      batch.map((path) => look(path).catch((error: unknown) => failed(path === '' ? '.' : path, error))),
    );
  }
  for (const [count, path] of candidates.entries()) {
    // A signal is heard in between.
    if (count % WIDTH === WIDTH - 1) await new Promise((done) => setImmediate(done));
    options.looked?.(path);
    let found: Found;
    try {
      found = readFound(`${folder}/${path}`, notFiles.has(path));
    } catch (error) {
      failed(path, error);
      continue;
    }
    const { bytes, isItself } = found;
    if (bytes === 'too large') {
      // As a manifest it is refused, with the limit.
      if (isScenarioFile(path)) manifests.push(path);
    } else if (typeof bytes === 'string') {
      if (isScenarioFile(path)) unreadable.push({ path, reason: bytes });
    } else {
      if (bytes.includes(NEEDLE)) manifests.push(path);
      else if (isScenarioFile(path) || mayBeManifest(bytes.toString('latin1'))) further.push(path);
      else continue;
      options.onRead?.(path, bytes, isItself);
    }
  }
  const inOrder = (paths: string[]): readonly string[] => paths.sort(compareText);
  return {
    manifests: inOrder(manifests),
    further: inOrder(further),
    excluded: inOrder(leftOut),
    bundles: inOrder(bundles),
    unreadable,
  };
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ELOOP', 'its symbolic links go round in a circle'],
  ['ENAMETOOLONG', 'its path is too long for this system'],
  ['EIO', 'the disk cannot read it'],
]);

interface Found {
  /** Or why they are not read. */
  readonly bytes: Buffer | string;
  /** The path led to no link, so that the file lies in its folder. */
  readonly isItself: boolean;
}

const NOFOLLOW: number | undefined = constants.O_NOFOLLOW;

/** What was a file when its folder was read, may have become a link since. */
function readFound(path: string, mayBeLink: boolean): Found {
  if (mayBeLink || NOFOLLOW === undefined) return { bytes: readThrough(path, 0), isItself: false };
  try {
    return { bytes: readThrough(path, NOFOLLOW), isItself: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
    return { bytes: readThrough(path, 0), isItself: false };
  }
}

/**
 * The bytes, or why they are not read. In one go, as in `createFsLoader`: to hand each call to a thread takes ten times as long as the calls.
 */
function readThrough(path: string, flags: number): Buffer | string {
  // A pipe without a writer, or a device, would be waited for.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return stat.isDirectory() ? 'it is a folder' : 'it is not an ordinary file';
    return stat.size > maxManifestBytes ? 'too large' : readWhole(fd, stat.size);
  } finally {
    closeSync(fd);
  }
}

/** One call where the file is as long as it said; else node reads it to its end. */
function readWhole(fd: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size + 1);
  const length = readSync(fd, buffer, 0, size + 1, null);
  return length === size ? buffer.subarray(0, size) : Buffer.concat([buffer.subarray(0, length), readFileSync(fd)]);
}
