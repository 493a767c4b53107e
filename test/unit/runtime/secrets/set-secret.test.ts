import { mkdirSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { SecretContext } from '../../../../src/runtime/secrets/context.ts';
import { deleteSecret } from '../../../../src/runtime/secrets/delete-secret.ts';
import { operationsOf } from '../../../../src/runtime/secrets/operation-files.ts';
import { readRegistry } from '../../../../src/runtime/secrets/registry.ts';
import type { SecretRecord } from '../../../../src/runtime/secrets/registry-form.ts';
import { setSecret } from '../../../../src/runtime/secrets/set-secret.ts';
import { updateSecret } from '../../../../src/runtime/secrets/update-secret.ts';
import { faultWith, type MemoryOptions } from '../../../support/secrets/memory-vault.ts';
import { endOf, type Fixture, secretsFixture } from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const name = { vault: 'local', key: 'k' };
const fresh = (more: MemoryOptions = {}): Fixture => secretsFixture({ stateDir: temp.lay({}), ...more });
const recordsOf = (ctx: SecretContext): readonly SecretRecord[] =>
  readRegistry(ctx.places, ctx.pool.named('local').identity).secrets;
const leftOf = (ctx: SecretContext) => operationsOf(ctx.places, ctx.pool.named('local').identity);
const atProvider = ({ store }: Fixture): readonly string[] =>
  (store.secrets.get('k') ?? []).map(({ value, status }) => `${value} ${status}`);

/** Records of the vault cannot be written from when it is called until what it answers is. */
function closeRegistry(ctx: SecretContext): () => void {
  const path = `${ctx.places.registry(ctx.pool.named('local').identity)}.${process.pid}.tmp`;
  mkdirSync(path, { recursive: true });
  return () => rmSync(path, { recursive: true, force: true });
}

describe('setting a secret', () => {
  it('makes it, and then its next version', async () => {
    const fixture = fresh();
    const ctx = fixture.context();
    expect(await setSecret(ctx, name, 'one')).toEqual({
      vault: 'local',
      key: 'k',
      change: 'created',
      secretVersion: 1,
      fingerprint: 'f1',
    });
    expect(await setSecret(ctx, name, 'two')).toMatchObject({ change: 'rotated', secretVersion: 2 });
    expect(atProvider(fixture)).toEqual(['one previous', 'two current']);
    expect(recordsOf(ctx)).toMatchObject([
      {
        key: 'k',
        versions: [
          { number: 1, status: 'previous', providerVersion: '1' },
          { number: 2, status: 'current', fingerprint: 'f2' },
        ],
      },
    ]);
    expect(leftOf(ctx)).toEqual([]);
  });

  it.each([
    ['nothing', '', 'invalid_request/value_empty'],
    ['what stands for a secret that was left out', '[secret]', 'invalid_request/value_placeholder'],
    ['the same with an end of line', ' [secret]\n', 'invalid_request/value_placeholder'],
  ])('refuses %s', async (_, value, fault) => {
    const fixture = fresh();
    expect(await endOf(setSecret(fixture.context(), name, value))).toBe(fault);
    expect(fixture.calls()).toEqual([]);
  });

  it.each(['', 'a b', '../k', 'a//b', 'x'.repeat(121)])('refuses the key %j', async (key) => {
    const fixture = fresh();
    expect(await endOf(setSecret(fixture.context(), { vault: 'local', key }, 'v'))).toBe('invalid_request/key_form');
    expect(fixture.opened).toEqual([]);
  });

  it('goes on with a secret that the provider had before there was a record, and keeps its numbers', async () => {
    const fixture = fresh();
    const elsewhere = secretsFixture({ stateDir: temp.lay({}), store: fixture.store }).context();
    await setSecret(elsewhere, name, 'one');
    await setSecret(elsewhere, name, 'two');
    const ctx = fixture.context();
    expect(await setSecret(ctx, name, 'three')).toMatchObject({ change: 'rotated', secretVersion: 3 });
    expect(atProvider(fixture)).toEqual(['one previous', 'two previous', 'three current']);
  });

  it('tells of a secret of somebody else, and leaves it alone', async () => {
    const fixture = fresh({ at: (call) => (call === 'create' ? faultWith('conflict', 'foreign') : undefined) });
    const ctx = fixture.context();
    expect(await endOf(setSecret(ctx, name, 'v'))).toBe('conflict/foreign');
    expect(recordsOf(ctx)).toEqual([]);
    expect(leftOf(ctx)).toEqual([]);
    expect(fixture.calls()).not.toContain('remove');
  });

  it('003-C4.4 (deleted secret used again): makes a secret again that was deleted, as another one', async () => {
    const fixture = fresh();
    const ctx = fixture.context();
    await setSecret(ctx, name, 'one');
    await deleteSecret(ctx, name);
    expect(await setSecret(ctx, name, 'two')).toMatchObject({ change: 'created' });
    expect(atProvider(fixture)).toEqual(['two current']);
    const [gone, there] = recordsOf(ctx);
    expect(gone).toMatchObject({ key: `k__deleted__${gone?.id}`, name: `k__deleted__${gone?.id}`, status: 'deleted' });
    expect(there).toMatchObject({ key: 'k', name: 'k', status: 'active', versions: [{ status: 'current' }] });
  });
});

describe('003-C4.16: a first version that could not be recorded', () => {
  const failing = (removeFails: boolean) => {
    let isClosed = true;
    let open = (): void => {};
    let ctx: SecretContext | undefined;
    const fixture = fresh({
      at: (call, when) => {
        if (call === 'create' && when === 'after' && isClosed && ctx) open = closeRegistry(ctx);
        if (call === 'remove' && when === 'before' && removeFails) {
          open();
          return faultWith('provider_unavailable');
        }
        return undefined;
      },
    });
    ctx = fixture.context();
    return {
      fixture,
      ctx,
      repair: (): void => {
        isClosed = false;
        open();
        removeFails = false;
      },
    };
  };

  it('is removed at the provider', async () => {
    const { fixture, ctx, repair } = failing(false);
    expect(await endOf(setSecret(ctx, name, 'one'))).toBe('provider_unavailable/record_unwritable');
    expect(atProvider(fixture)).toEqual([]);
    expect(leftOf(ctx)).toEqual([]);
    repair();
    expect(await setSecret(ctx, name, 'two')).toMatchObject({ change: 'created' });
  });

  it('is kept as disabled, to be removed later, where that fails too', async () => {
    const { fixture, ctx, repair } = failing(true);
    expect(await endOf(setSecret(ctx, name, 'one'))).toBe('provider_unavailable/record_unwritable');
    expect(atProvider(fixture)).toEqual(['one current']);
    expect(recordsOf(ctx)).toMatchObject([
      { key: 'k', status: 'disabled', cleanUp: { work: 'remove', key: 'k', code: 'provider_unavailable' } },
    ]);
    expect(await endOf(updateSecret(ctx, name, { status: 'active' }))).toBe('conflict/clean_up_pending');
    repair();
    expect(await setSecret(ctx, name, 'two')).toMatchObject({ change: 'created' });
    expect(atProvider(fixture)).toEqual(['two current']);
    expect(recordsOf(ctx)).toMatchObject([{ key: 'k', status: 'active', cleanUp: null }]);
  });
});

describe('a write that was not answered', () => {
  /** `create` or `putPending` fails once, before or after it has written. */
  const unanswered = (call: string, when: string, more: MemoryOptions = {}) => {
    let isDown = true;
    const fixture = fresh({
      ...more,
      at: (asked, at) => {
        if (asked !== call || at !== when || !isDown) return undefined;
        isDown = false;
        return faultWith('provider_unavailable', 'request_timeout');
      },
    });
    return fixture;
  };

  describe.each(['before', 'after'])('%s it was done', (when) => {
    it('is done once when it is asked for again', async () => {
      const fixture = unanswered('create', when);
      const ctx = fixture.context();
      expect(await endOf(setSecret(ctx, name, 'one'))).toBe('provider_unavailable/request_timeout');
      expect(leftOf(ctx)).toMatchObject([{ work: 'create', step: 'write', key: 'k' }]);
      expect(await setSecret(ctx, name, 'one')).toMatchObject({ change: 'recovered', secretVersion: 1 });
      expect(atProvider(fixture)).toEqual(['one current']);
      expect(leftOf(ctx)).toEqual([]);
      expect(fixture.store.writes.size).toBe(1);
    });

    it.each(['answer', 'conflict'] as const)('gives way to another value (%s)', async (otherValue) => {
      const fixture = unanswered('create', when, { otherValue });
      const ctx = fixture.context();
      await endOf(setSecret(ctx, name, 'one'));
      await setSecret(ctx, name, 'two');
      expect(atProvider(fixture).at(-1)).toBe('two current');
      expect(recordsOf(ctx)).toHaveLength(1);
      expect(leftOf(ctx)).toEqual([]);
    });

    it.each([
      ['numbers', 'answer'],
      ['numbers', 'conflict'],
      ['tokens', 'conflict'],
    ] as const)('of a next version too (%s, %s)', async (naming, otherValue) => {
      for (const value of ['two', 'other']) {
        const fixture = unanswered('putPending', when, { naming, otherValue });
        const ctx = fixture.context();
        await setSecret(ctx, name, 'one');
        expect(await endOf(setSecret(ctx, name, 'two'))).toBe('provider_unavailable/request_timeout');
        expect(await setSecret(ctx, name, value)).toMatchObject({
          // What was never written takes the value that is given now.
          change: value === 'two' || when === 'before' ? 'recovered' : 'rotated',
        });
        expect(atProvider(fixture).filter((one) => one.startsWith(value))).toEqual([`${value} current`]);
        expect(leftOf(ctx)).toEqual([]);
        expect(atProvider(fixture)).toEqual(['one previous', `${value} current`]);
      }
    });
  });

  it('that the provider never began leaves nothing behind, unless an earlier one is left', async () => {
    const untouched = { ...faultWith('provider_unavailable', 'unreachable'), untouched: true };
    const fixture = fresh({ at: (call) => (call === 'create' ? untouched : undefined) });
    const ctx = fixture.context();
    expect(await endOf(setSecret(ctx, name, 'one'))).toBe('provider_unavailable/unreachable');
    expect(leftOf(ctx)).toEqual([]);
    let tried = 0;
    const again = fresh({
      at: (call, when) => {
        if (call !== 'create') return undefined;
        if (when === (tried === 0 ? 'after' : 'before') && tried < 2)
          return tried++ === 0 ? faultWith('provider_unavailable', 'request_timeout') : untouched;
        return undefined;
      },
    });
    const later = again.context();
    await endOf(setSecret(later, name, 'one'));
    expect(await endOf(setSecret(later, name, 'one'))).toBe('provider_unavailable/unreachable');
    expect(leftOf(later)).toHaveLength(1);
    expect(await setSecret(later, name, 'one')).toMatchObject({ change: 'recovered' });
  });

  it('that was certainly not done leaves nothing behind', async () => {
    for (const code of ['access_denied', 'throttled', 'invalid_request', 'not_found'] as const) {
      const fixture = fresh({ at: (call) => (call === 'create' ? faultWith(code) : undefined) });
      const ctx = fixture.context();
      expect(await endOf(setSecret(ctx, name, 'one'))).toBe(`${code}/made_up`);
      expect(leftOf(ctx)).toEqual([]);
    }
  });
});
