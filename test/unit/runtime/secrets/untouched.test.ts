/** What failed before anything was tried at the provider leaves no operation behind. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PlanVault } from '../../../../src/ir/plan-vault-schema.ts';
import { createSecretContext } from '../../../../src/runtime/secrets/context.ts';
import { listSecrets } from '../../../../src/runtime/secrets/list-secrets.ts';
import { operationsOf } from '../../../../src/runtime/secrets/operation-files.ts';
import { setSecret } from '../../../../src/runtime/secrets/set-secret.ts';
import { vaultHealth } from '../../../../src/runtime/secrets/vault-health.ts';
import { endOf } from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const name = { vault: 'v', key: 'a' };
const opened = (vault: PlanVault, env: Record<string, string> = {}) => {
  const folder = temp.lay({});
  const place = { folder, home: folder, env, now: Date.now };
  const open = () =>
    createSecretContext({ vaults: { v: vault }, place, stateDir: join(folder, 'state'), notice: () => {} });
  return { folder, open };
};
const local: PlanVault = { provider: 'local_encrypted', file: 'v.vault', key: { file: 'key' } };

describe('what was not begun at the provider', () => {
  it.each<[string, PlanVault, (folder: string) => void, string]>([
    [
      'a passphrase that is not set',
      { ...local, key: { passphraseEnv: 'NONE_SET' } },
      () => {},
      'provider_unavailable/passphrase_missing',
    ],
    [
      'a vault file that is missing beside its key',
      local,
      (folder) => writeFileSync(join(folder, 'key'), Buffer.alloc(32, 7), { mode: 0o600 }),
      'provider_unavailable/vault_file_missing',
    ],
    [
      'a damaged vault',
      local,
      (folder) => writeFileSync(join(folder, 'v.vault'), '{}', { mode: 0o600 }),
      'provider_error/vault_file_damaged',
    ],
    [
      'a server that nobody can reach',
      { provider: 'vault', address: 'http://127.0.0.1:1', mount: 'secret', auth: { method: 'token', tokenEnv: 'T' } },
      () => {},
      'provider_unavailable/unreachable',
    ],
    [
      'a token that is not there',
      { provider: 'vault', address: 'http://127.0.0.1:1', mount: 'secret', auth: { method: 'token', tokenEnv: 'NO' } },
      () => {},
      'invalid_request/missing_variable',
    ],
  ])('for %s is not left as something to be finished', async (_, vault, spoil, fault) => {
    const { folder, open } = opened(vault, { T: 'token' });
    spoil(folder);
    const ctx = open();
    expect(await endOf(setSecret(ctx, name, 'canary-untouched'))).toBe(fault);
    expect(operationsOf(ctx.places, ctx.pool.named('v').identity)).toEqual([]);
    expect((await listSecrets(ctx, 'v')).secrets).toEqual([]);
    expect((await vaultHealth(ctx, 'v')).unfinished).toEqual([]);
    await ctx.pool.close();
  });

  it('for a key that was lost is not left either, and neither is a rotation', async () => {
    const { folder, open } = opened(local);
    const before = open();
    await setSecret(before, name, 'one');
    await before.pool.close();
    rmSync(join(folder, 'key'));
    const ctx = open();
    expect(await endOf(setSecret(ctx, name, 'two'))).toBe('provider_unavailable/key_file_missing');
    expect(operationsOf(ctx.places, ctx.pool.named('v').identity)).toEqual([]);
    await ctx.pool.close();
  });

  it('but what the system may have written is', async () => {
    const { folder, open } = opened(local);
    const before = open();
    await setSecret(before, name, 'one');
    await before.pool.close();
    // The copy that is kept of the vault before each write cannot be written.
    rmSync(join(folder, 'v.vault.backup'), { force: true });
    mkdirSync(join(folder, 'v.vault.backup', 'full'), { recursive: true });
    const ctx = open();
    expect(await endOf(setSecret(ctx, name, 'two'))).toMatch(/^(?:access_denied|provider_unavailable)\//);
    expect(operationsOf(ctx.places, ctx.pool.named('v').identity)).toHaveLength(1);
    await ctx.pool.close();
  });
});

describe('a vault in a file', () => {
  it.each(['v.vault', './v.vault', 'v.vault.backup'])(
    'that has its key in %s is refused, and nothing is made',
    async (file) => {
      const { folder, open } = opened({ ...local, key: { file } });
      const ctx = open();
      expect(await endOf(setSecret(ctx, name, 'one'))).toBe('invalid_request/key_is_vault');
      expect(await vaultHealth(ctx, 'v')).toMatchObject({ status: 'error', code: 'key_is_vault' });
      expect(existsSync(join(folder, 'v.vault'))).toBe(false);
      await ctx.pool.close();
    },
  );
});
