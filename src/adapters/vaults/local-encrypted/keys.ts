/** One master key, and what is derived from it: a key for each use. */
import { createHmac, hkdfSync, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../../../base/json.ts';
import type { ScryptKey, VaultDocument } from './document.ts';

export interface VaultKeys {
  readonly seal: Buffer;
  readonly fingerprint: Buffer;
  readonly file: Buffer;
  readonly check: Buffer;
}

export const bytesOfKey = 32;

/** The vault is part of it: one key file may open several vaults, and nothing of one fits another. */
export function deriveKeys(master: Uint8Array, vaultId: string): VaultKeys {
  const derived = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', master, Buffer.from(vaultId, 'base64url'), `headgate.vault/1/${use}`, bytesOfKey));
  return { seal: derived('seal'), fingerprint: derived('fingerprint'), file: derived('file'), check: derived('check') };
}

export const forgetKeys = (keys: VaultKeys): void => {
  for (const key of Object.values(keys) as Buffer[]) key.fill(0);
};

export const newScrypt = (): ScryptKey => ({
  kind: 'scrypt',
  salt: randomBytes(16).toString('base64url'),
  cost: 17,
  blockSize: 8,
  parallel: 1,
});

/** Takes a third of a second and 128 MiB; the bounds of what a file may ask for are those of its form. */
export function stretch(passphrase: string, { salt, cost, blockSize, parallel }: ScryptKey): Promise<Buffer> {
  const options = { N: 2 ** cost, r: blockSize, p: parallel, maxmem: 2 ** (cost + 8) * blockSize };
  return new Promise((done, fail) => {
    const bytes = passphrase.normalize('NFC');
    scrypt(bytes, Buffer.from(salt, 'base64url'), bytesOfKey, options, (error, key) =>
      error ? fail(error) : done(key),
    );
  });
}

const hmac = (key: Buffer, bytes: string): string => createHmac('sha256', key).update(bytes).digest('base64url');

export const keyCheckOf = (keys: VaultKeys, { id, keySource }: Pick<VaultDocument, 'id' | 'keySource'>): string =>
  hmac(keys.check, canonicalJson([id, { ...keySource }]));

/** Over all of the text, so that nothing in it can be changed, exchanged, removed or put back alone. */
export const macOf = (keys: VaultKeys, signed: string): string => hmac(keys.file, signed);

/** Keyed, so that a short value cannot be guessed from it; the same value under two keys has two. */
export const fingerprintOf = (keys: VaultKeys, key: string, value: string): string =>
  hmac(keys.fingerprint, canonicalJson([key, value]));

export const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
