import type { LocalVault } from '../../../ir/plan-vault-schema.ts';
import type { Vault } from '../../../ports/vault.ts';
import type { VaultPlace } from '../place.ts';

export function openLocalVault(name: string, _vault: LocalVault, _place: VaultPlace): Vault {
  throw new Error(`vault ${name} cannot be opened yet`);
}
