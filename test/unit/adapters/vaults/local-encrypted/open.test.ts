import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keyFault } from '../../../../../src/language/secrets/reference.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';
import { answerOf, faultOf, localVaultIn, newToken } from '../../../../support/vaults/local-vault.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const fresh = (passphraseEnv?: string) => localVaultIn(temp.lay({}), passphraseEnv);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('a vault that was never made', () => {
  it('is made with its key by the first secret, which says so', async () => {
    const place = fresh();
    const vault = place.open();
    expect(await vault.list()).toEqual({ value: [] });
    expect(faultOf(await vault.resolve({ key: 'a' })).code).toBe('not_found');
    expect(existsSync(place.file)).toBe(false);
    const made = await vault.create('a', 'canary-first', newToken());
    expect(made).toEqual({
      value: { version: '1', fingerprint: expect.any(String) },
      notices: [
        `made vault local: \`${place.file}\``,
        `made its key: \`${place.keyFile}\`; keep a copy of it elsewhere, since nothing else opens the vault`,
      ],
    });
    expect([modeOf(place.file), modeOf(place.keyFile), modeOf(dirname(place.keyFile))]).toEqual([0o600, 0o600, 0o700]);
    expect(await vault.create('b', 'canary-second', newToken())).not.toHaveProperty('notices');
    expect(answerOf(await place.open().resolve({ key: 'a' }))).toEqual({ text: 'canary-first', version: '1' });
    // Neither a lock nor half a file is left.
    expect(readdirSync(place.folder).sort()).toEqual(['home', 'secrets.vault', 'secrets.vault.backup']);
    expect(readdirSync(dirname(place.keyFile))).toEqual(['local.key']);
  });

  it('is as good as empty for whoever takes something back', async () => {
    const vault = fresh().open();
    expect(await vault.remove('a', newToken())).toEqual({ value: null });
    expect(await vault.discard('a', '1', newToken())).toEqual({ value: null });
    expect(faultOf(await vault.putPending('a', 'value', newToken())).code).toBe('not_found');
    expect(faultOf(await vault.promote('a', '1', newToken())).code).toBe('not_found');
  });

  it.each([
    ['nothing', '', 'value_empty'],
    ['half a character', 'x\ud800y', 'value_form'],
    ['too much', 'x'.repeat(65_537), 'value_too_long'],
  ])('is not made for %s', async (_, value, detail) => {
    const place = fresh();
    const fault = faultOf(await place.open().create('a', value, newToken()));
    expect([fault.code, fault.detail]).toEqual(['invalid_request', detail]);
    expect(existsSync(place.file)).toBe(false);
  });

  it.each(['', '../a', 'a//b', 'x'.repeat(121)])('refuses the key %j', async (key) => {
    expect(keyFault(key)).not.toBeNull();
    expect(faultOf(await fresh().open().create(key, 'value', newToken())).detail).toBe('key_form');
  });
});

describe('never a new key beside an old vault', () => {
  it('the key is missing', async () => {
    const place = fresh();
    answerOf(await place.open().create('a', 'value', newToken()));
    const key = readFileSync(place.keyFile);
    writeFileSync(`${place.keyFile}.away`, key);
    const before = place.text();
    rmSync(place.keyFile);
    const vault = place.open();
    for (const answer of [
      await vault.create('b', 'value', newToken()),
      await vault.resolve({ key: 'a' }),
      await vault.list(),
      await vault.remove('a', newToken()),
    ])
      expect(faultOf(answer)).toMatchObject({ code: 'provider_unavailable', detail: 'key_file_missing' });
    expect(existsSync(place.keyFile)).toBe(false);
    expect(place.text()).toBe(before);
    expect((await vault.health()).missingFields).toEqual(['key.file']);
  });

  it.each(['with a backup', 'without one'])('the vault is missing, %s', async (how) => {
    const place = fresh();
    answerOf(await place.open().create('a', 'value', newToken()));
    rmSync(place.file);
    if (how === 'without one') rmSync(place.backup);
    const vault = place.open();
    for (const answer of [
      await vault.create('b', 'value', newToken()),
      await vault.resolve({ key: 'a' }),
      await vault.remove('a', newToken()),
    ]) {
      const fault = faultOf(answer);
      expect(fault.detail).toBe('vault_file_missing');
      expect(fault.remedy.includes(place.backup)).toBe(how === 'with a backup');
    }
    expect(existsSync(place.file)).toBe(false);
  });
});

