import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseReference, type SecretReference } from '../../../../src/language/secrets/reference.ts';
import type { SecretConsumer } from '../../../../src/ports/secrets.ts';
import { byOperator } from '../../../../src/runtime/authority/authority.ts';
import { readAudit } from '../../../../src/runtime/secrets/audit.ts';
import { deleteSecret } from '../../../../src/runtime/secrets/delete-secret.ts';
import { changeRegistry, readRegistry } from '../../../../src/runtime/secrets/registry.ts';
import { newSecret, withSecret } from '../../../../src/runtime/secrets/secret-records.ts';
import { setSecret } from '../../../../src/runtime/secrets/set-secret.ts';
import { updateSecret } from '../../../../src/runtime/secrets/update-secret.ts';
import { disableVault, enableVault } from '../../../../src/runtime/secrets/vault-changes.ts';
import { faultWith, memoryStore } from '../../../support/secrets/memory-vault.ts';
import {
  answerOf,
  component,
  type Fixture,
  type FixtureOptions,
  secretsFixture,
  textBelow,
} from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const canary = 'canary-9a7f31';
const fresh = (more: Partial<FixtureOptions> = {}): Fixture => secretsFixture({ stateDir: temp.lay({}), ...more });
const reference = (text: string): SecretReference => {
  const parsed = parseReference(text);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return parsed;
};
const resolved = async (
  secrets: ReturnType<Fixture['secrets']>,
  text: string,
  consumer: SecretConsumer = component,
): Promise<unknown> => answerOf(await secrets.resolve(reference(text), consumer, byOperator));

