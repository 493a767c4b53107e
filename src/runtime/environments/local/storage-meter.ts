/**
 * What a folder holds, looked at again and again: for file systems that bound no folder for users without rights. A file that was
 * removed and is still open is not seen, nor is a folder that this process may not read.
 */
import { type Dirent, promises } from 'node:fs';
import { join } from 'node:path';

/** Bytes on the disk: holes in files take none, and a file with two names counts once. */
export async function bytesIn(folder: string): Promise<number> {
  const seen = new Set<string>();
  const folders = [folder];
  let bytes = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const entries = await promises.readdir(at, { withFileTypes: true }).catch((): Dirent[] => []);
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) folders.push(path);
      const stats = await promises.lstat(path).catch(() => undefined);
      if (!stats) continue;
      const file = `${stats.dev} ${stats.ino}`;
      if (stats.nlink > 1 && !entry.isDirectory() && seen.has(file)) continue;
      if (stats.nlink > 1 && !entry.isDirectory()) seen.add(file);
      bytes += stats.blocks * 512;
    }
  }
  return bytes;
}

export interface Metered {
  readonly folder: string;
  readonly bytes: number;
}

/** What holds how much. */
export interface Excess<T> {
  readonly storage: T;
  readonly held: number;
}

export interface Meter<T extends Metered> {
  /** Looks once more, and answers what was over and with how much, if anything ever was. */
  readonly end: () => Promise<Excess<T> | undefined>;
}

/** Folders with many files are looked at less often, so that looking takes a tenth of the time at most. */
const PAUSE_MS = 500;

/** Bytes by folder, as they were when somebody looked last. */
export type Held = Map<string, number>;

/**
 * `onOver` is called once, when one of them holds more than it may. What holds too much already, by `last`, may hold less and no
 * more, so that a program which cleans up when it starts has the time that it needs.
 */
export function meter<T extends Metered>(
  all: readonly T[],
  last: Held,
  onOver: (excess: Excess<T>) => void,
  pauseMs = PAUSE_MS,
): Meter<T> {
  let over: Excess<T> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async (): Promise<void> => {
    for (const storage of all) {
      const held = await bytesIn(storage.folder);
      if (held > Math.max(storage.bytes, last.get(storage.folder) ?? 0)) over ??= { storage, held };
      last.set(storage.folder, held);
    }
  };
  const lookLater = (ms: number): void => {
    timer = setTimeout(async () => {
      const began = performance.now();
      await look();
      if (ended) return;
      if (over) onOver(over);
      else lookLater(Math.max(pauseMs, (performance.now() - began) * 10));
    }, ms);
    timer.unref();
  };
  if (all.length > 0) lookLater(pauseMs);
  return {
    end: async () => {
      ended = true;
      clearTimeout(timer);
      if (!over) await look();
      return over;
    },
  };
}
