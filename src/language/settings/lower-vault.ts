/** What a vault of the settings means. */
import type { PlanVault } from '../../ir/plan-vault-schema.ts';
import type { VaultSettings } from './sections/vaults.ts';

type FileOf = (path: string) => string;

/** Files are named as `fileOf` names them, unless the place of the settings has no part in it. */
export function lowerVault(vault: VaultSettings, fileOf: FileOf): PlanVault {
  const common = vault.default === true ? ({ default: true } as const) : {};
  switch (vault.provider) {
    case 'local_encrypted': {
      const { provider, file, key } = vault;
      const { file: keyFile, passphraseEnv } = key;
      // Exactly one of the two was written.
      const opens = passphraseEnv === undefined ? { file: moved(keyFile ?? '', fileOf) } : { passphraseEnv };
      return { provider, ...common, file: moved(file, fileOf), key: opens };
    }
    case 'aws_secrets_manager': {
      const { provider, region, namespace, prefix, endpoint } = vault;
      return {
        provider,
        ...common,
        region,
        ...(namespace === undefined ? {} : { namespace }),
        ...(prefix === undefined ? {} : { prefix }),
        ...(endpoint === undefined ? {} : { endpoint }),
      };
    }
    case 'vault': {
      const { provider, address, mount, auth } = vault;
      return { provider, ...common, address, mount, auth: { ...auth } };
    }
  }
}

const moved = (path: string, fileOf: FileOf): string =>
  path.startsWith('/') || path.startsWith('~/') ? path : fileOf(path);