describe('secrets', () => {
  it('003-C4.4 (provider selection): come from the vault that is named', async () => {
    const fixture = fresh({ vaults: ['local', 'other'] });
    const secrets = fixture.secrets();
    await setSecret(secrets.context, { vault: 'local', key: 'k' }, canary);
    expect(await resolved(secrets, 'secret://local/k')).toEqual({ text: canary, version: '1' });
    expect(await resolved(secrets, 'secret://other/k')).toMatchObject({ text: canary });
    expect(await resolved(secrets, 'secret://local/none')).toBe('not_found/missing');
    await secrets.close();
  });

  it('name the vault that was probably meant', async () => {
    const secrets = fresh({ vaults: ['local', 'cloud'] }).secrets();
    const answer = await secrets.resolve(reference('secret://locl/k'), component, byOperator);
    expect(answer).toMatchObject({
      fault: { code: 'not_found', detail: 'unknown_vault', remedy: 'did you mean `local`?' },
    });
    const far = await secrets.resolve(reference('secret://zzzzzz/k'), component, byOperator);
    expect(far).toMatchObject({ fault: { remedy: 'there are: cloud, local' } });
  });

  it('003-C4.4 (no churn): open each vault once, and none before it is needed', async () => {
    const fixture = fresh({ vaults: ['a', 'b', 'c'] });
    const secrets = fixture.secrets();
    expect(fixture.opened).toEqual([]);
    await Promise.all(Array.from({ length: 20 }, () => resolved(secrets, 'secret://a/k')));
    await resolved(secrets, 'secret://b/k');
    await resolved(secrets, 'secret://a/other');
    expect(fixture.opened).toEqual(['a', 'b']);
  });

  it('try again to open a vault that could not be opened, and quote nothing of why', async () => {
    let fails = true;
    const fixture = fresh({ openFails: () => (fails ? new Error(`bad credentials ${canary}`) : undefined) });
    const secrets = fixture.secrets();
    const first = await secrets.resolve(reference('secret://local/k'), component, byOperator);
    expect(first).toMatchObject({ fault: { code: 'provider_error', detail: 'unexpected' } });
    expect(JSON.stringify(first)).not.toContain(canary);
    fails = false;
    expect(await resolved(secrets, 'secret://local/k')).toBe('not_found/missing');
    expect(fixture.opened).toHaveLength(2);
  });

  it('003-C4.4 (provider errors): say nothing of what a provider threw', async () => {
    const fixture = fresh({ at: () => new Error(`AccessDenied: arn:aws:iam::1:user/${canary}`) });
    const secrets = fixture.secrets();
    const answer = await secrets.resolve(reference('secret://local/k'), component, byOperator);
    expect(answer).toMatchObject({ fault: { code: 'provider_error', message: 'the vault failed' } });
    expect(JSON.stringify(answer) + fixture.notices.join()).not.toContain(canary);
    expect(textBelow(fixture.stateDir)).not.toContain(canary);
  });

  it('are given out while they are active, in versions that are', async () => {
    const fixture = fresh();
    const secrets = fixture.secrets();
    const { context } = secrets;
    const name = { vault: 'local', key: 'k' };
    await setSecret(context, name, 'one');
    await setSecret(context, name, 'two');
    expect(await resolved(secrets, 'secret://local/k')).toEqual({ text: 'two', version: '2' });
    expect(await resolved(secrets, 'secret://local/k@1')).toEqual({ text: 'one', version: '1' });
    expect(await resolved(secrets, 'secret://local/k@3')).toBe('not_found/version_missing');
    for (const status of ['disabled', 'archived'] as const) {
      await updateSecret(context, name, { status });
      expect(await resolved(secrets, 'secret://local/k')).toBe('conflict/secret_not_active');
    }
    await updateSecret(context, name, { status: 'active' });
    expect(await resolved(secrets, 'secret://local/k')).toMatchObject({ text: 'two' });
    await deleteSecret(context, name);
    expect(await resolved(secrets, 'secret://local/k')).toBe('not_found/secret_deleted');
    await setSecret(context, name, 'three');
    expect(await resolved(secrets, 'secret://local/k')).toMatchObject({ text: 'three' });
  });

  it('are the versions of the registry, whatever the provider calls them', async () => {
    const fixture = fresh({ naming: 'tokens' });
    const secrets = fixture.secrets();
    const { context } = secrets;
    for (const value of ['one', 'two']) await setSecret(context, { vault: 'local', key: 'k' }, value);
    const { identity } = context.pool.named('local');
    const [secret] = readRegistry(context.places, identity).secrets;
    const stage = secret?.versions[0]?.providerVersion as string;
    expect(stage).toMatch(/^[0-9a-f-]{36}$/);
    expect(await resolved(secrets, 'secret://local/k@1')).toEqual({ text: 'one', version: stage });
    expect(await resolved(secrets, `secret://local/k@${stage}`)).toMatchObject({ text: 'one' });
    await changeRegistry(context.places, identity, async ({ registry, save }) => {
      const [found] = registry.secrets;
      if (!found) throw new Error('no record');
      save(
        withSecret(registry, {
          ...found,
          versions: found.versions.map((one, at) => (at === 0 ? { ...one, status: 'disabled' } : one)),
        }),
      );
    });
    expect(await resolved(secrets, 'secret://local/k@1')).toBe('conflict/version_not_active');
    expect(await resolved(secrets, `secret://local/k@${stage}`)).toBe('conflict/version_not_active');
    expect(await resolved(secrets, 'secret://local/k')).toMatchObject({ text: 'two' });
  });

  it('of elsewhere come from where they are', async () => {
    const store = memoryStore();
    store.secrets.set('arn:x/theirs', [{ version: '7', value: canary, status: 'current' }]);
    const secrets = fresh({ store }).secrets();
    const { context } = secrets;
    await changeRegistry(context.places, context.pool.named('local').identity, async ({ registry, save }) =>
      save(withSecret(registry, newSecret({ key: 'theirs', externalRef: 'arn:x/theirs' }, context.time()))),
    );
    expect(await resolved(secrets, 'secret://local/theirs')).toEqual({ text: canary, version: '7' });
  });

  it('are not read from a vault that is disabled', async () => {
    const fixture = fresh({ vaults: ['local', 'other'] });
    const secrets = fixture.secrets();
    await disableVault(secrets.context, 'local');
    expect(await resolved(secrets, 'secret://local/k')).toBe('conflict/vault_disabled');
    expect(await resolved(secrets, 'secret://other/k')).toBe('not_found/missing');
    expect(fixture.opened).toEqual(['other']);
    await enableVault(secrets.context, 'local');
    expect(await resolved(secrets, 'secret://local/k')).toBe('not_found/missing');
  });

  it('wait for no provider but their own, and for no write that was not answered', async () => {
    let hangs = false;
    const never = new Promise<undefined>(() => {});
    const fixture = fresh({
      vaults: ['local', 'other'],
      at: (call, when, key) => {
        if (!hangs || when === 'after') return undefined;
        return key === 'slow' || call === 'promote' ? never : undefined;
      },
    });
    const secrets = fixture.secrets();
    for (const key of ['k', 'slow']) await setSecret(secrets.context, { vault: 'local', key }, canary);
    hangs = true;
    void resolved(secrets, 'secret://local/slow');
    void setSecret(secrets.context, { vault: 'local', key: 'k' }, 'two');
    await expect.poll(() => fixture.calls().includes('promote')).toBe(true);
    expect(await resolved(secrets, 'secret://local/k')).toMatchObject({ text: canary });
    expect(await resolved(secrets, 'secret://local/k@2')).toBe('conflict/version_not_active');
    expect(await resolved(secrets, 'secret://other/none')).toBe('not_found/missing');
  });

  it('are not given out by a registry that cannot be believed', async () => {
    const secrets = fresh().secrets();
    const path = secrets.context.places.registry(secrets.context.pool.named('local').identity);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{"version":9}');
    expect(await resolved(secrets, 'secret://local/k')).toBe('conflict/record_newer');
    writeFileSync(path, '{"version":1,"secrets":[');
    expect(await resolved(secrets, 'secret://local/k')).toBe('conflict/record_unreadable');
  });
});

