import { afterAll, describe, expect, it } from 'vitest';
import { byOperator } from '../../../../src/runtime/authority/authority.ts';
import type { SecretContext } from '../../../../src/runtime/secrets/context.ts';
import { operationsOf, writeOperation } from '../../../../src/runtime/secrets/operation-files.ts';
import { changeRegistry, readRegistry } from '../../../../src/runtime/secrets/registry.ts';
import type { SecretRecord } from '../../../../src/runtime/secrets/registry-form.ts';
import { resumeRotation, rotateSecret } from '../../../../src/runtime/secrets/rotate-secret.ts';
import { newSecret, withSecret } from '../../../../src/runtime/secrets/secret-records.ts';
import { setSecret } from '../../../../src/runtime/secrets/set-secret.ts';
import { updateSecret } from '../../../../src/runtime/secrets/update-secret.ts';
import { faultWith, type MemoryOptions, type VaultCall } from '../../../support/secrets/memory-vault.ts';
import { answerOf, component, endOf, type Fixture, secretsFixture } from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const name = { vault: 'local', key: 'k' };
const fresh = (more: MemoryOptions = {}): Fixture => secretsFixture({ stateDir: temp.lay({}), ...more });
const recordOf = (ctx: SecretContext): SecretRecord | undefined =>
  readRegistry(ctx.places, ctx.pool.named('local').identity).secrets.at(-1);
const leftOf = (ctx: SecretContext) => operationsOf(ctx.places, ctx.pool.named('local').identity);
const atProvider = ({ store }: Fixture): readonly string[] =>
  (store.secrets.get('k') ?? []).map(({ value, status }) => `${value} ${status}`);
const statuses = (ctx: SecretContext): readonly string[] => recordOf(ctx)?.versions.map(({ status }) => status) ?? [];

/** Each of the calls that are named fails as often as is said, before or after it does what it does. */
function failing(plan: Partial<Record<VaultCall, { readonly times: number; readonly when?: 'before' | 'after' }>>): {
  readonly at: NonNullable<MemoryOptions['at']>;
  readonly repair: () => void;
} {
  const left = new Map(Object.entries(plan).map(([call, { times }]) => [call, times]));
  return {
    at: (call, when) => {
      const times = left.get(call) ?? 0;
      if (times === 0 || when !== (plan[call]?.when ?? 'before')) return undefined;
      left.set(call, times - 1);
      return faultWith('provider_unavailable', 'request_timeout');
    },
    repair: () => left.clear(),
  };
}

