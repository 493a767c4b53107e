/** Logs of components, the lines of all in the order of their time. */
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cli } from '../app/cli.ts';
import { logName } from '../runtime/environments/local/logs.ts';
import { programText } from './program-text.ts';

/** A long moniker stands in the name of its file in part only, so whoever knows the monikers is asked first. */
function monikerOf(file: string, monikers: readonly string[]): string {
  const known = monikers.find((moniker) => logName(moniker) === file);
  const name = file.slice(0, -'.log'.length);
  return known ?? (name === 'root' ? '/' : `/${decodeURIComponent(name.replaceAll('.', '%2F'))}`);
}

/** `monikers` are asked for at each look, `goesOn` whether there may be more; without it one look is enough. */
export async function followLogs(
  cli: Cli,
  folder: string,
  moniker: string | undefined,
  monikers: () => readonly string[],
  goesOn: (() => boolean) | undefined,
): Promise<void> {
  const seen = new Map<string, { inode: number; bytes: number }>();
  for (;;) {
    const more = goesOn?.() ?? false;
    const lines = newLines(folder, moniker, monikers(), seen);
    if (lines.length > 0) await cli.out(lines.map(({ text }) => text).join(''));
    if (!more || cli.interrupt.signal.aborted) return;
    await sleep(100);
  }
}

interface Line {
  readonly at: string;
  readonly text: string;
}

function newLines(
  folder: string,
  moniker: string | undefined,
  monikers: readonly string[],
  seen: Map<string, { inode: number; bytes: number }>,
): readonly Line[] {
  if (!existsSync(folder)) return [];
  const wanted = moniker === undefined ? undefined : logName(moniker);
  const lines: Line[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.log') && (wanted ?? name) === name)) {
    const told = monikerOf(file, monikers);
    const open = openAll(join(folder, file));
    try {
      const before = seen.get(file);
      // What was read last may have been rotated since, more than once; when it is gone all that is left is new.
      const known = open.findIndex(({ inode }) => inode === before?.inode);
      for (const { fd, inode } of known < 0 ? open : open.slice(known)) {
        const start = inode === before?.inode ? before.bytes : 0;
        const { lines: added, bytes } = split(readFrom(fd, start), told);
        lines.push(...added);
        seen.set(file, { inode, bytes: start + bytes });
      }
    } finally {
      for (const { fd } of open) closeSync(fd);
    }
  }
  return lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The log and its older files, the oldest first. Opened from the newest on: a rotation meanwhile shows one twice, and misses none. */
function openAll(path: string): readonly { readonly fd: number; readonly inode: number }[] {
  const found: { readonly fd: number; readonly inode: number }[] = [];
  for (const one of [path, ...[1, 2, 3].map((n) => `${path}.${n}`)]) {
    let fd: number;
    try {
      fd = openSync(one, 'r');
    } catch {
      continue;
    }
    const inode = fstatSync(fd).ino;
    if (found.some((other) => other.inode === inode)) closeSync(fd);
    else found.unshift({ fd, inode });
  }
  return found;
}

function readFrom(fd: number, start: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - start));
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(fd, bytes, done, bytes.length - done, start + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

/** Whole lines only; the rest is there at the next look. */
function split(bytes: Buffer, moniker: string): { readonly lines: readonly Line[]; readonly bytes: number } {
  const end = bytes.lastIndexOf(10) + 1;
  const texts = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
  const lines = texts.map((text) => {
    const [at = '', , ...rest] = text.split(' ');
    return { at, text: `${at} ${moniker} | ${programText(rest.join(' '))}\n` };
  });
  return { lines, bytes: end };
}
