/** What is wrong with a vault has the same code before anything runs as when a value is asked for. */
import { describe, expect, it } from 'vitest';
import type { VaultHealth } from '../../../../src/ports/vault.ts';
import { checkVaults, healthFault } from '../../../../src/runtime/bindings/check-vaults.ts';

const unhealthy = (code: string, more: Partial<VaultHealth> = {}): VaultHealth => ({
  status: 'error',
  code,
  message: 'it cannot be opened',
  guidance: ['look at it'],
  ...more,
});

describe('the health of a vault', () => {
  it.each([
    ['access_denied', unhealthy('wrong_key', { fault: 'access_denied' })],
    ['access_denied', unhealthy('key_file_open_to_others', { fault: 'access_denied' })],
    ['provider_error', unhealthy('vault_file_damaged', { fault: 'provider_error' })],
    ['provider_unavailable', unhealthy('key_file_missing', { fault: 'provider_unavailable', missingFields: ['key'] })],
    ['throttled', unhealthy('throttled')],
    ['invalid_request', unhealthy('variables_missing', { missingFields: ['A'] })],
    ['provider_unavailable', unhealthy('sealed')],
    ['conflict', unhealthy('disabled', { status: 'disabled' })],
    [undefined, unhealthy('backup_missing', { status: 'warning' })],
  ])('is %s where it is %o', (code, health) => {
    expect(healthFault('local', health)?.code).toBe(code);
  });

  it('is told as the reason for which nothing starts', async () => {
    const look = async () => ({ health: unhealthy('wrong_key', { fault: 'access_denied' }), keys: null });
    const bound = [['/a', [{ path: 'token', reference: 'secret://local/token' }]]] as const;
    const blocked = await checkVaults(bound, async () => ({ look }), new AbortController().signal);
    expect(blocked).toMatchObject([
      { gate: 'secret_unresolved', subject: '/a', reasons: [expect.stringMatching(/^access_denied: vault `local`/)] },
    ]);
  });
});
