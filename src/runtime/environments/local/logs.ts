/** What programs say: to one file each, with rotation, and to whoever listens. */
import { closeSync, mkdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { openToAppend } from '../../../adapters/files/atomic-write.ts';
import type { Redactor } from '../../redactor/redactor.ts';
import { shortName } from './short-name.ts';

export interface LogLine {
  readonly moniker: string;
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly text: string;
}

export interface ComponentLog {
  /** A promise when whoever listens has not taken all of it; nothing more is to be written until it settles. */
  readonly write: (stream: LogLine['stream'], chunk: Buffer) => unknown;
  /** What stands there without a line end is told too. */
  readonly close: () => void;
}

export interface LogOptions {
  readonly folder: string;
  readonly clock: () => string;
  readonly redactor: Pick<Redactor, 'redact' | 'stream'>;
  /** May answer a promise, which settles when more can be taken. */
  readonly onLine: (line: LogLine) => unknown;
}

const MAX_BYTES = 10 * 1024 * 1024;
/** Older files beside the one that is written. */
const KEPT = 3;
/** A line without an end is cut here, so that no program can fill the memory. */
const MAX_LINE = 64 * 1024;

/** `/a/b` → `a.b.log`, `/` → `root.log`, and `/root` is written in another way; of a long one the beginning and a hash. */
export function logName(moniker: string): string {
  if (moniker === '/') return 'root.log';
  const name = encodeURIComponent(moniker.slice(1)).replaceAll('%2F', '.');
  return `${name === 'root' ? '%72oot' : shortName(name)}.log`;
}

export function openLog(moniker: string, { folder, clock, redactor, onLine }: LogOptions): ComponentLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, logName(moniker));
  let fd = openToAppend(path);
  let size = statSync(path).size;
  const streams = {
    stdout: { decoder: new StringDecoder('utf8'), redacted: redactor.stream(), rest: '' },
    stderr: { decoder: new StringDecoder('utf8'), redacted: redactor.stream(), rest: '' },
  };
  const rotate = (): void => {
    rmSync(`${path}.${KEPT}`, { force: true });
    for (let n = KEPT - 1; n >= 1; n--) moveIfThere(`${path}.${n}`, `${path}.${n + 1}`);
    renameSync(path, `${path}.1`);
    const next = openToAppend(path);
    closeSync(fd);
    fd = next;
    size = 0;
  };
  let untaken: Promise<unknown>[] = [];
  const line = (stream: LogLine['stream'], text: string): void => {
    const told = { moniker, stream, at: clock(), text };
    const bytes = Buffer.from(`${told.at} ${stream} ${told.text}\n`);
    try {
      if (size > 0 && size + bytes.length > MAX_BYTES) rotate();
      writeSync(fd, bytes);
      size += bytes.length;
    } catch {
      // A full disk, or a folder that somebody took away, must not end the run; the journal says so where it matters.
    }
    const taken = onLine(told);
    if (taken instanceof Promise) untaken.push(taken);
  };
  const takeLines = (stream: LogLine['stream'], text: string): void => {
    const state = streams[stream];
    state.rest += text;
    for (let end = state.rest.indexOf('\n'); end >= 0; end = state.rest.indexOf('\n')) {
      line(stream, state.rest.slice(0, end).replace(/\r$/, ''));
      state.rest = state.rest.slice(end + 1);
    }
  };
  return {
    write: (stream, chunk) => {
      const state = streams[stream];
      // Before it is cut into lines: a secret may have several.
      takeLines(stream, state.redacted.write(state.decoder.write(chunk)));
      for (; state.rest.length > MAX_LINE; state.rest = state.rest.slice(MAX_LINE))
        line(stream, state.rest.slice(0, MAX_LINE));
      if (untaken.length === 0) return undefined;
      const waits = Promise.all(new Set(untaken));
      untaken = [];
      return waits;
    },
    close: () => {
      for (const stream of ['stdout', 'stderr'] as const) {
        const state = streams[stream];
        takeLines(stream, state.redacted.write(state.decoder.end()) + state.redacted.end());
        const { rest } = state;
        state.rest = '';
        if (rest !== '') line(stream, rest);
      }
      closeSync(fd);
    },
  };
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
