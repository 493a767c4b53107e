import { afterAll, describe, expect, it } from 'vitest';
import { deleteSecret } from '../../../../src/runtime/secrets/delete-secret.ts';
import { type ListedSecret, listSecrets } from '../../../../src/runtime/secrets/list-secrets.ts';
import { changeRegistry } from '../../../../src/runtime/secrets/registry.ts';
import { resumeRotation, rotateSecret } from '../../../../src/runtime/secrets/rotate-secret.ts';
import { newSecret, withSecret } from '../../../../src/runtime/secrets/secret-records.ts';
import { setSecret } from '../../../../src/runtime/secrets/set-secret.ts';
import { updateSecret } from '../../../../src/runtime/secrets/update-secret.ts';
import { disableVault } from '../../../../src/runtime/secrets/vault-changes.ts';
import { vaultHealth } from '../../../../src/runtime/secrets/vault-health.ts';
import { faultWith, type VaultCall } from '../../../support/secrets/memory-vault.ts';
import { endOf, secretsFixture } from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const lineOf = ({ key, status, version, mode, cleanUp, unfinished }: ListedSecret): string =>
  [key, status, version, mode, cleanUp?.work, unfinished && `${unfinished.work} ${unfinished.step}`].join(' ');

const failing = () => {
  const down = new Set<VaultCall>();
  const fixture = secretsFixture({
    stateDir: temp.lay({}),
    at: (call, when) => (when === 'before' && down.has(call) ? faultWith('provider_unavailable') : undefined),
  });
  const ctx = fixture.context();
  return { down, fixture, ctx, lines: async () => (await listSecrets(ctx, 'local')).secrets.map(lineOf) };
};
const name = (key: string) => ({ vault: 'local', key });

describe('the list of secrets', () => {
  it('has what is recorded and what only the provider knows, sorted, and nothing that was deleted', async () => {
    const { fixture, ctx, lines } = failing();
    await setSecret(secretsFixture({ stateDir: temp.lay({}), store: fixture.store }).context(), name('c'), 'v');
    for (const key of ['d', 'b', 'a', 'b']) await setSecret(ctx, name(key), 'v');
    await deleteSecret(ctx, name('d'));
    await updateSecret(ctx, name('a'), { status: 'archived' });
    expect(await lines()).toEqual(['a archived 1 managed  ', 'b active 2 managed  ', 'c unrecorded    ']);
    expect(fixture.calls().filter((call) => call === 'resolve')).toEqual([]);
  });

  it('says what is still to be done, and so does the health of the vault, until it is done', async () => {
    const { down, ctx, lines } = failing();
    for (const key of ['a', 'b', 'c']) await setSecret(ctx, name(key), 'v');
    for (const call of ['promote', 'discard', 'remove', 'create'] as const) down.add(call);
    await endOf(rotateSecret(ctx, name('a'), { text: 'w' }));
    await endOf(deleteSecret(ctx, name('b')));
    await endOf(setSecret(ctx, name('d'), 'v'));
    expect(await lines()).toEqual([
      'a active 1 managed discard ',
      'b deleted  managed remove ',
      'c active 1 managed  ',
      'd unrecorded    create write',
    ]);
    expect(await vaultHealth(ctx, 'local')).toMatchObject({
      status: 'warning',
      code: 'clean_up_pending',
      cleanUps: ['a', 'b'],
      unfinished: ['d'],
      guidance: [expect.stringContaining('rotate --resume'), expect.stringContaining('headgate secrets set local/d')],
    });
    down.clear();
    for (const key of ['a', 'b']) await resumeRotation(ctx, name(key));
    await setSecret(ctx, name('d'), 'v');
    expect(await lines()).toEqual(['a active 1 managed  ', 'c active 1 managed  ', 'd active 1 managed  ']);
    expect(await vaultHealth(ctx, 'local')).toMatchObject({ status: 'ready', cleanUps: [], unfinished: [] });
  });

  it('of a provider that cannot be asked has what is recorded, and says why', async () => {
    const { down, ctx } = failing();
    await setSecret(ctx, name('a'), 'v');
    down.add('list');
    expect(await listSecrets(ctx, 'local')).toMatchObject({
      secrets: [{ key: 'a' }],
      fault: { code: 'provider_unavailable' },
    });
  });

  it('of a vault that is disabled asks nobody', async () => {
    const { fixture, ctx } = failing();
    await setSecret(ctx, name('a'), 'v');
    await disableVault(ctx, 'local');
    const before = fixture.calls().length;
    const listed = await listSecrets(ctx, 'local');
    expect(listed).toMatchObject({ secrets: [{ key: 'a' }], fault: null });
    expect(listed.disabledAt).not.toBeNull();
    expect(await vaultHealth(ctx, 'local')).toMatchObject({ status: 'disabled', code: 'disabled' });
    expect(fixture.calls()).toHaveLength(before);
  });

  it('shows where a secret of elsewhere is', async () => {
    const { ctx } = failing();
    await changeRegistry(ctx.places, ctx.pool.named('local').identity, async ({ registry, save }) =>
      save(withSecret(registry, newSecret({ key: 'x', externalRef: 'arn:x' }, ctx.time()))),
    );
    expect((await listSecrets(ctx, 'local')).secrets).toMatchObject([
      { key: 'x', mode: 'external', externalRef: 'arn:x' },
    ]);
  });
});

describe('the health of a vault', () => {
  it.each([
    ['that fails', { at: () => new Error('sealed canary') }],
    ['that cannot be opened', { openFails: () => new Error('no canary') }],
  ])('%s is an error in general words', async (_, options) => {
    const ctx = secretsFixture({ stateDir: temp.lay({}), ...options }).context();
    const health = await vaultHealth(ctx, 'local');
    expect(health).toMatchObject({ status: 'error', code: 'unexpected', message: 'the vault failed' });
    expect(JSON.stringify(health)).not.toContain('canary');
  });

  it('is what the provider says', async () => {
    const health = { status: 'coming_soon', code: 'coming_soon', message: 'not yet', guidance: ['wait'] } as const;
    const ctx = secretsFixture({ stateDir: temp.lay({}), health }).context();
    expect(await vaultHealth(ctx, 'local')).toMatchObject(health);
  });
});
