/** Tokens of writes: whoever asks a provider again for the same step of the same operation asks with the same token. */
import { createHash } from 'node:crypto';
import type { Write } from '../../ports/vault.ts';
import { byOperator } from '../authority/authority.ts';

/** RFC 9562, version 5. */
export function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  hash[6] = ((hash[6] as number) & 0x0f) | 0x50;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Of headgate; never changes. */
const namespace = 'd0f7d4c5-3b44-5d0c-9a63-7f8f0a1e6c52';

/** Nobody but an operator, with a command, changes what is in a vault. */
export const writeToken = (idempotencyKey: string, step: string): Write => ({
  token: uuid5(namespace, `${idempotencyKey} ${step}`),
  on: byOperator,
});
