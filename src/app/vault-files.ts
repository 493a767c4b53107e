/** The files of the vaults that settings declare: those that trust has judged. */
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { realPlace } from '../adapters/files/scenario-tree.ts';
import type { PlanVault } from '../ir/plan-vault-schema.ts';
import type { Settings } from '../language/settings/index.ts';
import { lowerVault } from '../language/settings/lower-vault.ts';
import { isLocked } from '../language/settings/sections/vaults.ts';

/** `nameOf` names an absolute path. */
export function vaultsOfSettings(
  { file, vaults }: Pick<Settings, 'file' | 'vaults'>,
  cwd: string,
  nameOf: (path: string) => string,
): Readonly<Record<string, PlanVault>> {
  const fileOf = (path: string): string => nameOf(placeOf(dirname(resolve(cwd, file)), path));
  return Object.fromEntries(
    Object.entries(vaults).flatMap(([name, vault]) => (isLocked(vault) ? [] : [[name, lowerVault(vault, fileOf)]])),
  );
}

/** By the name of the folder, unless it is a link and `..` leads elsewhere from where it points to. */
function placeOf(folder: string, path: string): string {
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
