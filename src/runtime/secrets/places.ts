/** Where secrets have their records: `<state-dir>/secrets`. No value is ever written there. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { realPlace } from '../../adapters/files/scenario-tree.ts';
import type { DeclaredVault } from '../../adapters/vaults/open.ts';
import type { VaultPlace } from '../../adapters/vaults/place.ts';
import { canonicalJson, type JsonValue } from '../../base/json.ts';
import { originOf } from '../../language/secrets/vault-address.ts';

export interface SecretPlaces {
  readonly folder: string;
  readonly audit: string;
  /** Of every vault: whether it may be used, and which is the default. */
  readonly vaults: string;
  /** What is under way. */
  readonly operations: string;
  readonly registryFolder: (identity: string) => string;
  readonly registry: (identity: string) => string;
  /** A folder for each lock. */
  readonly lock: (name: string) => string;
}

export function secretPlaces(stateDir: string): SecretPlaces {
  const folder = join(stateDir, 'secrets');
  return {
    folder,
    audit: join(folder, 'audit.ndjson'),
    vaults: join(folder, 'vaults.json'),
    operations: join(folder, 'operations'),
    registryFolder: (identity) => join(folder, identity),
    registry: (identity) => join(folder, identity, 'registry.json'),
    lock: (name) => join(folder, 'locks', name),
  };
}

/** Of where the provider keeps things: a vault that is renamed in the settings is the same one. */
export function vaultIdentity(vault: DeclaredVault, place: Pick<VaultPlace, 'folder' | 'home'>): string {
  const text = canonicalJson(['headgate vault 1', vault.provider, ...whereOf(vault, place)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function whereOf(vault: DeclaredVault, { folder, home }: Pick<VaultPlace, 'folder' | 'home'>): readonly JsonValue[] {
  switch (vault.provider) {
    case 'local_encrypted':
      return [realPlace(vault.file.startsWith('~/') ? join(home, vault.file.slice(2)) : resolve(folder, vault.file))];
    case 'aws_secrets_manager':
      return [vault.region, vault.endpoint ?? null, vault.prefix ?? 'headgate', vault.namespace ?? 'default'];
    case 'vault': {
      const read = originOf(vault.address);
      return ['origin' in read ? read.origin : vault.address, vault.mount.replace(/^\/+|\/+$/g, '')];
    }
    case 'gcp_secret_manager':
      return [];
  }
}
