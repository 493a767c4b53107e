import { readSigningKey, type SigningKey } from '../../adapters/files/ed25519.ts';
import type { Blocked } from '../../ir/blocked.ts';

/** The key that is to sign the statement of a run, where one was given; why it cannot. */
export function signingKey(
  pem: string | undefined,
): { readonly key: SigningKey | undefined } | { readonly blocked: Blocked } {
  const key = pem === undefined ? undefined : readSigningKey(pem);
  if (typeof key !== 'string') return { key };
  return {
    blocked: {
      gate: 'sign_key_invalid',
      subject: 'run',
      reasons: [`the key that is to sign its verdict cannot be used: ${key}`],
      remedy: 'give a private key as `headgate attest keygen` makes it, or none',
    },
  };
}
