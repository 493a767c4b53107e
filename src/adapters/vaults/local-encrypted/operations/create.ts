import type { StoredVersion } from '../../../../ports/vault.ts';
import { refusal } from '../faults.ts';
import { fingerprintOf } from '../keys.ts';
import {
  type Asked,
  newSecretId,
  newVersion,
  secretOf,
  storedVersion,
  tokenReused,
  withSecret,
  withWrite,
  writeOf,
} from '../records.ts';
import type { Changing } from '../session.ts';

/** Version 1, which is the current one. */
export const create =
  (asked: Asked, value: string): Changing<StoredVersion> =>
  (opened) => {
    const { key, write, now } = asked;
    const { document, keys } = opened;
    const earlier = writeOf(document, asked, 'create');
    if (earlier) {
      const fingerprint = fingerprintOf(keys, key, value);
      if (earlier.fingerprint !== fingerprint) throw tokenReused();
      return { answer: storedVersion({ number: earlier.version, fingerprint }) };
    }
    if (secretOf(document, key))
      throw refusal(
        'conflict',
        'secret_exists',
        `there is a secret ${key} already`,
        `\`headgate secrets rotate\` gives it another value`,
      );
    const secret = { key, id: newSecretId(), createdAt: now };
    const version = newVersion(opened, secret, { number: 1, state: 'current', createdAt: now }, value);
    const { fingerprint } = version;
    const writes = withWrite([], { token: write.token, operation: 'create', version: 1, fingerprint });
    return {
      answer: storedVersion(version),
      document: withSecret(document, { ...secret, versions: [version], writes }),
    };
  };
