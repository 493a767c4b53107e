import type { StoredVersion } from '../../../../ports/vault.ts';
import { mostVersions, type VersionRecord } from '../document.ts';
import { refusal } from '../faults.ts';
import { fingerprintOf } from '../keys.ts';
import {
  type Asked,
  newVersion,
  noSecret,
  secretOf,
  storedVersion,
  tokenReused,
  withSecret,
  withWrite,
  writeOf,
} from '../records.ts';
import type { Changing } from '../session.ts';

/** The next number. Nobody is given it unless it is asked for by that number. */
export const putPending =
  (asked: Asked, value: string): Changing<StoredVersion> =>
  (opened) => {
    const { key, write, now } = asked;
    const { document, keys } = opened;
    const earlier = writeOf(document, asked, 'put_pending');
    if (earlier) {
      const fingerprint = fingerprintOf(keys, key, value);
      if (earlier.fingerprint !== fingerprint) throw tokenReused();
      return { answer: storedVersion({ number: earlier.version, fingerprint }) };
    }
    const secret = secretOf(document, key);
    if (!secret) throw noSecret(key);
    const number = (secret.versions.at(-1)?.number ?? 0) + 1;
    const version = newVersion(opened, secret, { number, state: 'pending', createdAt: now }, value);
    const { fingerprint } = version;
    const writes = withWrite(secret.writes, {
      token: write.token,
      operation: 'put_pending',
      version: number,
      fingerprint,
    });
    const versions = [...withRoom(key, secret.versions), version];
    return { answer: storedVersion(version), document: withSecret(document, { ...secret, versions, writes }) };
  };

/** For one more. The oldest that is out of use goes: a destroyed one first, then an archived one. */
function withRoom(key: string, versions: readonly VersionRecord[]): readonly VersionRecord[] {
  if (versions.length < mostVersions) return versions;
  const out = versions.find(({ state }) => state === 'destroyed') ?? versions.find(({ state }) => state === 'archived');
  if (!out)
    throw refusal(
      'conflict',
      'too_many_versions',
      `secret ${key} has ${mostVersions} versions, of which none is out of use`,
      'promote or discard those that are pending',
    );
  return versions.filter((one) => one !== out);
}
