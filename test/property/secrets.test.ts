/**
 * Random commands over two keys, with a provider that fails or throws at any call, records that cannot be written at any call, and a
 * process that dies at any call: of what it did until then there is a copy, on which the next command goes on.
 */

import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { byOperator } from '../../src/runtime/authority/authority.ts';
import { readAudit } from '../../src/runtime/secrets/audit.ts';
import type { SecretContext } from '../../src/runtime/secrets/context.ts';
import { deleteSecret } from '../../src/runtime/secrets/delete-secret.ts';
import { operationsOf } from '../../src/runtime/secrets/operation-files.ts';
import { readRegistry } from '../../src/runtime/secrets/registry.ts';
import { resumeRotation, rotateSecret } from '../../src/runtime/secrets/rotate-secret.ts';
import { setSecret } from '../../src/runtime/secrets/set-secret.ts';
import { updateSecret } from '../../src/runtime/secrets/update-secret.ts';
import { disableVault, enableVault } from '../../src/runtime/secrets/vault-changes.ts';
import {
  copyOf,
  faultWith,
  type MemoryOptions,
  type MemoryStore,
  memoryStore,
} from '../support/secrets/memory-vault.ts';
import {
  answerOf,
  component,
  endOf,
  type Fixture,
  secretsFixture,
  textBelow,
} from '../support/secrets/secrets-fixture.ts';
import { share } from '../support/sweep.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const commands = [
  'set',
  'rotate',
  'generate',
  'resume',
  'delete',
  'disable',
  'activate',
  'vault off',
  'vault on',
] as const;
const mischiefs = ['unavailable', 'denied', 'error', 'crash', 'closed records'] as const;

const step = fc.record({
  command: fc.constantFrom(...commands),
  key: fc.constantFrom('a', 'b'),
  mischief: fc.option(
    fc.record({
      what: fc.constantFrom(...mischiefs),
      /** Of the calls of the command, which one. */
      call: fc.nat(6),
      when: fc.constantFrom('before' as const, 'after' as const),
      /** And so do all that follow. */
      lasts: fc.boolean(),
    }),
    { freq: 2 },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface World {
  stateDir: string;
  store: MemoryStore;
}

let folders = 0;
let values = 0;
const canary = (): string => `canary-${++values}-${(values * 7919).toString(36)}x`;

async function perform(ctx: SecretContext, { command, key }: Step, value: string): Promise<void> {
  const name = { vault: 'local', key };
  switch (command) {
    case 'set':
      return void (await setSecret(ctx, name, value));
    case 'rotate':
      return void (await rotateSecret(ctx, name, { text: value }));
    case 'generate':
      return void (await rotateSecret(ctx, name, { generate: 24 }));
    case 'resume':
      return void (await resumeRotation(ctx, name));
    case 'delete':
      return void (await deleteSecret(ctx, name));
    case 'disable':
      return void (await updateSecret(ctx, name, { status: 'disabled' }));
    case 'activate':
      return void (await updateSecret(ctx, name, { status: 'active' }));
    case 'vault off':
      return void (await disableVault(ctx, 'local'));
    case 'vault on':
      return void (await enableVault(ctx, 'local'));
  }
}

/** Where the command left the world: where it ended, or where it died. */
async function take(world: World, one: Step, options: MemoryOptions, value: string): Promise<World> {
  let calls = 0;
  let died: World | undefined;
  let opened = (): void => {};
  const { mischief } = one;
  const at: MemoryOptions['at'] = (_, when) => {
    if (!mischief || when !== mischief.when) return undefined;
    const turn = calls++;
    if (turn !== mischief.call % 4 && !(mischief.lasts && turn > mischief.call % 4)) return undefined;
    switch (mischief.what) {
      case 'unavailable':
        return faultWith('provider_unavailable');
      case 'denied':
        return when === 'before' ? faultWith('access_denied') : undefined;
      case 'error':
        return new Error(`the provider says ${value}`);
      case 'closed records': {
        const { places, pool } = fixture.context();
        const path = `${places.registry(pool.named('local').identity)}.${process.pid}.tmp`;
        mkdirSync(path, { recursive: true });
        opened = () => rmSync(path, { recursive: true, force: true });
        return undefined;
      }
      case 'crash': {
        if (died) return undefined;
        const stateDir = join(temp.path, `world${folders++}`);
        cpSync(world.stateDir, stateDir, { recursive: true });
        died = { stateDir, store: copyOf(world.store) };
        return undefined;
      }
    }
  };
  const fixture = secretsFixture({ ...options, ...world, at });
  const end = await endOf(perform(fixture.context(), one, value));
  opened();
  if (typeof end === 'string') expect(end).not.toContain(value);
  return died ?? world;
}

function expectSound(world: World, known: readonly string[]): Fixture {
  const fixture = secretsFixture(world);
  const { places, pool } = fixture.context();
  // Reading refuses two current versions, and two secrets of one key.
  readRegistry(places, pool.named('local').identity);
  for (const [, versions] of world.store.secrets)
    expect(versions.filter(({ status }) => status === 'current').length).toBeLessThanOrEqual(1);
  const text = textBelow(world.stateDir);
  for (const value of [...known, ...allValues(world)]) expect(text.includes(value)).toBe(false);
  expect(readAudit(places).broken).toBeUndefined();
  return fixture;
}

const allValues = ({ store }: World): readonly string[] =>
  [...store.secrets.values()].flat().flatMap(({ value }) => value);

/** Whatever was left, setting a value works, and leaves that value once and nothing else behind. */
async function expectRecovered(world: World, key: string): Promise<void> {
  const fixture = secretsFixture(world);
  const secrets = fixture.secrets();
  const ctx = secrets.context;
  const { identity } = ctx.pool.named('local');
  await enableVault(ctx, 'local');
  const name = { vault: 'local', key };
  await endOf(updateSecret(ctx, name, { status: 'active' }));
  const value = canary();
  await setSecret(ctx, name, value);
  expect(answerOf(await secrets.resolve(name, component, byOperator))).toMatchObject({ text: value });
  const kept = world.store.secrets.get(key) ?? [];
  expect(kept.filter((one) => one.value === value)).toHaveLength(1);
  expect(kept.filter(({ status }) => status === 'pending')).toEqual([]);
  const secret = readRegistry(ctx.places, identity).secrets.find((one) => one.key === key);
  expect(secret).toMatchObject({ status: 'active', cleanUp: null });
  expect(secret?.versions.filter(({ status }) => status === 'pending')).toEqual([]);
  expect(secret?.versions.at(-1)).toMatchObject({ status: 'current', providerVersion: kept.at(-1)?.version });
  expect(operationsOf(ctx.places, identity).filter((one) => one.key === key)).toEqual([]);
}

describe('secrets', () => {
  it.each([
    { naming: 'numbers', otherValue: 'answer' },
    { naming: 'numbers', otherValue: 'conflict' },
    { naming: 'tokens', otherValue: 'conflict' },
  ] as const)(
    'survive whatever fails, and no value is written down: $naming, $otherValue',
    { timeout: 600_000 },
    async (options) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
          let world: World = { stateDir: join(temp.path, `world${folders++}`), store: memoryStore() };
          mkdirSync(world.stateDir);
          const known: string[] = [];
          for (const one of steps) {
            const value = canary();
            known.push(value);
            world = await take(world, one, options, value);
            expectSound(world, known);
          }
          for (const key of ['a', 'b']) await expectRecovered(world, key);
          expectSound(world, known);
          rmSync(world.stateDir, { recursive: true, force: true });
        }),
        { numRuns: share(80) },
      );
    },
  );
});
