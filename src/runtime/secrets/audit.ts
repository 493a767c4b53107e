/** Who was given which secret, and who changed one: appended by every process that does, on the disk before the next step. */
import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder, writeAll } from '../../adapters/files/atomic-write.ts';
import { canonicalJson, type JsonValue } from '../../base/json.ts';
import { makePrivate } from '../state/run-folder.ts';
import {
  type AuditBroken,
  type AuditEvent,
  type AuditLine,
  auditLine,
  auditRoot,
  type ChainEnd,
  endBehind,
  type KeptEvent,
  readLines,
} from './audit-form.ts';
import { exclusively } from './exclusive.ts';
import { faultOf } from './fault-error.ts';
import type { SecretPlaces } from './places.ts';
import { ownFault, readPrivate, unreadable, unwritable } from './private-file.ts';

export interface Audit {
  /**
   * On the disk when it resolves: what is told in one turn is written at once. Never rejects: an answer is no less true for want of a
   * record. The text says why there is none.
   */
  readonly tell: (event: AuditEvent) => Promise<string | undefined>;
}

export interface AuditOptions {
  readonly places: SecretPlaces;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of a vault by its name in the settings; undefined where there is none. */
  readonly identityOf: (vault: string) => string | undefined;
  /** How many milliseconds others may keep it from being written. */
  readonly patience?: number;
}

const usualPatience = 30_000;

interface Told {
  readonly event: KeptEvent;
  readonly at: string;
}

export function openAudit({ places, now, identityOf, patience = usualPatience }: AuditOptions): Audit {
  let waiting: Told[] = [];
  let turn: Promise<string | undefined> | undefined;
  const write = async (): Promise<string | undefined> => {
    await new Promise<void>((next) => setImmediate(next));
    let events: readonly Told[] | undefined;
    // Those that came while others had the lock go with it; those that come later begin a turn of their own.
    const taken = (): readonly Told[] => {
      events = waiting;
      waiting = [];
      turn = undefined;
      return events;
    };
    try {
      await exclusively(places.lock('audit'), () => append(places.audit, taken(), now), patience);
      return undefined;
    } catch (error) {
      if (!events) taken();
      return faultOf(error).message;
    }
  };
  return {
    tell: (event) => {
      const identity = event.vault === null ? null : (identityOf(event.vault) ?? null);
      waiting.push({ event: { ...event, identity }, at: new Date(now()).toISOString() });
      turn ??= write();
      return turn;
    },
  };
}

/** All lines, and where the chain breaks. Throws a fault when the file cannot be read. */
export function readAudit(places: SecretPlaces): {
  readonly lines: readonly AuditLine[];
  readonly broken?: AuditBroken;
} {
  return readLines(readPrivate(places.audit) ?? '');
}

function append(path: string, events: readonly Told[], now: () => number): void {
  try {
    makePrivate(dirname(path));
    const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
    const fd = openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0o600);
    try {
      appendTo(fd, path, events, now);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

function appendTo(fd: number, path: string, events: readonly Told[], now: () => number): void {
  const found = fstatSync(fd);
  const fault = ownFault(found);
  if (fault !== undefined) throw unreadable(path, fault);
  const { end, wholeBytes } = endOf(fd, found.size);
  const torn = found.size - wholeBytes;
  if (torn > 0) ftruncateSync(fd, wholeBytes);
  const all = torn > 0 ? [{ event: tornEnd, at: new Date(now()).toISOString() }, ...events] : events;
  let next = end;
  let text = '';
  for (const { event, at } of all) {
    const line = auditLine(event, next, at);
    text += `${canonicalJson(line as unknown as JsonValue)}\n`;
    next = { seq: line.seq + 1, prev: line.hash };
  }
  try {
    writeAll(fd, Buffer.from(text));
    fsyncSync(fd);
  } catch (error) {
    // What stands there in part would be taken for a line that was cut.
    ftruncateSync(fd, wholeBytes);
    throw error;
  }
  if (found.size === 0) syncFolder(dirname(path));
}

const tornEnd: KeptEvent = {
  identity: null,
  actor: 'operator',
  consumer: null,
  vault: null,
  key: null,
  version: null,
  action: 'torn_end_cut_off',
  outcome: 'success',
  errorCode: null,
};

/** Of the last whole line, found from behind: the file may be long. O(length of the last line). */
function endOf(fd: number, size: number): { readonly end: ChainEnd; readonly wholeBytes: number } {
  let from = size;
  let bytes = Buffer.alloc(0);
  for (;;) {
    const last = bytes.lastIndexOf(10);
    const before = last < 1 ? -1 : bytes.lastIndexOf(10, last - 1);
    if (from === 0 || before >= 0) {
      if (last < 0) return { end: { seq: 0, prev: auditRoot }, wholeBytes: 0 };
      const text = bytes.toString('utf8', before + 1, last);
      const wholeBytes = from + last + 1;
      return { end: endBehind(text, () => countLines(fd, wholeBytes)), wholeBytes };
    }
    const step = Math.min(from, 8192);
    from -= step;
    bytes = Buffer.concat([readAt(fd, from, step), bytes]);
  }
}

const countLines = (fd: number, bytes: number): number =>
  readAt(fd, 0, bytes).reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 0);

function readAt(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const read = readSync(fd, bytes, done, length - done, from + done);
    if (read === 0) return bytes.subarray(0, done);
    done += read;
  }
  return bytes;
}