describe('a field of a secret', () => {
  const value = { user: 'u', port: 5432, 'a b': true, list: [1, { x: canary }], none: null, __proto: 'p' };

  it('is taken out of it', async () => {
    const secrets = fresh().secrets();
    await setSecret(secrets.context, { vault: 'local', key: 'k' }, JSON.stringify(value));
    const text = async (field: string): Promise<unknown> => {
      const found = await resolved(secrets, `secret://local/k#${field}`);
      return typeof found === 'string' ? found : (found as { readonly text: string }).text;
    };
    expect(await text('user')).toBe('u');
    expect(await text('port')).toBe('5432');
    expect(await text('a b')).toBe('true');
    expect(await text('list')).toBe(`[1,{"x":"${canary}"}]`);
    expect(await text('none')).toBe('null');
    expect(await text('toString')).toBe('not_found/field_missing');
  });

  it('that is not there names those that are, and no value', async () => {
    const secrets = fresh().secrets();
    await setSecret(secrets.context, { vault: 'local', key: 'k' }, JSON.stringify(value));
    const answer = await secrets.resolve(reference('secret://local/k#pasword'), component, byOperator);
    expect(answer).toMatchObject({
      fault: { detail: 'field_missing', remedy: 'it has __proto, a b, list, none, port, user' },
    });
    expect(JSON.stringify(answer)).not.toContain(canary);
  });

  it.each(['text', '[1]', 'null', `{"a":"${canary}"`])('of %j is none', async (text) => {
    const secrets = fresh().secrets();
    await setSecret(secrets.context, { vault: 'local', key: 'k' }, text);
    const answer = await secrets.resolve(reference('secret://local/k#a'), component, byOperator);
    expect(answerOf(answer)).toBe('invalid_request/not_an_object');
    expect(JSON.stringify(answer)).not.toContain(canary);
  });
});

