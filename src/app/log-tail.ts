/** What programs said, read from the files of their logs: the lines of all in the order of their time, a bounded piece at a time. */
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type LogLine, logName } from '../runtime/environments/local/logs.ts';

export interface LogTail {
  /** What has come since, as much as one piece holds; nothing when everything is read for now. */
  readonly next: () => readonly LogLine[];
}

export interface LogTailOptions {
  readonly folder: string;
  /** One component; all of them unless given. */
  readonly moniker?: string;
  /** Asked at each look: a long moniker stands in the name of its file in part only. */
  readonly monikers: () => readonly string[];
  /** Only what is there at the first look, so that reading ends while a program goes on talking. */
  readonly once?: boolean;
}

/** Bytes that are read of one file at a time. A line may be longer. */
const CHUNK = 128 * 1024;
/** Lines of one piece, and their characters. */
const PIECE = { lines: 500, characters: 256 * 1024 } as const;

interface Cursor {
  readonly moniker: string;
  readonly path: string;
  inode: number | undefined;
  bytes: number;
  lines: readonly LogLine[];
  /** Of `lines`, the next one. */
  at: number;
  /** There was nothing more at this look. */
  isDry: boolean;
  /** Bytes that may still be read. */
  left: number;
}

export function createLogTail({ folder, moniker, monikers, once = false }: LogTailOptions): LogTail {
  const cursors = new Map<string, Cursor>();
  const wanted = moniker === undefined ? undefined : logName(moniker);
  let looks = 0;
  const look = (): void => {
    if ((once && looks++ > 0) || !existsSync(folder)) return;
    const known = monikers();
    for (const file of readdirSync(folder)) {
      if (!file.endsWith('.log') || (wanted ?? file) !== file || cursors.has(file)) continue;
      const path = join(folder, file);
      cursors.set(file, {
        moniker: monikerOf(file, known),
        path,
        inode: undefined,
        bytes: 0,
        lines: [],
        at: 0,
        isDry: false,
        left: once ? sizeOf(path) : Number.POSITIVE_INFINITY,
      });
    }
  };
  return {
    next: () => {
      look();
      for (const cursor of cursors.values()) cursor.isDry = false;
      const piece: LogLine[] = [];
      const all = [...cursors.values()];
      for (let characters = 0; piece.length < PIECE.lines && characters < PIECE.characters; ) {
        const first = earliest(all);
        if (!first) break;
        piece.push(first);
        characters += first.text.length;
      }
      return piece;
    },
  };
}

function earliest(cursors: readonly Cursor[]): LogLine | undefined {
  let found: Cursor | undefined;
  for (const cursor of cursors) {
    if (cursor.at >= cursor.lines.length && !cursor.isDry) refill(cursor);
    const head = cursor.lines[cursor.at];
    if (!head) continue;
    const best = found?.lines[found.at];
    if (!best || head.at < best.at) found = cursor;
  }
  return found?.lines[found.at++];
}

/** What was read last may have been rotated since, more than once; when it is gone all that is left is new. */
function refill(cursor: Cursor): void {
  cursor.lines = [];
  cursor.at = 0;
  const open = openAll(cursor.path);
  try {
    const known = open.findIndex(({ inode }) => inode === cursor.inode);
    for (const { fd, inode } of known < 0 ? open : open.slice(known)) {
      if (inode !== cursor.inode) {
        cursor.inode = inode;
        cursor.bytes = 0;
      }
      const { lines, bytes } = wholeLines(fd, cursor);
      cursor.bytes += bytes;
      cursor.left -= bytes;
      cursor.lines = lines;
      if (lines.length > 0) return;
    }
    cursor.isDry = true;
  } finally {
    for (const { fd } of open) closeSync(fd);
  }
}

/** The log and its older files, the oldest first. Opened from the newest on: a rotation meanwhile shows one twice, and misses none. */
function openAll(path: string): readonly { readonly fd: number; readonly inode: number }[] {
  const found: { readonly fd: number; readonly inode: number }[] = [];
  for (const one of [path, ...[1, 2, 3].map((n) => `${path}.${n}`)]) {
    let fd: number;
    try {
      fd = openSync(one, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch {
      continue;
    }
    const inode = fstatSync(fd).ino;
    if (found.some((other) => other.inode === inode)) closeSync(fd);
    else found.unshift({ fd, inode });
  }
  return found;
}

/** Of a log and its older files. */
function sizeOf(path: string): number {
  const open = openAll(path);
  const bytes = open.reduce((sum, { fd }) => sum + fstatSync(fd).size, 0);
  for (const { fd } of open) closeSync(fd);
  return bytes;
}

/** Behind what was read of the file, at least one where there is one; the rest is there at the next look. */
function wholeLines(
  fd: number,
  { bytes: start, left: most, moniker }: Cursor,
): { readonly lines: readonly LogLine[]; readonly bytes: number } {
  const left = Math.min(most, Math.max(0, fstatSync(fd).size - start));
  for (let size = Math.min(CHUNK, left); ; size = Math.min(size * 2, left)) {
    const read = readFrom(fd, start, size);
    const end = read.lastIndexOf(10) + 1;
    if (end === 0 && size < left) continue;
    const texts = read.toString('utf8', 0, end).split('\n').slice(0, -1);
    return { lines: texts.map((text) => lineOf(text, moniker)), bytes: end };
  }
}

function readFrom(fd: number, start: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let done = 0;
  while (done < size) {
    const count = readSync(fd, bytes, done, size - done, start + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

function lineOf(text: string, moniker: string): LogLine {
  const [at = '', stream, ...rest] = text.split(' ');
  return { at, moniker, stream: stream === 'stderr' ? 'stderr' : 'stdout', text: rest.join(' ') };
}

function monikerOf(file: string, monikers: readonly string[]): string {
  const known = monikers.find((moniker) => logName(moniker) === file);
  const name = file.slice(0, -'.log'.length);
  return known ?? (name === 'root' ? '/' : `/${decodeURIComponent(name.replaceAll('.', '%2F'))}`);
}
