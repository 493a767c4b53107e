import { afterAll, describe, expect, it } from 'vitest';
import type { SecretContext } from '../../../../src/runtime/secrets/context.ts';
import { deleteSecret } from '../../../../src/runtime/secrets/delete-secret.ts';
import { readRegistry } from '../../../../src/runtime/secrets/registry.ts';
import { rotateSecret } from '../../../../src/runtime/secrets/rotate-secret.ts';
import { setSecret } from '../../../../src/runtime/secrets/set-secret.ts';
import { updateSecret } from '../../../../src/runtime/secrets/update-secret.ts';
import {
  disableVault,
  enableVault,
  makeDefault,
  requireDefault,
} from '../../../../src/runtime/secrets/vault-changes.ts';
import { readVaultStates } from '../../../../src/runtime/secrets/vault-states.ts';
import { faultWith } from '../../../support/secrets/memory-vault.ts';
import { endOf, type Fixture, type FixtureOptions, secretsFixture } from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const vaults = ['a', 'b', 'c'] as const;
const fresh = (more: Partial<FixtureOptions> = {}): Fixture =>
  secretsFixture({ stateDir: temp.lay({}), vaults, ...more });
const defaultOf = (ctx: SecretContext): string => {
  try {
    return requireDefault(ctx).name;
  } catch {
    return 'none';
  }
};
const flagged = (ctx: SecretContext): number =>
  Object.values(readVaultStates(ctx.places)).filter(({ isDefault }) => isDefault === true).length;

describe('003-C4.1: the default vault', () => {
  it('is the one of the settings, until an operator says another', async () => {
    const ctx = fresh({ defaultVault: 'b' }).context();
    expect(defaultOf(ctx)).toBe('b');
    await makeDefault(ctx, 'a');
    expect(defaultOf(ctx)).toBe('a');
    await makeDefault(ctx, 'c');
    expect(defaultOf(ctx)).toBe('c');
    expect(flagged(ctx)).toBe(1);
    expect(defaultOf(fresh().context())).toBe('none');
  });

  it('003-C4.8: is one, whoever says it at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const ctx = fresh().context();
      await Promise.all(vaults.flatMap((name) => [makeDefault(ctx, name), makeDefault(ctx, name)]));
      expect(flagged(ctx)).toBe(1);
      expect(vaults).toContain(defaultOf(ctx));
    }
  });

  it('003-C4.4 (races of the default vault): is never one that was disabled at the same time', async () => {
    for (let round = 0; round < 6; round++) {
      const ctx = fresh({ defaultVault: 'b' }).context();
      const work = [() => endOf(makeDefault(ctx, 'a')), () => endOf(disableVault(ctx, 'a'))];
      const [said] = await Promise.all((round % 2 === 0 ? work : work.reverse()).map((one) => one()));
      expect(said === undefined).toBe(false);
      expect(defaultOf(ctx)).not.toBe('a');
      expect(flagged(ctx)).toBe(0);
    }
  });

  it('ceases to be when it is disabled, and is the one of the settings again when it is enabled', async () => {
    const ctx = fresh({ defaultVault: 'b' }).context();
    expect(await disableVault(ctx, 'b')).toEqual({ wasDefault: true });
    expect(await disableVault(ctx, 'b')).toEqual({ wasDefault: false });
    expect(defaultOf(ctx)).toBe('none');
    expect(await endOf(makeDefault(ctx, 'b'))).toBe('conflict/vault_disabled');
    await enableVault(ctx, 'b');
    expect(defaultOf(ctx)).toBe('b');
    await makeDefault(ctx, 'a');
    await disableVault(ctx, 'a');
    await enableVault(ctx, 'a');
    expect(defaultOf(ctx)).toBe('none');
  });

  it.each([
    ['ready', 'a'],
    ['warning', 'a'],
    ['error', 'none'],
    ['coming_soon', 'none'],
    ['disabled', 'none'],
  ] as const)('may be one whose health is %s: %s', async (status, found) => {
    const ctx = fresh({ health: { status, code: 'c', message: 'm', guidance: [] } }).context();
    const end = await endOf(makeDefault(ctx, 'a'));
    expect(defaultOf(ctx)).toBe(found);
    if (found === 'none') expect(end).toBe('conflict/vault_not_ready');
  });
});

