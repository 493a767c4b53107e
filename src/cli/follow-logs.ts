/** Logs of components, the lines of all in the order of their time. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logName } from '../runtime/local/logs.ts';
import type { Cli } from './cli.ts';

const monikerOf = (file: string): string => {
  const name = file.slice(0, -'.log'.length);
  return name === 'root' ? '/' : `/${decodeURIComponent(name.replaceAll('.', '%2F'))}`;
};

/** `goesOn` is asked after each look whether there may be more; without it one look is enough. */
export async function followLogs(
  cli: Cli,
  folder: string,
  moniker: string | undefined,
  goesOn: (() => boolean) | undefined,
): Promise<void> {
  const seen = new Map<string, { inode: number; bytes: number }>();
  for (;;) {
    const more = goesOn?.() ?? false;
    const lines = newLines(folder, moniker, seen);
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
  seen: Map<string, { inode: number; bytes: number }>,
): readonly Line[] {
  if (!existsSync(folder)) return [];
  const wanted = moniker === undefined ? undefined : logName(moniker);
  const lines: Line[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.log') && (wanted ?? name) === name)) {
    const path = join(folder, file);
    const { ino } = statSync(path);
    const before = seen.get(file);
    // The first look takes older files too; later ones what was added since, also across a rotation.
    const old = before ? (before.inode === ino ? [] : [`${path}.1`]) : [3, 2, 1].map((n) => `${path}.${n}`);
    const from = before && before.inode !== ino ? before.bytes : 0;
    for (const [i, one] of old.filter(existsSync).entries()) {
      lines.push(...split(readFileSync(one).subarray(i === 0 ? from : 0), file).lines);
    }
    const start = before?.inode === ino ? before.bytes : 0;
    const { lines: added, bytes } = split(readFileSync(path).subarray(start), file);
    lines.push(...added);
    seen.set(file, { inode: ino, bytes: start + bytes });
  }
  return lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Whole lines only; the rest is there at the next look. */
function split(bytes: Buffer, file: string): { readonly lines: readonly Line[]; readonly bytes: number } {
  const end = bytes.lastIndexOf(10) + 1;
  const texts = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
  const lines = texts.map((text) => {
    const [at = '', , ...rest] = text.split(' ');
    return { at, text: `${at} ${monikerOf(file)} | ${rest.join(' ')}\n` };
  });
  return { lines, bytes: end };
}
