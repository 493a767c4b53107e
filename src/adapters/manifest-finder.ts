/** Searches a folder for files that may be manifests. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '../base/order.ts';
import { maxManifestBytes } from '../language/syntax/limits.ts';

export interface FinderOptions {
  /** Of a path below the folder, with `/`; folders are asked without a slash at the end. */
  readonly excluded?: (path: string) => boolean;
  /** Given what was read of each manifest, so that nobody has to read it again. */
  readonly onRead?: (path: string, bytes: Uint8Array) => void;
}

export interface FoundFiles {
  /** Paths below the folder, with `/`, in byte order. */
  readonly manifests: readonly string[];
  /** Folders that hold a `bundle.json`; nothing inside them is looked at. */
  readonly bundles: readonly string[];
  /** What could not be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

const ENDING = /\.(?:ya?ml|json5?)$/;
const NEEDLE = Buffer.from('manifest_version');
/** Open files and folders at the same time. */
const WIDTH = 32;

/**
 * Every YAML, JSON5 and JSON file with the word that a manifest cannot do without. Skips dot folders and `node_modules`, and
 * follows links to files, not to folders, so it ends. O(files below).
 */
export async function findManifestFiles(folder: string, options: FinderOptions = {}): Promise<FoundFiles> {
  const manifests: string[] = [];
  const bundles: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const excluded = options.excluded ?? ((): boolean => false);
  const failed = (path: string, error: unknown): void => {
    const { code, message } = error as NodeJS.ErrnoException;
    // Gone meanwhile, or a link to nothing.
    if (code === 'ENOENT') return;
    unreadable.push({ path, reason: reasons.get(code ?? '') ?? `${code ?? message}` });
  };
  const waiting: string[] = [''];
  const candidates: string[] = [];
  const look = async (path: string): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    if (entries.some((entry) => entry.name === 'bundle.json')) {
      bundles.push(path);
      return;
    }
    for (const entry of entries) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== 'node_modules' && !excluded(inside)) waiting.push(inside);
      } else if (ENDING.test(entry.name) && (entry.isFile() || entry.isSymbolicLink()) && !excluded(inside)) {
        candidates.push(inside);
      }
    }
  };
  while (waiting.length > 0) {
    const batch = waiting.splice(0, WIDTH);
    await Promise.all(
      batch.map((path) => look(path).catch((error: unknown) => failed(path === '' ? '.' : path, error))),
    );
  }
  const next = candidates.values();
  const worker = async (): Promise<void> => {
    for (const path of next) {
      const bytes = await readFound(join(folder, path)).catch((error: unknown) => failed(path, error));
      if (!bytes?.includes(NEEDLE)) continue;
      manifests.push(path);
      options.onRead?.(path, bytes);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
  return { manifests: manifests.sort(compareText), bundles: bundles.sort(compareText), unreadable };
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ELOOP', 'its symbolic links go round in a circle'],
  ['ENAMETOOLONG', 'its path is too long for this system'],
  ['EIO', 'the disk cannot read it'],
]);

async function readFound(path: string): Promise<Buffer | undefined> {
  const handle = await open(path);
  try {
    const stat = await handle.stat();
    // A pipe or a device would be waited for; what is larger is refused as a manifest.
    if (!stat.isFile() || stat.size > maxManifestBytes) return undefined;
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
