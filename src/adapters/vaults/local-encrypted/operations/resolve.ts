import type { SecretVersion } from '../../../../language/secrets/reference.ts';
import type { SecretAddress, SecretValue } from '../../../../ports/vault.ts';
import type { SecretRecord, VersionRecord } from '../document.ts';
import { refusal } from '../faults.ts';
import { noSecret, noVersion, secretOf } from '../records.ts';
import { unseal } from '../seal.ts';
import type { OpenedVault } from '../session.ts';

/** One that is pending has a number and no name: nobody is given it by accident. */
const stages: Readonly<Record<string, VersionRecord['state']>> = {
  current: 'current',
  latest: 'current',
  previous: 'previous',
};

export function resolveIn(
  { document, keys }: Pick<OpenedVault, 'document' | 'keys'>,
  { key, version, externalRef }: SecretAddress,
): SecretValue {
  if (externalRef !== undefined)
    throw refusal(
      'invalid_request',
      'external_reference',
      'a vault in a file keeps nothing under names of others',
      'name the secret by its key',
    );
  const secret = secretOf(document, key);
  if (!secret) throw noSecret(key);
  const found = versionOf(secret, version ?? { stage: 'current' });
  if (!found) throw noVersion(key, shown(version));
  const { number, sealed } = found;
  if (!sealed)
    throw refusal(
      'not_found',
      'version_destroyed',
      `version ${number} of secret ${key} was discarded`,
      'name the current one, or none',
    );
  const text = unseal(keys.seal, { vaultId: document.id, key, secretId: secret.id, version: number }, sealed);
  // The file as a whole is what somebody with the key wrote: one who wrote it otherwise.
  if (text === undefined)
    throw refusal(
      'provider_error',
      'secret_damaged',
      `version ${number} of secret ${key} does not open`,
      'give the secret another value',
    );
  return { text, version: String(number) };
}

function versionOf({ versions }: SecretRecord, wanted: SecretVersion): VersionRecord | undefined {
  if ('number' in wanted) return versions.find(({ number }) => number === wanted.number);
  const state = Object.hasOwn(stages, wanted.stage) ? stages[wanted.stage] : undefined;
  return state && versions.find((one) => one.state === state);
}

const shown = (version: SecretVersion | undefined): string =>
  version === undefined ? 'that is current' : 'number' in version ? String(version.number) : version.stage;
