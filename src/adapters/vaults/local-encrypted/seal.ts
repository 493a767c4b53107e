/** One value, sealed with AES-256-GCM for its place: it opens as that version of that secret of that vault alone. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { canonicalJson } from '../../../base/json.ts';
import type { Sealed } from './document.ts';

export interface SealPlace {
  readonly vaultId: string;
  readonly key: string;
  readonly secretId: string;
  readonly version: number;
}

/** Unambiguous: no two places have the same text. */
const associated = ({ vaultId, key, secretId, version }: SealPlace): Buffer =>
  Buffer.from(canonicalJson([vaultId, key, secretId, version]));

export function seal(sealKey: Buffer, place: SealPlace, value: string): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealKey, iv);
  cipher.setAAD(associated(place));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return {
    iv: iv.toString('base64url'),
    data: data.toString('base64url'),
    tag: cipher.getAuthTag().toString('base64url'),
  };
}

/** Undefined for what was not sealed for that place with that key. */
export function unseal(sealKey: Buffer, place: SealPlace, { iv, data, tag }: Sealed): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', sealKey, Buffer.from(iv, 'base64url'), { authTagLength: 16 });
  decipher.setAAD(associated(place));
  decipher.setAuthTag(Buffer.from(tag, 'base64url'));
  try {
    return Buffer.concat([decipher.update(data, 'base64url'), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
