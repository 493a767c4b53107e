import { basename, dirname } from 'node:path';
import { removeOldRecordings } from '../adapters/files/lock-files.ts';
import type { Emit } from './emit.ts';
import type { OutputFile } from './output.ts';

/** Of locks that were written: what nothing in them names any more goes. */
export async function cleanRecordings(emits: readonly Emit[], files: readonly OutputFile[]): Promise<void> {
  for (const { path, companions } of emits) {
    if (companions === undefined) continue;
    const folder = `${path}${companions}`;
    const kept = files.filter((file) => dirname(file.path) === folder).map((file) => basename(file.path));
    await removeOldRecordings(path, new Set(kept));
  }
}
