/** Each change is told in the audit once, wherever the command that made it is killed. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAudit } from '../../../../src/runtime/secrets/audit.ts';
import type { SecretContext } from '../../../../src/runtime/secrets/context.ts';
import { operationsOf } from '../../../../src/runtime/secrets/operation-files.ts';
import { resumeRotation, rotateSecret } from '../../../../src/runtime/secrets/rotate-secret.ts';
import { setSecret } from '../../../../src/runtime/secrets/set-secret.ts';
import { copyOf, type MemoryStore } from '../../../support/secrets/memory-vault.ts';
import { type Fixture, secretsFixture } from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const name = { vault: 'local', key: 'k' };
const toldOf = (ctx: SecretContext): readonly string[] =>
  readAudit(ctx.places)
    .lines.filter(({ action }) => action === 'create' || action === 'rotate')
    .map(({ action, version, outcome }) => `${action} ${version} ${outcome}`);
const leftOf = (ctx: SecretContext) => operationsOf(ctx.places, ctx.pool.named('local').identity);

type Moment = 'provider' | 'registry' | 'audit';

/** A copy of all that there was at a moment, as a killed process leaves it. */
async function killedAt(moment: Moment, call: 'create' | 'promote', work: (ctx: SecretContext) => Promise<unknown>) {
  const before = temp.lay({});
  let died: { readonly stateDir: string; readonly store: MemoryStore } | undefined;
  const die = (): void => {
    if (died) return;
    const stateDir = temp.lay({});
    cpSync(fixture.stateDir, stateDir, { recursive: true });
    died = { stateDir, store: copyOf(fixture.store) };
  };
  const fixture: Fixture = secretsFixture({
    stateDir: before,
    at: (asked, when) => {
      if (moment === 'provider' && asked === call && when === 'after') die();
      return undefined;
    },
  });
  const start = secretsFixture({ stateDir: before, store: fixture.store }).context();
  if (call === 'promote') await setSecret(start, name, 'one');
  const ctx = fixture.context();
  const tell: SecretContext['audit']['tell'] = async (event) => {
    if (moment === 'registry') die();
    const lost = await ctx.audit.tell(event);
    if (moment === 'audit') die();
    return lost;
  };
  await work({ ...ctx, audit: { tell } });
  if (!died) throw new Error('it was not killed');
  return secretsFixture(died);
}

describe.each(['provider', 'registry', 'audit'] as const)(
  'a command that is killed after its %s was written',
  (moment) => {
    it('has its create told once by the next one', async () => {
      for (const value of ['one', 'other']) {
        const fixture = await killedAt(moment, 'create', (ctx) => setSecret(ctx, name, 'one'));
        const ctx = fixture.context();
        expect(leftOf(ctx)).toHaveLength(1);
        await setSecret(ctx, name, value);
        const told = toldOf(ctx);
        expect(told.filter((one) => one.startsWith('create'))).toHaveLength(1);
        expect(told.filter((one) => one.startsWith('rotate'))).toHaveLength(value === 'one' ? 0 : 1);
        expect(leftOf(ctx)).toEqual([]);
        await setSecret(ctx, name, 'last');
        expect(toldOf(ctx)).toHaveLength(told.length + 1);
      }
    });

    it('has its rotation told once by the next one', async () => {
      const fixture = await killedAt(moment, 'promote', (ctx) => rotateSecret(ctx, name, { text: 'two' }));
      const ctx = fixture.context();
      expect(leftOf(ctx)).toHaveLength(1);
      await resumeRotation(ctx, name);
      expect(toldOf(ctx)).toEqual(['create 1 success', 'rotate 2 success']);
      expect(leftOf(ctx)).toEqual([]);
    });
  },
);

it('is told by the next command where the audit could not be written', async () => {
  const fixture = secretsFixture({ stateDir: temp.lay({}) });
  const ctx = fixture.context();
  await setSecret(ctx, name, 'one');
  const kept = readFileSync(ctx.places.audit);
  const lost = { ...ctx, audit: { tell: async () => 'the disk is full' } };
  expect(await setSecret(lost, name, 'two')).toMatchObject({ change: 'rotated' });
  expect(fixture.notices.join()).toContain('the disk is full');
  writeFileSync(join(ctx.places.audit), kept);
  await resumeRotation(ctx, name);
  expect(leftOf(ctx)).toEqual([]);
  expect(toldOf(ctx)).toEqual(['create 1 success', 'rotate 2 success']);
});
