import { refusal } from '../faults.ts';
import { type Asked, secretOf, withSecret, withWrite, writeOf } from '../records.ts';
import type { Changing } from '../session.ts';

/** Its value is gone after that; its number is not given again. */
export const discard =
  (asked: Asked, version: string): Changing<null> =>
  ({ document }) => {
    const { key, write } = asked;
    if (writeOf(document, asked, 'discard')) return { answer: null };
    const secret = secretOf(document, key);
    const found = secret?.versions.find(({ number }) => String(number) === version);
    if (!secret || !found || found.state === 'destroyed') return { answer: null };
    if (found.state !== 'pending')
      throw refusal(
        'conflict',
        'version_in_use',
        `version ${version} of secret ${key} is or was the current one`,
        'rotate the secret; only a version that is pending can be discarded',
      );
    const { number, fingerprint } = found;
    const writes = withWrite(secret.writes, { token: write.token, operation: 'discard', version: number, fingerprint });
    const versions = secret.versions.map((one) =>
      one === found ? ({ ...one, state: 'destroyed', sealed: null } as const) : one,
    );
    return { answer: null, document: withSecret(document, { ...secret, versions, writes }) };
  };
