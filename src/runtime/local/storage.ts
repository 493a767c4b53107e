/** Folders that outlive runs: one for each storage resource of a scenario, wherever it is run from. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { shortName } from './short-name.ts';

/** The same scenario at the same place has the same storage; a copy of it has its own. */
export const storageKey = (sourceFolder: string, rootName: string): string =>
  createHash('sha256')
    .update(JSON.stringify([sourceFolder, rootName]))
    .digest('hex')
    .slice(0, 16);

/** Of all resources of a scenario. */
export const storagePlace = (stateDir: string, key: string): string => join(stateDir, 'storage', key);

export function storageFolder(stateDir: string, key: string, id: string): string {
  const folder = join(storagePlace(stateDir, key), shortName(encodeURIComponent(id)));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