describe('a vault that is disabled', () => {
  const name = { vault: 'a', key: 'k' };

  it('is not written to', async () => {
    const fixture = fresh();
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    await disableVault(ctx, 'a');
    const before = fixture.calls().length;
    expect(await endOf(setSecret(ctx, name, 'two'))).toBe('conflict/vault_disabled');
    expect(await endOf(rotateSecret(ctx, name, { text: 'two' }))).toBe('conflict/vault_disabled');
    expect(fixture.calls()).toHaveLength(before);
  });

  it('003-C4.4 (deletion in a disabled vault): has its secrets deleted here, and at the provider when it is used again', async () => {
    const fixture = fresh();
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    await disableVault(ctx, 'a');
    const before = fixture.calls().length;
    expect(await deleteSecret(ctx, name)).toMatchObject({ atProvider: 'later' });
    expect(await deleteSecret(ctx, name)).toMatchObject({ atProvider: 'later' });
    expect(fixture.calls()).toHaveLength(before);
    const records = () => readRegistry(ctx.places, ctx.pool.named('a').identity).secrets;
    expect(records()).toMatchObject([
      { status: 'deleted', cleanUp: { work: 'remove', key: 'k', code: 'vault_disabled' } },
    ]);
    expect(fixture.store.secrets.has('k')).toBe(true);
    expect(await endOf(deleteSecret(ctx, { vault: 'a', key: 'other' }))).toBe('not_found/secret_missing');
    await enableVault(ctx, 'a');
    // It is not taken for one that only the provider knows.
    expect(await endOf(updateSecret(ctx, name, { status: 'active' }))).toBe('not_found/secret_deleted');
    expect(await setSecret(ctx, name, 'two')).toMatchObject({ change: 'created' });
    expect(records()).toMatchObject([{ status: 'deleted', cleanUp: null }, { status: 'active' }]);
    expect(fixture.store.secrets.get('k')?.map(({ value }) => value)).toEqual(['two']);
  });
});

describe('a deletion', () => {
  const name = { vault: 'a', key: 'k' };

  it('that the provider failed counts here, and is tried again by whoever asks again', async () => {
    let isDown = true;
    const fixture = fresh({
      at: (call) => (call === 'remove' && isDown ? faultWith('provider_unavailable') : undefined),
    });
    const secrets = fixture.secrets();
    const ctx = secrets.context;
    await setSecret(ctx, name, 'one');
    expect(await endOf(deleteSecret(ctx, name))).toBe('provider_unavailable/made_up');
    expect(await endOf(setSecret(ctx, name, 'two'))).toBe('provider_unavailable/made_up');
    expect(await endOf(deleteSecret(ctx, name))).toBe('provider_unavailable/made_up');
    expect(fixture.store.secrets.has('k')).toBe(true);
    isDown = false;
    expect(await deleteSecret(ctx, name)).toMatchObject({ atProvider: 'removed' });
    expect(fixture.store.secrets.has('k')).toBe(false);
    expect(await deleteSecret(ctx, name)).toMatchObject({ atProvider: 'removed' });
  });

  it('of what never was is refused, with what was probably meant', async () => {
    const ctx = fresh().context();
    await setSecret(ctx, { vault: 'a', key: 'password' }, 'one');
    await expect(deleteSecret(ctx, { vault: 'a', key: 'pasword' })).rejects.toMatchObject({
      fault: { code: 'not_found', remedy: 'did you mean `password`?' },
    });
  });

  it('of a secret without a record removes it at the provider', async () => {
    const fixture = fresh();
    await setSecret(secretsFixture({ stateDir: temp.lay({}), vaults, store: fixture.store }).context(), name, 'one');
    expect(await deleteSecret(fixture.context(), name)).toMatchObject({ atProvider: 'removed' });
    expect(fixture.store.secrets.has('k')).toBe(false);
  });
});
