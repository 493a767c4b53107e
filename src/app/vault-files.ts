/** The files of the vaults that settings declare: those that trust has judged. */
import { dirname, resolve } from 'node:path';
import type { PlanVault } from '../ir/plan-vault-schema.ts';
import type { Settings } from '../language/settings/index.ts';
import { lowerVault } from '../language/settings/lower-vault.ts';
import { isLocked } from '../language/settings/sections/vaults.ts';
import { settingPlace } from './setting-place.ts';

/** `nameOf` names an absolute path. */
export function vaultsOfSettings(
  { file, vaults }: Pick<Settings, 'file' | 'vaults'>,
  cwd: string,
  nameOf: (path: string) => string,
): Readonly<Record<string, PlanVault>> {
  const fileOf = (path: string): string => nameOf(settingPlace(dirname(resolve(cwd, file)), path));
  return Object.fromEntries(
    Object.entries(vaults).flatMap(([name, vault]) => (isLocked(vault) ? [] : [[name, lowerVault(vault, fileOf)]])),
  );
}
