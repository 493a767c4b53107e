/** What of vaults no program may see. A vault itself is encrypted, and may lie beside the settings. */
import { resolve } from 'node:path';
import { sortedKeys } from '../../base/order.ts';
import type { PlanVault } from '../../ir/plan-vault-schema.ts';
import type { HiddenPlace } from '../sandbox/hidden.ts';
import type { VaultPlace } from './place.ts';

export interface VaultKeyPlace extends HiddenPlace {
  readonly vault: string;
}

export const keyPlaces = (
  vaults: Readonly<Record<string, PlanVault>>,
  { folder, home }: Pick<VaultPlace, 'folder' | 'home'>,
): readonly VaultKeyPlace[] =>
  sortedKeys(vaults).flatMap((name) => {
    const vault = vaults[name];
    if (vault?.provider !== 'local_encrypted' || !('file' in vault.key)) return [];
    const { file } = vault.key;
    const path = file.startsWith('~/') ? resolve(home, file.slice(2)) : resolve(folder, file);
    return [{ vault: name, path, what: `the key of vault \`${name}\``, tells: 'whoever reads it can open the vault' }];
  });

/** With the folder that tells who used which secret. Nothing where there are no vaults. */
export const hiddenPlaces = (
  vaults: Readonly<Record<string, PlanVault>>,
  place: Pick<VaultPlace, 'folder' | 'home'>,
  stateDir: string,
): readonly HiddenPlace[] =>
  Object.keys(vaults).length === 0
    ? []
    : [
        ...keyPlaces(vaults, place),
        { path: stateDir, what: 'the state of headgate', tells: 'it says who was given which secret' },
      ];
