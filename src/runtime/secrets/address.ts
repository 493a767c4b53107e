/** What the provider is asked for, when somebody asks for a secret that the registry may know. */
import type { SecretReference, SecretVersion } from '../../language/secrets/reference.ts';
import type { SecretAddress } from '../../ports/vault.ts';
import { faultError } from './fault-error.ts';
import type { Registry, SecretRecord, VersionRecord } from './registry-form.ts';
import { deletedAt, isActive, secretAt } from './secret-records.ts';

type Named = Pick<SecretReference, 'vault' | 'key'>;

/** Throws a fault for what is not to be given out. A secret without a record is the provider's alone. */
export function addressOf(registry: Registry, { vault, key, version }: SecretReference): SecretAddress {
  const secret = secretAt(registry, key);
  if (!secret) {
    if (deletedAt(registry, key)) throw deletedFault({ vault, key });
    return { key, ...(version === undefined ? {} : { version }) };
  }
  requireActive(secret, { vault, key });
  const asked = version === undefined ? undefined : versionOf(secret, version, { vault, key });
  return {
    key,
    ...(secret.externalRef === null ? {} : { externalRef: secret.externalRef }),
    ...(asked === undefined ? {} : { version: asked }),
  };
}

export function requireActive({ status }: SecretRecord, { vault, key }: Named): void {
  if (status === 'active') return;
  throw faultError(
    'conflict',
    'secret_not_active',
    `secret \`${vault}/${key}\` is ${status}`,
    `\`headgate secrets update ${vault}/${key} --status active\` makes it active again`,
  );
}

export const deletedFault = ({ vault, key }: Named): Error =>
  faultError(
    'not_found',
    'secret_deleted',
    `secret \`${vault}/${key}\` was deleted`,
    `\`headgate secrets set ${vault}/${key}\` makes it anew`,
  );

/**
 * Numbers are those of the registry. One from before there was a record is the provider's own, and so is every stage, unless it names
 * a version that is not given out.
 */
function versionOf(secret: SecretRecord, asked: SecretVersion, named: Named): SecretVersion {
  const { versions } = secret;
  if ('stage' in asked) {
    const found = versions.find(({ providerVersion }) => providerVersion === asked.stage);
    if (found) requireVersion(found, named);
    return asked;
  }
  const found = versions.find(({ number }) => number === asked.number);
  if (found) {
    requireVersion(found, named);
    return providerVersionOf(found);
  }
  if (versions.length === 0 || asked.number < (versions[0] as VersionRecord).number) return asked;
  const active = versions.filter(isActive).map(({ number }) => number);
  throw faultError(
    'not_found',
    'version_missing',
    `secret \`${named.vault}/${named.key}\` has no version ${asked.number}`,
    active.length === 0 ? '`headgate secrets list` shows its versions' : `it has ${active.join(', ')}`,
  );
}

function requireVersion(version: VersionRecord, { vault, key }: Named): void {
  if (isActive(version)) return;
  throw faultError(
    'conflict',
    'version_not_active',
    `version ${version.number} of secret \`${vault}/${key}\` is ${version.status}`,
    'name a version that is current or previous, or none for the current one',
  );
}

/** A provider that counts has it as a number. */
export const providerVersionOf = ({ providerVersion }: Pick<VersionRecord, 'providerVersion'>): SecretVersion =>
  /^[1-9][0-9]{0,8}$/.test(providerVersion) ? { number: Number(providerVersion) } : { stage: providerVersion };
