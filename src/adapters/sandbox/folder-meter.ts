/** What a folder holds, looked at again and again: for file systems that bound no folder for users without rights. */
import { type Dirent, promises } from 'node:fs';
import { join } from 'node:path';
import { mostFiles } from './memory-folders.ts';

export interface Holding {
  /** On the disk: holes in files take none, and a file with two names counts once. */
  readonly bytes: number;
  /** And folders, each of which takes one of a number that the file system has. */
  readonly files: number;
  /** Folders that cannot be looked into, because of their mode or since their path is too long. */
  readonly closed: number;
}

const nothing: Holding = { bytes: 0, files: 0, closed: 0 };

export async function holdingOf(folder: string): Promise<Holding> {
  const seen = new Set<string>();
  const folders = [folder];
  let [bytes, files, closed] = [0, 0, 0];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const entries = await promises.readdir(at, { withFileTypes: true }).catch((error): Dirent[] => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') closed++;
      return [];
    });
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) folders.push(path);
      const stats = await promises.lstat(path).catch(() => undefined);
      if (!stats) continue;
      const file = `${stats.dev} ${stats.ino}`;
      if (stats.nlink > 1 && !entry.isDirectory() && seen.has(file)) continue;
      if (stats.nlink > 1 && !entry.isDirectory()) seen.add(file);
      bytes += stats.blocks * 512;
      files++;
    }
  }
  return { bytes, files, closed };
}

export interface Metered {
  readonly folder: string;
  readonly bytes: number;
}

/** What holds how much, and of what it is too much. */
export interface Excess<T> {
  readonly storage: T;
  readonly of: keyof Holding;
  readonly held: Holding;
}

export interface Meter<T extends Metered> {
  /** Looks once more, and answers what was over and with how much, if anything ever was. */
  readonly end: () => Promise<Excess<T> | undefined>;
}

/** As many as there are blocks, so that whoever writes something into each file meets the size in bytes first. */
export const mostFilesIn = (bytes: number): number => mostFiles(Math.floor(bytes / 4096));

/** Folders with many files are looked at less often, so that looking takes a tenth of the time at most. */
const PAUSE_MS = 500;

/** By folder, as it was when somebody looked last. */
export type Held = Map<string, Holding>;

export interface MeterOptions<T extends Metered> {
  /** Called once, when one of them holds more than it may. */
  readonly onOver: (excess: Excess<T>) => void;
  /** Bytes of files in it that are open and have no name any more. */
  readonly nameless?: (storage: T) => number;
  readonly pauseMs?: number;
}

/**
 * What holds too much already, by `last`, may hold less and no more, so that a program which cleans up when it starts has the time
 * that it needs.
 */
export function meter<T extends Metered>(
  all: readonly T[],
  last: Held,
  { onOver, nameless = () => 0, pauseMs = PAUSE_MS }: MeterOptions<T>,
): Meter<T> {
  let over: Excess<T> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async (): Promise<void> => {
    for (const storage of all) {
      const found = await holdingOf(storage.folder);
      const held = { ...found, bytes: found.bytes + nameless(storage) };
      const of = excessOf(held, storage.bytes, last.get(storage.folder) ?? nothing);
      if (of) over ??= { storage, of, held };
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

function excessOf(held: Holding, bytes: number, last: Holding): keyof Holding | undefined {
  const most: Holding = { bytes, files: mostFilesIn(bytes), closed: 0 };
  return (['bytes', 'files', 'closed'] as const).find((of) => held[of] > Math.max(most[of], last[of]));
}