describe('003-C4.14: the audit of secrets', () => {
  it('has every attempt, and no value', async () => {
    const fixture = fresh({ vaults: ['local', 'other'] });
    const secrets = fixture.secrets();
    await setSecret(secrets.context, { vault: 'local', key: 'k' }, canary);
    await resolved(secrets, 'secret://local/k@1#x');
    await resolved(secrets, 'secret://local/k');
    await resolved(secrets, 'secret://gone/k');
    await resolved(secrets, 'secret://local/k', { type: 'operator', id: 'me', path: null, run: null });
    await disableVault(secrets.context, 'other');
    await resolved(secrets, 'secret://other/k@AWSPREVIOUS');
    const { lines, broken } = readAudit(secrets.context.places);
    expect(broken).toBeUndefined();
    expect(
      lines.map(({ actor, consumer, vault, key, version, action, outcome, errorCode }) =>
        [actor, consumer?.type ?? null, vault, key, version, action, outcome, errorCode].join(' '),
      ),
    ).toEqual([
      'operator operator local k 1 create success ',
      'run component local k 1 resolve failure invalid_request/not_an_object',
      'run component local k  resolve success ',
      'run component gone k  resolve failure not_found/unknown_vault',
      'operator operator local k  resolve success ',
      'operator operator other   vault_disable success ',
      'run component other k AWSPREVIOUS resolve failure conflict/vault_disabled',
    ]);
    expect(lines[2]?.consumer).toEqual(component);
    expect(textBelow(fixture.stateDir)).not.toContain(canary);
  });

  describe('that cannot be written', () => {
    const broken = (fixture: Fixture): void => {
      mkdirSync(fixture.context().places.folder, { recursive: true, mode: 0o700 });
      symlinkSync('/nonexistent/audit', fixture.context().places.audit);
    };

    it('003-C4.14: loses no value, and says that it is not written', async () => {
      const fixture = fresh();
      await setSecret(
        secretsFixture({ stateDir: temp.lay({}), store: fixture.store }).context(),
        { vault: 'local', key: 'k' },
        canary,
      );
      broken(fixture);
      const secrets = fixture.secrets();
      expect(await resolved(secrets, 'secret://local/k')).toEqual({ text: canary, version: '1' });
      expect(fixture.notices).toEqual([
        expect.stringMatching(/^warning: the audit of secrets was not written: .*audit/),
      ]);
      expect(fixture.notices.join()).not.toContain(canary);
    });

    it('003-C4.14: hides no fault, whether of a read or of a change', async () => {
      const fixture = fresh({ at: (call) => (call === 'health' ? undefined : faultWith('throttled')) });
      broken(fixture);
      const secrets = fixture.secrets();
      expect(await resolved(secrets, 'secret://local/k')).toBe('throttled/made_up');
      await expect(setSecret(secrets.context, { vault: 'local', key: 'k' }, canary)).rejects.toMatchObject({
        fault: { code: 'throttled' },
      });
      expect(fixture.notices).toHaveLength(2);
    });

    it('takes back no change', async () => {
      const fixture = fresh();
      broken(fixture);
      expect(await setSecret(fixture.context(), { vault: 'local', key: 'k' }, canary)).toMatchObject({
        secretVersion: 1,
      });
      expect(fixture.notices).toHaveLength(1);
    });
  });

  it('that is broken stops nobody', async () => {
    const fixture = fresh();
    const secrets = fixture.secrets();
    await setSecret(secrets.context, { vault: 'local', key: 'k' }, canary);
    writeFileSync(secrets.context.places.audit, 'nonsense\n');
    expect(await resolved(secrets, 'secret://local/k')).toMatchObject({ text: canary });
    expect(fixture.notices).toEqual([]);
    expect(readAudit(secrets.context.places).broken).toMatchObject({ line: 1 });
  });
});
