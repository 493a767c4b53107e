/** Folders with their parents. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes `path` and what is missing above it; answers the topmost folder that was made, undefined when all were there. Throws as
 * `mkdir` does. Danger: node's own `recursive` never returns where a file system makes no folder in one that exists (`/proc`).
 */
export function makeFolders(path: string, mode = 0o777): string | undefined {
  const missing: string[] = [];
  for (let folder = path; !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) makeOne(folder, mode);
  // A file in the place of the folder is told as such.
  if (missing.length === 0 && !statSync(path).isDirectory()) mkdirSync(path);
  return missing[0];
}

/** Another process may have been faster. */
function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
