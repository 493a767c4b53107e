import { describe, expect, it } from 'vitest';
import type { KeySource } from '../../../../../src/adapters/vaults/local-encrypted/document.ts';
import { deriveKeys, keyCheckOf, newScrypt } from '../../../../../src/adapters/vaults/local-encrypted/keys.ts';
import { readDocument } from '../../../../../src/adapters/vaults/local-encrypted/read-document.ts';
import { textOf } from '../../../../../src/adapters/vaults/local-encrypted/vault-file.ts';

const id = Buffer.alloc(16, 1).toString('base64url');
const keys = deriveKeys(Buffer.alloc(32), id);
const vault = (keySource: KeySource, more: object = {}): string => {
  const keyCheck = keyCheckOf(keys, { id, keySource });
  const format = 'headgate.vault';
  const document = { format, version: 1, id, keySource, keyCheck, revision: 1, secrets: [], removed: [] } as const;
  return textOf(keys, { ...document, ...more });
};

describe('the text of a vault', () => {
  it('is read as it was written', () => {
    for (const source of [{ kind: 'file' } as const, newScrypt()])
      expect(readDocument(vault(source))).toMatchObject({ document: { id, keySource: source } });
  });

  it.each([
    ['no JSON', '{'],
    ['another form', '{"format":"x"}'],
    ['a list', '[]'],
    ['a field more', vault({ kind: 'file' }, { more: 1 })],
    ['a revision that is none', vault({ kind: 'file' }, { revision: 0 })],
    ['an id of another length', vault({ kind: 'file' }, { id: 'AAAA' })],
    [
      'a secret without a version',
      vault({ kind: 'file' }, { secrets: [{ key: 'a', id, createdAt: '', versions: [], writes: [] }] }),
    ],
    [
      'a key that is none',
      vault({ kind: 'file' }, { removed: [{ name: '', key: '../a', removedAt: '', writes: [] }] }),
    ],
    ['version 0', vault({ kind: 'file' }, { version: 0 })],
  ])('is refused with %s', (_, text) => {
    expect(readDocument(text)).toBe('misfit');
  });

  it.each([
    { cost: 31 },
    { cost: 19 },
    { cost: 13 },
    { cost: 17.5 },
    { cost: '17' },
    { blockSize: 1024 },
    { blockSize: 1 },
    { parallel: 1_000_000 },
    { parallel: 0 },
    { salt: 'AAAA' },
    { kind: 'pbkdf2' },
  ])('takes neither all the memory nor all the time, nor too little: %j', (more) => {
    expect(readDocument(vault({ ...newScrypt(), ...more } as KeySource))).toBe('misfit');
  });

  it('of a later version is told from one that is not whole', () => {
    expect(readDocument(vault({ kind: 'file' }, { version: 2, secrets: 'otherwise' }))).toBe('newer');
  });
});
