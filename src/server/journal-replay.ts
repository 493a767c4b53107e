/** Entries of a journal that were written before somebody asked for them, a bounded piece at a time. */
import { type FileHandle, open } from 'node:fs/promises';
import type { JsonObject } from '../base/json.ts';
import type { Entry } from '../language/journal/entry.ts';
import { migrate } from '../language/journal/migrate.ts';

const CHUNK = 64 * 1024;

export interface JournalReplay {
  /** The next ones, as much as one piece holds; nothing at the end of the file as it is now. */
  readonly next: () => Promise<readonly Entry[]>;
  readonly close: () => Promise<void>;
}

/** The run that reads it has checked it, and writes it: lines are whole and in order. */
export async function openReplay(path: string): Promise<JournalReplay> {
  const file = await open(path, 'r');
  let from = 0;
  return {
    next: async () => {
      const text = await wholeLines(file, from);
      from += text.length;
      return text
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .flatMap((line) => (migrate(JSON.parse(line) as JsonObject) ?? []) as Entry | []);
    },
    close: () => file.close(),
  };
}

async function wholeLines(file: FileHandle, from: number): Promise<Buffer> {
  for (let size = CHUNK; ; size *= 2) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, from);
    const end = buffer.lastIndexOf(10, bytesRead - 1) + 1;
    if (bytesRead === 0) return buffer.subarray(0, 0);
    if (end > 0 || bytesRead < size) return buffer.subarray(0, end);
  }
}
