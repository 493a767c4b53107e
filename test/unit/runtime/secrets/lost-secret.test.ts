/** A secret that has a record, and that its vault does not have any more. */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PlanVault } from '../../../../src/ir/plan-vault-schema.ts';
import { byOperator } from '../../../../src/runtime/authority/authority.ts';
import { createSecretContext, type SecretContext } from '../../../../src/runtime/secrets/context.ts';
import { listSecrets } from '../../../../src/runtime/secrets/list-secrets.ts';
import { operationsOf } from '../../../../src/runtime/secrets/operation-files.ts';
import { readRegistry } from '../../../../src/runtime/secrets/registry.ts';
import { resumeRotation, rotateSecret } from '../../../../src/runtime/secrets/rotate-secret.ts';
import { setSecret } from '../../../../src/runtime/secrets/set-secret.ts';
import { updateSecret } from '../../../../src/runtime/secrets/update-secret.ts';
import { faultWith, type MemoryOptions } from '../../../support/secrets/memory-vault.ts';
import { component, endOf, secretsFixture } from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const name = { vault: 'local', key: 'a' };
const fresh = (more: MemoryOptions = {}) => secretsFixture({ stateDir: temp.lay({}), ...more });
const versionsOf = (ctx: SecretContext): readonly string[] =>
  (
    readRegistry(ctx.places, ctx.pool.named('local').identity).secrets.find(({ key }) => key === 'a')?.versions ?? []
  ).map(({ number, status }) => `${number} ${status}`);
const leftOf = (ctx: SecretContext) => operationsOf(ctx.places, ctx.pool.named('local').identity);

describe('a secret that its vault does not have any more', () => {
  it('is created again by `set`, and its numbers go on', async () => {
    const fixture = fresh();
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    await setSecret(ctx, name, 'two');
    fixture.store.secrets.clear();
    fixture.store.counted.clear();
    expect(await resumeRotation(ctx, name)).toBeNull();
    expect(await endOf(rotateSecret(ctx, name, { text: 'three' }))).toBe('not_found/secret_lost');
    expect(await setSecret(ctx, name, 'three')).toMatchObject({ change: 'created_again', secretVersion: 3 });
    expect(versionsOf(ctx)).toEqual(['1 destroyed', '2 destroyed', '3 current']);
    expect(leftOf(ctx)).toEqual([]);
    expect(await rotateSecret(ctx, name, { text: 'four' })).toMatchObject({ secretVersion: 4 });
    expect(versionsOf(ctx)).toEqual(['1 destroyed', '2 destroyed', '3 previous', '4 current']);
    const secrets = fixture.secrets();
    for (const [number, text] of [
      [3, 'three'],
      [4, 'four'],
    ] as const)
      expect(await secrets.resolve({ ...name, version: { number } }, component, byOperator)).toMatchObject({
        value: { text },
      });
    expect(await secrets.resolve({ ...name, version: { number: 1 } }, component, byOperator)).toMatchObject({
      fault: { detail: 'version_not_active' },
    });
  });

  it('is shown as such in the list', async () => {
    const fixture = fresh();
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    expect((await listSecrets(ctx, 'local')).secrets).toMatchObject([{ isLost: false }]);
    fixture.store.secrets.clear();
    expect((await listSecrets(ctx, 'local')).secrets).toMatchObject([{ isLost: true }]);
  });

  it('stays as it is where the vault cannot say so, or the secret is disabled', async () => {
    let isDown = false;
    const fixture = fresh({
      at: (call, when) => {
        if (!isDown || when !== 'before') return undefined;
        return call === 'putPending' ? faultWith('not_found', 'no_such_secret') : faultWith('access_denied');
      },
    });
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    isDown = true;
    expect(await endOf(setSecret(ctx, name, 'two'))).toBe('not_found/no_such_secret');
    isDown = false;
    expect(versionsOf(ctx)).toEqual(['1 current']);
    await updateSecret(ctx, name, { status: 'disabled' });
    fixture.store.secrets.clear();
    expect(await endOf(setSecret(ctx, name, 'two'))).toBe('conflict/secret_not_active');
    expect(fixture.store.secrets.size).toBe(0);
  });

  it.each(['before', 'after'])('is created once where the answer is missing %s it was done', async (moment) => {
    let isDown = false;
    const fixture = fresh({
      at: (call, when) => {
        if (!isDown || call !== 'create' || when !== moment) return undefined;
        isDown = false;
        return faultWith('provider_unavailable', 'request_timeout');
      },
    });
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    fixture.store.secrets.clear();
    isDown = true;
    expect(await endOf(setSecret(ctx, name, 'two'))).toBe('provider_unavailable/request_timeout');
    expect(versionsOf(ctx)).toEqual(['1 current']);
    expect(await setSecret(ctx, name, 'two')).toMatchObject({ change: 'recovered', secretVersion: 2 });
    expect(versionsOf(ctx)).toEqual(['1 destroyed', '2 current']);
    expect(leftOf(ctx)).toEqual([]);
  });
});

describe('a vault in a file', () => {
  const local = () => {
    const folder = temp.lay({});
    const vault: PlanVault = { provider: 'local_encrypted', file: 'v.vault', key: { file: 'keys/key' } };
    const place = { folder, home: folder, env: {}, now: Date.now };
    const open = () =>
      createSecretContext({ vaults: { local: vault }, place, stateDir: join(folder, 'state'), notice: () => {} });
    return { folder, open };
  };

  it('whose key was lost, and that was moved away, takes every secret anew', async () => {
    const { folder, open } = local();
    const before = open();
    await setSecret(before, name, 'one');
    await setSecret(before, name, 'two');
    await before.pool.close();
    for (const file of ['v.vault', 'v.vault.backup']) renameSync(join(folder, file), join(folder, `${file}.away`));
    rmSync(join(folder, 'keys/key'));
    const ctx = open();
    expect(await setSecret(ctx, name, 'three')).toMatchObject({ change: 'created_again', secretVersion: 3 });
    expect(await rotateSecret(ctx, name, { text: 'four' })).toMatchObject({ change: 'rotated', secretVersion: 4 });
    expect(versionsOf(ctx)).toEqual(['1 destroyed', '2 destroyed', '3 previous', '4 current']);
    expect(leftOf(ctx)).toEqual([]);
    const { vault } = { vault: await ctx.pool.open('local') };
    expect(await vault.resolve({ key: 'a' })).toMatchObject({ value: { text: 'four' } });
    await ctx.pool.close();
  });

  it('that was put back from an older copy takes those that it lacks', async () => {
    const { folder, open } = local();
    const before = open();
    await setSecret(before, { vault: 'local', key: 'b' }, 'other');
    const copy = readFileSync(join(folder, 'v.vault'));
    await setSecret(before, name, 'one');
    await before.pool.close();
    writeFileSync(join(folder, 'v.vault'), copy);
    const ctx = open();
    expect(await setSecret(ctx, name, 'two')).toMatchObject({ change: 'created_again', secretVersion: 2 });
    await ctx.pool.close();
  });
});
