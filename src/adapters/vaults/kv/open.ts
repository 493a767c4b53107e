import type { KvVault } from '../../../ir/plan-vault-schema.ts';
import type { Vault } from '../../../ports/vault.ts';
import type { VaultPlace } from '../place.ts';

export function openKvVault(name: string, _vault: KvVault, _place: VaultPlace): Vault {
  throw new Error(`vault ${name} cannot be opened yet`);
}