describe('a rotation', () => {
  it('keeps the version before it', async () => {
    const fixture = fresh();
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    expect(await rotateSecret(ctx, name, { text: 'two' })).toMatchObject({ change: 'rotated', secretVersion: 2 });
    expect(atProvider(fixture)).toEqual(['one previous', 'two current']);
    expect(statuses(ctx)).toEqual(['previous', 'current']);
    expect(recordOf(ctx)?.rotatedAt).not.toBeNull();
  });

  it('is not taken for done where somebody else has made a version of that name the current one', async () => {
    const fixture = fresh({
      at: (call) => {
        if (call !== 'promote') return undefined;
        for (const one of fixture.store.secrets.get('k') ?? [])
          one.status = one.status === 'pending' ? 'current' : 'previous';
        return faultWith('conflict', 'version_taken');
      },
    });
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    expect(await endOf(rotateSecret(ctx, name, { text: 'two' }))).toBe('conflict/version_taken');
    expect(statuses(ctx)[0]).toBe('current');
    expect(statuses(ctx)[1]).not.toBe('current');
  });

  it('makes a value of the length that is asked for', async () => {
    const fixture = fresh();
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    for (let n = 0; n < 3; n++) await rotateSecret(ctx, name, { generate: 48 });
    const values = (fixture.store.secrets.get('k') ?? []).slice(1).map(({ value }) => value);
    expect(new Set(values).size).toBe(3);
    for (const value of values) expect(value).toMatch(/^[A-Za-z0-9_-]{48}$/);
  });

  it.each(['disabled', 'archived'] as const)(
    '003-C4.4 (rotation guards): of a secret that is %s is refused',
    async (status) => {
      const fixture = fresh();
      const ctx = fixture.context();
      await setSecret(ctx, name, 'one');
      await updateSecret(ctx, name, { status });
      expect(await endOf(rotateSecret(ctx, name, { text: 'two' }))).toBe('conflict/secret_not_active');
      expect(await endOf(setSecret(ctx, name, 'two'))).toBe('conflict/secret_not_active');
      expect(atProvider(fixture)).toEqual(['one current']);
    },
  );

  it('of a secret that is managed elsewhere, or that there is not, is refused', async () => {
    const ctx = fresh().context();
    await changeRegistry(ctx.places, ctx.pool.named('local').identity, async ({ registry, save }) =>
      save(withSecret(registry, newSecret({ key: 'k', externalRef: 'arn' }, ctx.time()))),
    );
    expect(await endOf(rotateSecret(ctx, name, { text: 'two' }))).toBe('invalid_request/external_reference');
    expect(await endOf(rotateSecret(ctx, { vault: 'local', key: 'none' }, { text: 'v' }))).toBe(
      'not_found/secret_missing',
    );
  });

  it('003-C4.4 (pending version taken back): whose second step fails takes its version back', async () => {
    const { at } = failing({ promote: { times: 1 } });
    const fixture = fresh({ at });
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    expect(await endOf(rotateSecret(ctx, name, { text: 'two' }))).toBe('provider_unavailable/request_timeout');
    expect(atProvider(fixture)).toEqual(['one current']);
    expect(statuses(ctx)).toEqual(['current', 'failed']);
    expect(leftOf(ctx)).toEqual([]);
    expect(await rotateSecret(ctx, name, { text: 'two' })).toMatchObject({ secretVersion: 3 });
    expect(statuses(ctx)).toEqual(['previous', 'failed', 'current']);
  });

  it('whose second step was done, and not answered, is done', async () => {
    const { at } = failing({ promote: { times: 1, when: 'after' } });
    const fixture = fresh({ at });
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    expect(await rotateSecret(ctx, name, { text: 'two' })).toMatchObject({ secretVersion: 2 });
    expect(fixture.calls()).not.toContain('discard');
    expect(atProvider(fixture)).toEqual(['one previous', 'two current']);
  });

  it('003-C4.4 (clean-up): whose version cannot be taken back either keeps it as disabled, until the next command', async () => {
    const { at, repair } = failing({ promote: { times: 9 }, discard: { times: 9 } });
    const fixture = fresh({ at });
    const secrets = fixture.secrets();
    const ctx = secrets.context;
    await setSecret(ctx, name, 'one');
    expect(await endOf(rotateSecret(ctx, name, { text: 'two' }))).toBe('provider_unavailable/request_timeout');
    expect(statuses(ctx)).toEqual(['current', 'disabled']);
    expect(recordOf(ctx)).toMatchObject({
      status: 'active',
      cleanUp: { work: 'discard', providerVersion: '2', code: 'provider_unavailable' },
    });
    const reference = { vault: 'local', key: 'k' };
    expect(answerOf(await secrets.resolve(reference, component, byOperator))).toMatchObject({ text: 'one' });
    expect(answerOf(await secrets.resolve({ ...reference, version: { number: 2 } }, component, byOperator))).toBe(
      'conflict/version_not_active',
    );
    expect(await endOf(rotateSecret(ctx, name, { text: 'three' }))).toBe('provider_unavailable/request_timeout');
    expect(atProvider(fixture)).toEqual(['one current', 'two pending']);
    repair();
    expect(await rotateSecret(ctx, name, { text: 'three' })).toMatchObject({ secretVersion: 3 });
    expect(atProvider(fixture)).toEqual(['one previous', 'three current']);
    expect(statuses(ctx)).toEqual(['previous', 'failed', 'current']);
    expect(recordOf(ctx)?.cleanUp).toBeNull();
  });

  it('is gone on with without a value, as far as that can be', async () => {
    const { at, repair } = failing({ putPending: { times: 1, when: 'after' } });
    const ctx = fresh({ at }).context();
    await setSecret(ctx, name, 'one');
    expect(await resumeRotation(ctx, name)).toBeNull();
    await endOf(rotateSecret(ctx, name, { text: 'two' }));
    expect(await endOf(resumeRotation(ctx, name))).toBe('conflict/value_needed');
    repair();
    expect(await rotateSecret(ctx, name, { text: 'two' })).toMatchObject({ change: 'recovered' });
    expect(await resumeRotation(ctx, name)).toBeNull();
  });

  describe('that was not finished when its secret was disabled', () => {
    /** As a process leaves it that is killed at that call. */
    const killed = async (call: VaultCall, when: 'before' | 'after') => {
      const stateDir = temp.lay({});
      let isDead = false;
      const fixture = secretsFixture({
        stateDir,
        at: (asked, at) => {
          if (asked === call && at === when) isDead = true;
          return isDead ? faultWith('provider_unavailable', 'killed') : undefined;
        },
      });
      await setSecret(secretsFixture({ stateDir, store: fixture.store }).context(), name, 'one');
      const before = fixture.context();
      await endOf(rotateSecret(before, name, { text: 'two' }));
      const healthy = secretsFixture({ stateDir, store: fixture.store });
      await updateSecret(healthy.context(), name, { status: 'disabled' });
      return healthy;
    };

    it.each([
      ['putPending', 'before'],
      ['putPending', 'after'],
      ['promote', 'before'],
    ] as const)('(%s, %s) promotes nothing', async (call, when) => {
      for (const value of ['two', 'three']) {
        const fixture = await killed(call, when);
        const ctx = fixture.context();
        expect(await endOf(rotateSecret(ctx, name, { text: value }))).toBe('conflict/secret_not_active');
        expect(await endOf(setSecret(ctx, name, value))).toBe('conflict/secret_not_active');
        await endOf(resumeRotation(ctx, name));
        expect(atProvider(fixture)[0]).toBe('one current');
        expect(recordOf(ctx)?.versions.filter(({ status }) => status === 'current')).toMatchObject([{ number: 1 }]);
        await updateSecret(ctx, name, { status: 'active' });
        await setSecret(ctx, name, value);
        expect(atProvider(fixture)).toEqual(['one previous', `${value} current`]);
        expect(leftOf(ctx)).toEqual([]);
      }
    });

    it('and whose operation is at its second step takes its version back', async () => {
      const stateDir = temp.lay({});
      const store = secretsFixture({ stateDir }).store;
      const fixture = secretsFixture({ stateDir, store });
      const ctx = fixture.context();
      await setSecret(ctx, name, 'one');
      const identity = ctx.pool.named('local').identity;
      const vault = await ctx.pool.open('local');
      const token = { token: 'b8f7a9a2-0000-4000-8000-000000000001', on: byOperator };
      await vault.putPending('k', 'two', token);
      const secret = recordOf(ctx) as SecretRecord;
      writeOperation(ctx.places, identity, {
        id: 'b8f7a9a2-0000-4000-8000-000000000002',
        work: 'rotate',
        step: 'promote',
        key: 'k',
        secret: secret.id,
        providerVersion: '2',
        generated: false,
        at: ctx.time(),
      });
      await updateSecret(ctx, name, { status: 'disabled' });
      expect(await endOf(rotateSecret(ctx, name, { text: 'two' }))).toBe('conflict/secret_not_active');
      expect(atProvider(fixture)).toEqual(['one current']);
      expect(leftOf(ctx)).toEqual([]);
    });
  });

  it('of a value that headgate made is gone on with by making one again', async () => {
    const { at } = failing({ putPending: { times: 1, when: 'after' } });
    const fixture = fresh({ at });
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    await endOf(rotateSecret(ctx, name, { generate: 32 }));
    expect(await rotateSecret(ctx, name, { generate: 32 })).toMatchObject({ change: 'recovered', secretVersion: 2 });
    expect(fixture.store.secrets.get('k')).toHaveLength(2);
  });
});

