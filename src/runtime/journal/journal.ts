/** The operation record of one run: append-only, hash-chained NDJSON, on the disk before and after every effect. */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openToAppend, syncFolder, writeAll } from '../../adapters/files/atomic-write.ts';
import type { Owner } from '../../adapters/files/owner.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../base/json.ts';
import { actionId } from '../../ir/action.ts';
import { type Entry, type EntryContent, hashOf, rootHash } from '../../language/journal/entry.ts';
import { entryVersion } from '../../language/journal/entry-version.ts';
import type { JournalCorrupt } from '../../language/journal/read.ts';
import { readJournal } from './read.ts';

export interface Journal {
  readonly entries: readonly Entry[];
  /** On the disk when it returns. Throws when it cannot be written; what was torn is taken back, and nothing more is accepted. */
  readonly append: (content: EntryContent, idempotencyKey?: string) => Entry;
  /**
   * On the disk when `saved` resolves: all that are appended in one turn are brought there at once, and by whatever is appended in the
   * meantime. Throws as `append` does; `saved` rejects when they could not be brought there.
   */
  readonly appendTogether: (content: EntryContent, idempotencyKey?: string) => Appended;
  readonly close: () => void;
}

export interface Appended {
  readonly entry: Entry;
  readonly saved: Promise<void>;
}

export interface JournalOptions {
  readonly runId: string;
  readonly owner: Owner;
  /** The time now, RFC 3339. */
  readonly clock: () => string;
}

/** Held back so that a full disk can still be written down. */
const RESERVE_BYTES = 64 * 1024;
const RESERVE = 'reserve';

/** Makes or continues the journal of a run. A torn end is cut off, and that is recorded. */
export function openJournal(path: string, options: JournalOptions): Journal | JournalCorrupt {
  const fresh = !existsSync(path);
  const found = fresh ? { entries: [], validBytes: 0, tornBytes: 0 } : readJournal(path, options.runId);
  if ('corrupt' in found) return found;
  const reserve = join(dirname(path), RESERVE);
  const fd = openToAppend(path);
  if (found.tornBytes > 0) {
    ftruncateSync(fd, found.validBytes);
    fsyncSync(fd);
  }
  if (fresh) syncFolder(dirname(path));
  fillReserve(reserve);
  const entries: Entry[] = [...found.entries];
  let size = found.validBytes;
  let broken: Error | undefined;

  /** Of those that are written and not yet on the disk. */
  let saving: Promise<void> | undefined;

  const writeSynced = (bytes: Uint8Array): void => write(bytes, () => fsyncSync(fd));
  const writeOnly = (bytes: Uint8Array): void => write(bytes, () => {});
  const write = (bytes: Uint8Array, sync: () => void): void => {
    try {
      // Written to a file that nobody can open any more, it would be no record.
      if (fstatSync(fd).nlink === 0) throw removed(path);
      writeAll(fd, bytes);
      sync();
    } catch (error) {
      // What stands there in part would make the next line unreadable.
      if (fstatSync(fd).size > size) ftruncateSync(fd, size);
      throw error;
    }
    size += bytes.length;
  };
  const append = (
    content: EntryContent,
    idempotencyKey: string | null = null,
    writeLine: typeof writeSynced = writeSynced,
  ): Entry => {
    if (broken) throw broken;
    const unhashed = {
      ...content,
      version: entryVersion,
      actionId: content.action === null ? null : actionId(content.action),
      idempotencyKey,
      seq: entries.length,
      prev: entries.at(-1)?.hash ?? rootHash(options.runId),
      at: options.clock(),
      owner: options.owner,
    };
    const entry = { ...unhashed, hash: hashOf(unhashed as unknown as JsonObject & { prev: string }) } as Entry;
    const bytes = Buffer.from(`${canonicalJson(entry as unknown as JsonValue)}\n`);
    try {
      writeWithReserve(bytes, reserve, writeLine);
    } catch (error) {
      broken = error as Error;
      throw error;
    }
    entries.push(entry);
    return entry;
  };
  const save = async (): Promise<void> => {
    await new Promise<void>((turn) => setImmediate(turn));
    saving = undefined;
    if (broken) throw broken;
    try {
      fsyncSync(fd);
    } catch (error) {
      broken = error as Error;
      throw error;
    }
  };
  const appendTogether: Journal['appendTogether'] = (content, idempotencyKey) => {
    const entry = append(content, idempotencyKey, writeOnly);
    saving ??= save();
    return { entry, saved: saving };
  };
  if (found.tornBytes > 0) {
    append({
      type: 'progress',
      action: null,
      attempt: null,
      data: { event: 'torn-end-cut-off', bytes: found.tornBytes },
    });
  }
  return {
    entries,
    append: (content, idempotencyKey) => append(content, idempotencyKey),
    appendTogether,
    close: () => closeSync(fd),
  };
}

const removed = (path: string): Error =>
  Object.assign(new Error(`${path} was removed while the run was under way`), { code: 'ENOENT', syscall: 'write' });

/** A full disk gives the reserve up, once, so that the failure itself finds room. */
function writeWithReserve(bytes: Uint8Array, reserve: string, write: (bytes: Uint8Array) => void): void {
  try {
    write(bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== 'ENOSPC' && code !== 'EDQUOT') || !existsSync(reserve)) throw error;
    rmSync(reserve, { force: true });
    write(bytes);
  }
}

/** As much as fits; a disk that is full already has none. */
function fillReserve(path: string): void {
  const fd = openToAppend(path);
  try {
    const missing = RESERVE_BYTES - fstatSync(fd).size;
    if (missing > 0) {
      writeSync(fd, Buffer.alloc(missing));
      fsyncSync(fd);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
  } finally {
    closeSync(fd);
  }
}
