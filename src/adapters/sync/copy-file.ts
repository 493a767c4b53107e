/** One file, as bytes of its own: never a second name for the same file, and never what its mode says beyond rwx. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';
import type { BytePath, FileEntry } from '../../ir/workspace.ts';
import { writeAll } from '../files/atomic-write.ts';
import type { Place } from './descent.ts';
import type { Pace } from './pace.ts';
import { faultOf, moved, Told } from './told.ts';

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, COPYFILE_FICLONE_FORCE } = constants;

/** What copies of one pair of file systems share. */
export interface Copier {
  readonly pace: Pace;
  readonly buffer: Buffer;
  /** Whether the file systems let files share blocks, as far as that was seen. */
  canClone: boolean;
}

export const startCopier = (pace: Pace): Copier => ({ pace, buffer: Buffer.allocUnsafe(1024 * 1024), canClone: true });

/** Smaller files are faster written than shared. */
const worthCloning = 64 * 1024;

export interface CopyRequest {
  readonly from: Place;
  /** Nothing is there. */
  readonly to: Place;
  /** What it must be: another one was changed since somebody looked. Undefined: whatever it is. */
  readonly expected: FileEntry | undefined;
  readonly modeOf: (stat: Stats) => number;
  /** For words about a fault. */
  readonly root: string;
  readonly path: BytePath;
  /** Bytes and mode survive a loss of power. */
  readonly durable: boolean;
  /** What else is set on the new file, from that of the old one. */
  readonly finish?: (fd: number, stat: Stats) => void;
}

/** Of a file that was opened, and is one. Reading one that has no end of its own is the caller's affair: `size` bounds it. */
export function openToRead(place: Place): { readonly fd: number; readonly stat: Stats } | undefined {
  const fd = openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const stat = fstatSync(fd);
  if (stat.isFile()) return { fd, stat };
  closeSync(fd);
  return undefined;
}

export const isExecutable = (stat: Stats): boolean => (stat.mode & 0o100) !== 0;

/** Throws `workspace_moved`, or as the system does; then something may be left at `to`. Answers how many bytes it has. */
export async function copyFile(copier: Copier, request: CopyRequest): Promise<number> {
  const { expected, root, path } = request;
  const source = openRegular(request);
  try {
    const { fd, stat } = source;
    if (expected && (stat.size !== expected.size || isExecutable(stat) !== expected.executable))
      throw moved(root, path);
    const target =
      cloned(copier, fd, stat, request.to) ?? openSync(request.to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      const isCloned = fstatSync(target).size > 0;
      const done = await pump(copier, isCloned ? target : fd, isCloned ? undefined : target, stat.size);
      if (expected && (done.hash !== expected.hash || done.size !== expected.size)) throw moved(root, path);
      fchmodSync(target, request.modeOf(stat) & 0o777);
      request.finish?.(target, stat);
      if (request.durable) fsyncSync(target);
      return done.size;
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source.fd);
  }
}

function openRegular({ from, root, path }: CopyRequest): { readonly fd: number; readonly stat: Stats } {
  let opened: ReturnType<typeof openToRead>;
  try {
    opened = openToRead(from);
  } catch (error) {
    // ELOOP: a link; ENXIO: a socket.
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) throw moved(root, path);
    throw new Told(faultOf(error, { what: 'read', root, path }));
  }
  if (!opened) throw moved(root, path);
  return opened;
}

/** Blocks are shared until one of the two is written to. Undefined, and nothing is there, where that cannot be had. */
function cloned(copier: Copier, fd: number, stat: Stats, to: Place): number | undefined {
  if (!copier.canClone || stat.size < worthCloning) return undefined;
  try {
    copyFileSync(`/proc/self/fd/${fd}`, to, COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
  } catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EIO', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copier.canClone = false;
    return undefined;
  }
  // It came with the mode of the other, which need not let even its owner write.
  chmodSync(to, 0o600);
  return openSync(to, O_RDWR | O_NOFOLLOW);
}

/** To the end of the file, or to one byte more than it had: what grows without end is another one anyway. */
export async function pump(
  { buffer, pace }: Copier,
  from: number,
  to: number | undefined,
  size: number,
): Promise<{ readonly hash: string; readonly size: number }> {
  const hash = createHash('sha256');
  let done = 0;
  for (;;) {
    const length = readSync(from, buffer, 0, Math.min(buffer.length, size + 1 - done), null);
    if (length === 0) break;
    const bytes = buffer.subarray(0, length);
    hash.update(bytes);
    if (to !== undefined) writeAll(to, bytes);
    done += length;
    const wait = pace(length);
    if (wait) await wait;
    if (done > size) break;
  }
  return { hash: hash.digest('hex'), size: done };
}