describe('an update', () => {
  it('changes what is said of a secret', async () => {
    const ctx = fresh().context();
    await setSecret(ctx, name, 'one');
    expect(await updateSecret(ctx, name, { description: '  of the database ' })).toMatchObject({
      description: 'of the database',
      status: 'active',
    });
    expect(await updateSecret(ctx, name, { description: ' ' })).toMatchObject({ description: null });
  });

  it.each([
    [
      '003-C4.4 (no deletion by an update): deletes nothing',
      { status: 'deleted' as const },
      'invalid_request/not_deletable',
    ],
    ['changes something', {}, 'invalid_request/no_change'],
    ['has a description that is short', { description: 'x'.repeat(501) }, 'invalid_request/description_too_long'],
  ])('%s', async (_, change, fault) => {
    const ctx = fresh().context();
    await setSecret(ctx, name, 'one');
    expect(await endOf(updateSecret(ctx, name, change))).toBe(fault);
    expect(recordOf(ctx)).toMatchObject({ status: 'active', description: null });
  });

  it('of a secret that only the provider knew makes its record', async () => {
    const fixture = fresh();
    await setSecret(secretsFixture({ stateDir: temp.lay({}), store: fixture.store }).context(), name, 'one');
    const ctx = fixture.context();
    expect(await updateSecret(ctx, name, { status: 'disabled' })).toMatchObject({ status: 'disabled', versions: [] });
    expect(await endOf(updateSecret(ctx, { vault: 'local', key: 'j' }, { status: 'disabled' }))).toBe(
      'not_found/secret_missing',
    );
  });
});
