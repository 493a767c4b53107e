import type { StoredVersion } from '../../../../ports/vault.ts';
import type { VersionRecord } from '../document.ts';
import { refusal } from '../faults.ts';
import {
  type Asked,
  noSecret,
  noVersion,
  secretOf,
  storedVersion,
  tokenReused,
  withSecret,
  withWrite,
  writeOf,
} from '../records.ts';
import type { Changing } from '../session.ts';

/** Also back to an earlier version, as long as it is kept. */
export const promote =
  (asked: Asked, version: string): Changing<StoredVersion> =>
  ({ document }) => {
    const { key, write } = asked;
    const earlier = writeOf(document, asked, 'promote');
    if (earlier) {
      if (String(earlier.version) !== version) throw tokenReused();
      return { answer: { version, fingerprint: earlier.fingerprint } };
    }
    const secret = secretOf(document, key);
    if (!secret) throw noSecret(key);
    const wanted = secret.versions.find(({ number }) => String(number) === version);
    if (!wanted) throw noVersion(key, version);
    if (wanted.state === 'destroyed')
      throw refusal(
        'conflict',
        'version_destroyed',
        `version ${version} of secret ${key} was discarded`,
        'rotate the secret to a value that is there',
      );
    const { number, fingerprint } = wanted;
    const writes = withWrite(secret.writes, { token: write.token, operation: 'promote', version: number, fingerprint });
    const versions = wanted.state === 'current' ? secret.versions : secret.versions.map(moved(number));
    return { answer: storedVersion(wanted), document: withSecret(document, { ...secret, versions, writes }) };
  };

const moved =
  (current: number) =>
  (one: VersionRecord): VersionRecord => {
    if (one.number === current) return { ...one, state: 'current' };
    if (one.state === 'current') return { ...one, state: 'previous' };
    return one.state === 'previous' ? { ...one, state: 'archived' } : one;
  };
