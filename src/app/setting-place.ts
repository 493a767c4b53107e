/** Where a path of the settings leads: as trust has judged it. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { realPlace } from '../adapters/files/scenario-tree.ts';

/** By the name of the folder, unless it is a link and `..` leads elsewhere from where it points to. */
export function settingPlace(folder: string, path: string): string {
  const judged = resolve(realFolder(folder), path);
  const named = resolve(folder, path);
  return realPlace(named) === realPlace(judged) ? named : judged;
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
