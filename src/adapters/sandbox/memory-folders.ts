/**
 * Folders of a sandbox that are held in memory. How many bytes each takes is bounded by the kernel; bubblewrap cannot say how many
 * files, each of which takes memory of the kernel also when it is empty, so these are counted from outside.
 */
import { closeSync, constants, fstatSync, openSync, type StatsFs, statfsSync } from 'node:fs';

export interface MemoryFolders {
  readonly look: () => { readonly bytes: number; readonly over: TooManyFiles | undefined };
  /** Numbers of their devices. */
  readonly devices: ReadonlySet<number>;
  readonly close: () => void;
}

export interface TooManyFiles {
  /** Absolute, inside. */
  readonly at: string;
  readonly files: number;
  readonly most: number;
}

/** What the kernel keeps of a file besides its contents; measured: 0.9 KiB. */
const bytesOfFile = 1024;

/** As many as there are pages for contents, so that nobody who writes something into each file meets it, and some more. */
export const mostFiles = (pages: number): number => pages + 1024;

/**
 * `points` are mount points as process `pid` sees them. They are held open, because a program may move what lies around a mount, and put a link in its place.
 * Throws when the process is gone.
 */
export function openMemoryFolders(pid: number, points: readonly string[]): MemoryFolders {
  const held: { readonly at: string; readonly fd: number }[] = [];
  const close = (): void => {
    for (const { fd } of held.splice(0)) closeSync(fd);
  };
  try {
    const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
    for (const at of points)
      held.push({ at, fd: openSync(`/proc/${pid}/root${at}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) });
    const devices = new Set(held.map(({ fd }) => fstatSync(fd).dev));
    return { look: () => lookAt(held), devices, close };
  } catch (error) {
    close();
    throw error;
  }
}

function lookAt(held: readonly { readonly at: string; readonly fd: number }[]): ReturnType<MemoryFolders['look']> {
  let bytes = 0;
  let over: TooManyFiles | undefined;
  for (const { at, fd } of held) {
    const space = statfsSync(`/proc/self/fd/${fd}`);
    bytes += (space.blocks - space.bfree) * space.bsize + filesIn(space) * bytesOfFile;
    over ??= tooManyFiles(at, space);
  }
  return { bytes, over };
}

/** What the kernel says of a file system. */
type Space = Pick<StatsFs, 'blocks' | 'bsize' | 'files' | 'ffree'>;

const filesIn = ({ files, ffree }: Pick<Space, 'files' | 'ffree'>): number => files - ffree;

export function tooManyFiles(at: string, space: Space): TooManyFiles | undefined {
  const [files, most] = [filesIn(space), mostFiles((space.blocks * space.bsize) / 4096)];
  return files > most ? { at, files, most } : undefined;
}
