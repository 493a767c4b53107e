/** Contents of files: read below descriptors of their folders, so that no link is followed on the way. */
import type * as Crypto from 'node:crypto';
import type * as Fs from 'node:fs';

/** What tells one state of a file from another. */
export interface FileState {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Files {
  /** What the file is while it has this hash. `gone`: there is no file of that name any more. `changing`: it would not stay as it is. */
  readonly hash: (folder: string, name: string) => { readonly stat: FileState; readonly hash: Uint8Array } | Unread;
  /** Latin1. Undefined where there is no file of rules: none, or something else than a file. */
  readonly text: (folder: string, name: string, most: number) => string | undefined | 'too-large';
  readonly target: (folder: string, name: string) => string | undefined;
  /** Until a change would leave another time than this one; see `tick`. */
  readonly settle: (stat: { readonly mtimeMs: number; readonly ctimeMs: number }) => void;
  readonly pause: (milliseconds: number) => void;
  readonly close: () => void;
}
export type Unread = 'gone' | 'changing';

/** It runs as text in every thread (see program.ts), and calls nothing but what it is given. `root` is a real path, in latin1. */
export function files(fs: typeof Fs, crypto: typeof Crypto, root: string): Files {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY, O_NOCTTY } = fs.constants;
  /** Milliseconds that the clock of a file system may stand still: what is changed twice within them may keep its times. */
  const tick = 20;
  const tries = 5;
  const buffer = Buffer.allocUnsafeSlow(1 << 20);
  /** The folder that is open, from the root on: its names and a descriptor of each. */
  const names: string[] = [];
  const open: number[] = [];
  const never = new Int32Array(new SharedArrayBuffer(4));
  const pause = (milliseconds: number): void => void Atomics.wait(never, 0, 0, milliseconds);
  const bytes = (path: string): Buffer => Buffer.from(path, 'latin1');

  function close(): void {
    for (const fd of open.splice(0)) fs.closeSync(fd);
    names.length = 0;
  }

  function folder(path: string): number {
    const flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
    if (open.length === 0) open.push(fs.openSync(bytes(root), flags));
    const wanted = path === '' ? [] : path.split('/');
    let same = 0;
    while (same < names.length && names[same] === wanted[same]) same++;
    names.length = same;
    for (const fd of open.splice(same + 1)) fs.closeSync(fd);
    for (const name of wanted.slice(same)) {
      open.push(fs.openSync(bytes(`/proc/self/fd/${open.at(-1)}/${name}`), flags));
      names.push(name);
    }
    return open.at(-1) as number;
  }

  const place = (path: string, name: string): Buffer => bytes(`/proc/self/fd/${folder(path)}/${name}`);

  /** Undefined where no file is there any more. */
  function openFile(path: string, name: string): number | undefined {
    try {
      const fd = fs.openSync(place(path, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
      if (fs.fstatSync(fd).isFile()) return fd;
      fs.closeSync(fd);
      return undefined;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR'].includes(code)) {
        // The folder itself may be another one by now.
        close();
        return undefined;
      }
      throw error;
    }
  }

  function settle({ mtimeMs, ctimeMs }: { readonly mtimeMs: number; readonly ctimeMs: number }): void {
    const since = Date.now() - tick;
    if (ctimeMs > since || mtimeMs > since) pause(tick);
  }

  /** Undefined where it did not stay the same while it was read. */
  function hashOpen(fd: number): { stat: FileState; hash: Uint8Array } | undefined {
    settle(fs.fstatSync(fd));
    const before = fs.fstatSync(fd);
    const sum = crypto.createHash('sha256');
    let size = 0;
    // One that grows faster than it is read has no end.
    while (size <= before.size) {
      const length = fs.readSync(fd, buffer, 0, buffer.length, null);
      if (length === 0) break;
      sum.update(length === buffer.length ? buffer : buffer.subarray(0, length));
      size += length;
      if (size === before.size && length < buffer.length) break;
    }
    const after = fs.fstatSync(fd);
    const isSame = size === before.size && after.size === size;
    if (!isSame || after.mtimeMs !== before.mtimeMs || after.ctimeMs !== before.ctimeMs) return undefined;
    return { stat: after, hash: sum.digest() };
  }

  return {
    hash(path, name) {
      for (let tried = 0; tried < tries; tried++) {
        if (tried > 0) pause(5 * 3 ** tried);
        const fd = openFile(path, name);
        if (fd === undefined) return 'gone';
        try {
          const read = hashOpen(fd);
          if (read) return read;
        } finally {
          fs.closeSync(fd);
        }
      }
      return 'changing';
    },
    text(path, name, most) {
      const fd = openFile(path, name);
      if (fd === undefined) return undefined;
      try {
        if (fs.fstatSync(fd).size > most) return 'too-large';
        return fs.readFileSync(fd, 'latin1').slice(0, most);
      } finally {
        fs.closeSync(fd);
      }
    },
    target(path, name) {
      try {
        return fs.readlinkSync(place(path, name), 'latin1');
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL'].includes(code)) throw error;
        close();
        return undefined;
      }
    },
    settle,
    pause,
    close,
  };
}
