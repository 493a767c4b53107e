import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../../../../src/adapters/vaults/local-encrypted/faults.ts';
import { newKey, readKeyFile } from '../../../../../src/adapters/vaults/local-encrypted/key-file.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';
import { answerOf, faultOf, localVaultIn, newToken } from '../../../../support/vaults/local-vault.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const key = randomBytes(32);
const laid = (bytes: string | Buffer, mode = 0o600): string => {
  const path = join(temp.lay({}), 'local.key');
  writeFileSync(path, bytes);
  chmodSync(path, mode);
  return path;
};
const refused = (path: string): readonly string[] => {
  try {
    readKeyFile(path);
    return [];
  } catch (error) {
    if (error instanceof Refusal) return [error.fault.code, error.fault.detail, error.fault.remedy];
    throw error;
  }
};

describe('003-C4.15: a key file', () => {
  it.each([
    ['raw', key],
    ['hex', key.toString('hex')],
    ['hex in capitals, with the end of the line', `${key.toString('hex').toUpperCase()}\n`],
    ['base64', key.toString('base64')],
    ['base64 with the end of the line', `${key.toString('base64')}\r\n`],
    ['base64 without its end', key.toString('base64').replace('=', '')],
    ['base64url', key.toString('base64url')],
  ])('holds 32 bytes in %s', (_, bytes) => {
    expect(readKeyFile(laid(bytes)).equals(key)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['31 bytes', key.subarray(1)],
    ['33 bytes', Buffer.concat([key, Buffer.from('x')])],
    ['words', 'correct horse battery staple'],
    ['31 bytes in hex', key.subarray(1).toString('hex')],
    ['33 bytes in base64', Buffer.concat([key, Buffer.from('x')]).toString('base64')],
    ['a whole book', 'a'.repeat(10_000)],
  ])('is refused with %s', (_, bytes) => {
    expect(refused(laid(bytes)).slice(0, 2)).toEqual(['invalid_request', 'key_file_form']);
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o610])('is refused with mode %o, and the remedy closes it', (mode) => {
    const path = laid(key, mode);
    const [code, detail, remedy] = refused(path);
    expect([code, detail]).toEqual(['access_denied', 'key_file_open_to_others']);
    expect(remedy).toContain(`chmod 600 ${path}`);
    chmodSync(path, 0o600);
    expect(refused(path)).toEqual([]);
  });

  it.each([0o600, 0o400])('is taken with mode %o', (mode) => {
    expect(refused(laid(key, mode))).toEqual([]);
  });

  it('is not a link, a folder or a pipe', () => {
    const path = laid(key);
    const link = `${path}.link`;
    symlinkSync(path, link);
    expect(refused(link).slice(0, 2)).toEqual(['access_denied', 'key_file_link']);
    expect(refused(temp.lay({})).slice(0, 2)).toEqual(['access_denied', 'key_file_no_file']);
    expect(refused(`${path}.none`).slice(0, 2)).toEqual(['provider_unavailable', 'key_file_missing']);
  });

  it('never takes the place of another one', () => {
    const path = laid(key);
    expect(newKey(path).place()).toBeNull();
    expect(readKeyFile(path).equals(key)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['local.key']);
  });

  it('is placed whole, and what was left by a process that was killed is swept', () => {
    const folder = join(temp.lay({}), 'keys');
    const path = join(folder, 'local.key');
    mkdirSync(folder);
    for (const left of [`${path}.4711.new`, `${path}.4711.new.4711.tmp`, `${path}.mine`]) writeFileSync(left, 'left');
    const { master, place } = newKey(path);
    expect(place()).toBe('placed');
    expect(readKeyFile(path).equals(master)).toBe(true);
    expect(readdirSync(folder)).toEqual(['local.key', 'local.key.mine']);
  });
});

describe('a vault', () => {
  it('whose key is that of another one is not opened, and says so', async () => {
    const [one, other] = [localVaultIn(temp.lay({})), localVaultIn(temp.lay({}))];
    answerOf(await one.open().create('a', 'value', newToken()));
    answerOf(await other.open().create('a', 'value', newToken()));
    renameSync(other.keyFile, one.keyFile);
    const before = one.text();
    for (const answer of [await one.open().resolve({ key: 'a' }), await one.open().create('b', 'value', newToken())])
      expect(faultOf(answer)).toMatchObject({ code: 'access_denied', detail: 'wrong_key' });
    expect(one.text()).toBe(before);
  });

  it('that was begun when its maker was killed is gone on with', async () => {
    const place = localVaultIn(temp.lay({}));
    const write = newToken();
    answerOf(await place.open().create('a', 'value', write));
    // As it is before the vault has its name, with the key under two names.
    renameSync(place.backup, `${place.file}.new`);
    renameSync(place.file, join(temp.lay({}), 'away'));
    linkSync(place.keyFile, `${place.keyFile}.4711.new`);
    const vault = place.open();
    expect(await vault.list()).toEqual({ value: [] });
    expect(await vault.create('a', 'value', write)).toMatchObject({
      value: { version: '1' },
      notices: [expect.any(String)],
    });
    expect(existsSync(`${place.file}.new`)).toBe(false);
    expect(readdirSync(join(place.keyFile, '..'))).toEqual(['local.key']);
  });

  it('that was begun without its key is begun anew', async () => {
    const place = localVaultIn(temp.lay({ 'secrets.vault.new': 'half a vau', 'secrets.vault.99.tmp': 'x' }));
    const made = await place.open().create('a', 'value', newToken());
    expect('notices' in made && made.notices).toHaveLength(2);
    expect(readdirSync(place.folder).sort()).toEqual(['home', 'secrets.vault', 'secrets.vault.backup']);
    expect(readFileSync(place.keyFile, 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
  });
});
