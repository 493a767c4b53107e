import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKeys, fingerprintOf } from '../../../../../src/adapters/vaults/local-encrypted/keys.ts';
import { seal, unseal } from '../../../../../src/adapters/vaults/local-encrypted/seal.ts';

const master = Buffer.alloc(32, 1);
const vaultId = Buffer.alloc(16, 2).toString('base64url');
const keys = deriveKeys(master, vaultId);
const place = { vaultId, key: 'a/b', secretId: 'one', version: 1 };

describe('003-C4.22: a sealed value', () => {
  it('opens in its place and in no other', () => {
    const sealed = seal(keys.seal, place, 'canary ä');
    expect(unseal(keys.seal, place, sealed)).toBe('canary ä');
    for (const other of [
      { ...place, vaultId: Buffer.alloc(16, 3).toString('base64url') },
      { ...place, key: 'a' },
      { ...place, secretId: 'two' },
      { ...place, version: 2 },
      // Joined by any mark, these two would be one text.
      { ...place, key: 'a', secretId: 'b/one' },
    ])
      expect(unseal(keys.seal, other, sealed)).toBeUndefined();
    expect(unseal(deriveKeys(Buffer.alloc(32, 9), vaultId).seal, place, sealed)).toBeUndefined();
  });

  it('is another text each time', () => {
    const all = Array.from({ length: 100 }, () => seal(keys.seal, place, 'same'));
    expect(new Set(all.map(({ iv }) => iv)).size).toBe(100);
    expect(new Set(all.map(({ data }) => data)).size).toBeGreaterThan(95);
  });

  it('has a tag of full length', () => {
    const sealed = seal(keys.seal, place, 'canary');
    const short = { ...sealed, tag: Buffer.from(sealed.tag, 'base64url').subarray(0, 12).toString('base64url') };
    expect(() => unseal(keys.seal, place, short)).toThrow();
  });
});

describe('003-C4.22: a fingerprint', () => {
  it('is none that can be made without the key', () => {
    const print = fingerprintOf(keys, 'a', '1234');
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(print).not.toBe(createHash('sha256').update('1234').digest(encoding));
    expect(fingerprintOf(deriveKeys(master, Buffer.alloc(16).toString('base64url')), 'a', '1234')).not.toBe(print);
    expect(fingerprintOf(deriveKeys(Buffer.alloc(32), vaultId), 'a', '1234')).not.toBe(print);
  });

  it('uses a key of its own', () => {
    expect(new Set(Object.values(keys).map((one: Buffer) => one.toString('hex'))).size).toBe(4);
  });
});
