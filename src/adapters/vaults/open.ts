/**
 * A vault of the plan, opened; or one that the settings alone have, because it is locked. A provider more is a folder here and a line.
 * What is not named is not loaded.
 */
import type { PlanVault } from '../../ir/plan-vault-schema.ts';
import type { Vault } from '../../ports/vault.ts';
import type { LockedVault } from './coming-soon.ts';
import type { VaultPlace } from './place.ts';

/** What commands see, and runs do not. */
export type DeclaredVault = PlanVault | LockedVault;

export async function openVault(name: string, vault: DeclaredVault, place: VaultPlace): Promise<Vault> {
  switch (vault.provider) {
    case 'local_encrypted':
      return (await import('./local-encrypted/open.ts')).openLocalVault(name, vault, place);
    case 'aws_secrets_manager':
      return (await import('./aws/open.ts')).openAwsVault(name, vault, place);
    case 'vault':
      return (await import('./kv/open.ts')).openKvVault(name, vault, place);
    case 'gcp_secret_manager':
      return (await import('./coming-soon.ts')).openLockedVault(name, vault);
  }
}
