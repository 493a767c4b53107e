/** A vault that can be declared and shown, and nothing more: no provider is ever asked. */
import type { Vault } from '../../ports/vault.ts';

export interface LockedVault {
  readonly provider: 'gcp_secret_manager';
  readonly default?: false;
}

export function openLockedVault(name: string, { provider }: LockedVault): Vault {
  const message = `vaults of \`${provider}\` are coming soon`;
  const remedy = 'use a vault of `local_encrypted`, `aws_secrets_manager` or `vault`';
  const refuse = async () => ({ fault: { code: 'invalid_request', detail: 'coming_soon', message, remedy } as const });
  return {
    name,
    provider,
    resolve: refuse,
    list: refuse,
    health: async () => ({ status: 'coming_soon', code: 'coming_soon', message, guidance: [remedy] }),
    create: refuse,
    putPending: refuse,
    promote: refuse,
    discard: refuse,
    remove: refuse,
    close: async () => undefined,
  };
}
