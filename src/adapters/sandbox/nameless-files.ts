/** Files that have no name any more, or never had one: they are where their processes hold them open, and no folder tells of them. */
import { readdirSync, readlinkSync, statfsSync, statSync } from 'node:fs';

export interface NamelessFile {
  readonly device: number;
  /** On the disk or in memory. */
  readonly bytes: number;
  /** A path that leads to it as long as it is open. */
  readonly path: string;
}

/** Each once, however many hold it. What cannot be looked at, for instance since it is gone, is left out. */
export function namelessFiles(pids: readonly number[]): readonly NamelessFile[] {
  const found = new Map<string, NamelessFile>();
  for (const pid of pids) {
    for (const name of namesIn(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${name}`;
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat?.isFile() || stat.nlink > 0) continue;
      found.set(`${stat.dev} ${stat.ino}`, { device: stat.dev, bytes: stat.blocks * 512, path });
    }
  }
  return [...found.values()];
}

const tmpfs = 0x01021994;

/** Of those in memory, but in none of the folders that are counted already. */
export function namelessMemory(pids: readonly number[], counted: ReadonlySet<number>): number {
  const inMemory = new Map<number, boolean>();
  let bytes = 0;
  for (const file of namelessFiles(pids)) {
    if (counted.has(file.device)) continue;
    const known = inMemory.get(file.device) ?? isInMemory(file.path);
    inMemory.set(file.device, known);
    if (known) bytes += file.bytes;
  }
  return bytes;
}

/** Bytes of those that were made below a mount point, as the processes see it. */
export function namelessBelow(pids: readonly number[], point: string): number {
  return namelessFiles(pids)
    .filter(({ path }) => placeOf(path).startsWith(`${point}/`))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

function placeOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function isInMemory(path: string): boolean {
  try {
    return statfsSync(path).type === tmpfs;
  } catch {
    return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