describe('a passphrase', () => {
  it('opens the vault that was made with it, and no other does', async () => {
    const place = fresh('VAULT_PASSPHRASE');
    const env = { VAULT_PASSPHRASE: `canary ${randomUUID()}` };
    const made = await place.open(env).create('a', 'value', newToken());
    expect('notices' in made && made.notices).toEqual([`made vault local: \`${place.file}\``]);
    expect(answerOf(await place.open(env).resolve({ key: 'a' })).text).toBe('value');
    const other = faultOf(await place.open({ VAULT_PASSPHRASE: 'another' }).resolve({ key: 'a' }));
    expect([other.code, other.detail]).toEqual(['access_denied', 'wrong_key']);
    const none = place.open({});
    expect(faultOf(await none.resolve({ key: 'a' })).detail).toBe('passphrase_missing');
    expect(await none.health()).toMatchObject({ status: 'error', missingFields: ['key.passphraseEnv'] });
    const text = place.text();
    expect(text).not.toContain(env.VAULT_PASSPHRASE);
    const byFile = localVaultIn(place.folder).open();
    expect(faultOf(await byFile.resolve({ key: 'a' })).detail).toBe('key_kind');
  });

  it('is derived once for everybody who asks at once', async () => {
    const place = fresh('VAULT_PASSPHRASE');
    const env = { VAULT_PASSPHRASE: 'canary passphrase' };
    answerOf(await place.open(env).create('a', 'value', newToken()));
    let asked = 0;
    const counted = new Proxy(env, {
      get: (target, name: 'VAULT_PASSPHRASE') => {
        asked++;
        return target[name];
      },
    });
    const vault = place.open(counted);
    const all = await Promise.all(Array.from({ length: 50 }, () => vault.resolve({ key: 'a' })));
    expect(all.map((one) => answerOf(one).text)).toEqual(Array(50).fill('value'));
    expect(asked).toBe(1);
  });
});

describe('what is written', () => {
  it('shows no value, and keeps the file of before', async () => {
    const place = fresh();
    const vault = place.open();
    const values = ['first', 'second', 'third'].map((name) => `canary-${name}-${randomUUID()}`);
    answerOf(await vault.create('a', values[0] as string, newToken()));
    const first = place.text();
    const second = answerOf(await vault.putPending('a', values[1] as string, newToken()));
    expect(readFileSync(place.backup, 'utf8')).toBe(first);
    expect(modeOf(place.backup)).toBe(0o600);
    answerOf(await vault.promote('a', second.version, newToken()));
    answerOf(await vault.putPending('a', values[2] as string, newToken()));
    for (const text of [place.text(), readFileSync(place.backup, 'utf8')])
      for (const value of values)
        for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const)
          expect(text).not.toContain(Buffer.from(value).toString(encoding));
  });

  it('has a fingerprint that only the key can make, another one under each key', async () => {
    const one = fresh().open();
    const other = fresh().open();
    const prints = [
      answerOf(await one.create('a', 'value', newToken())).fingerprint,
      answerOf(await one.create('b', 'value', newToken())).fingerprint,
      answerOf(await other.create('a', 'value', newToken())).fingerprint,
    ];
    expect(new Set(prints).size).toBe(3);
    expect(answerOf(await one.putPending('a', 'value', newToken())).fingerprint).toBe(prints[0]);
  });

  it('is seen by whoever opened the vault before', async () => {
    const place = fresh();
    const writer = place.open();
    answerOf(await writer.create('a', 'old', newToken()));
    const reader = place.open();
    expect(answerOf(await reader.resolve({ key: 'a' })).text).toBe('old');
    const { version } = answerOf(await writer.putPending('a', 'new', newToken()));
    expect(answerOf(await reader.resolve({ key: 'a' })).text).toBe('old');
    answerOf(await writer.promote('a', version, newToken()));
    expect(answerOf(await reader.resolve({ key: 'a' })).text).toBe('new');
  });

  it('is not lost between two who opened it once and write in turn', async () => {
    const place = fresh();
    const vaults = [place.open(), place.open()] as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => vaults[n % 2 ? 0 : 1].create(`k${n}`, `value ${n}`, newToken())),
    );
    expect(answerOf(await vaults[0].list())).toHaveLength(20);
  });

  it('is not read where the run has ended', async () => {
    const place = fresh();
    answerOf(await place.open().create('a', 'value', newToken()));
    expect(faultOf(await place.open().resolve({ key: 'a' }, AbortSignal.abort())).detail).toBe('aborted');
  });
});

describe('a vault of a newer headgate', () => {
  it('is refused as that', async () => {
    const place = fresh();
    answerOf(await place.open().create('a', 'value', newToken()));
    writeFileSync(place.file, place.text().replace('"version": 1,', '"version": 2,'));
    const fault = faultOf(await place.open().create('b', 'value', newToken()));
    expect([fault.code, fault.detail]).toEqual(['provider_error', 'vault_file_newer']);
  });
});

describe('names of places', () => {
  it('are seen from the folder and from the home of whoever runs it', async () => {
    const place = fresh();
    answerOf(await place.open().create('a', 'value', newToken()));
    expect(existsSync(join(place.folder, 'home/keys/local.key'))).toBe(true);
    expect(existsSync(join(place.folder, 'secrets.vault'))).toBe(true);
  });
});
