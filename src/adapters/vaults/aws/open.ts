import type { AwsVault } from '../../../ir/plan-vault-schema.ts';
import type { Vault } from '../../../ports/vault.ts';
import type { VaultPlace } from '../place.ts';

export function openAwsVault(name: string, _vault: AwsVault, _place: VaultPlace): Vault {
  throw new Error(`vault ${name} cannot be opened yet`);
}
