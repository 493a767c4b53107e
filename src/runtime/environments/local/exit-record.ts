/** Ends of tasks as their sandboxes wrote them down: known also when headgate was killed before it heard of them. */
import { closeSync, constants, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Exit } from '../../../ports/environment.ts';
import { logName } from './logs.ts';

/** One file for each attempt; the folder is made. */
export function exitRecordPath(folder: string, moniker: string, attempt: number): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${recordName(moniker)}.${attempt}.json`);
}

const recordName = (moniker: string): string => logName(moniker).slice(0, -'.log'.length);

/**
 * Of the records in a folder, those of attempts that were never begun as far as `begun` knows (moniker → its last attempt). O(files +
 * monikers).
 */
export function recordsBeyond(files: readonly string[], begun: ReadonlyMap<string, number>): readonly string[] {
  const attempts = new Map([...begun].map(([moniker, attempt]) => [recordName(moniker), attempt]));
  return files.filter((file) => {
    const [, name = '', attempt] = /^(.*)\.(\d+)\.json$/.exec(file) ?? [];
    return attempt !== undefined && Number(attempt) > (attempts.get(name) ?? 0);
  });
}

/** Longer than any record. */
const MAX_BYTES = 256;

/** Undefined when nothing is known: there is no file, or no whole line in it. Who wrote it was in a sandbox, and is not trusted. */
export function readExitRecord(path: string): Exit | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const bytes = Buffer.alloc(MAX_BYTES);
      const text = bytes.toString('utf8', 0, readSync(fd, bytes, 0, MAX_BYTES, 0));
      return text.includes('\n') ? exitOf(JSON.parse(text.slice(0, text.indexOf('\n')))) : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function exitOf(value: unknown): Exit | undefined {
  const { code, signal } = (value ?? {}) as { readonly code?: unknown; readonly signal?: unknown };
  if (Number.isInteger(code) && signal === null) return { code: code as number, signal };
  return code === null && typeof signal === 'string' && /^SIG[A-Z0-9]+$/.test(signal) ? { code, signal } : undefined;
}
