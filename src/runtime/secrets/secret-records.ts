/** What is done with records of secrets, without the disk. */
import { randomUUID } from 'node:crypto';
import type { Registry, SecretRecord, VersionRecord } from './registry-form.ts';

/** Under the key that was typed; one that was deleted has another key by then. */
export const secretAt = ({ secrets }: Registry, key: string): SecretRecord | undefined =>
  secrets.find((one) => one.key === key);

export const liveSecrets = ({ secrets }: Registry): readonly SecretRecord[] =>
  secrets.filter(({ status }) => status !== 'deleted');

const deletedMark = '__deleted__';

/** The key that a deleted secret had. */
export const keyBefore = ({ key, id }: Pick<SecretRecord, 'key' | 'id'>): string =>
  key.endsWith(`${deletedMark}${id}`) ? key.slice(0, -`${deletedMark}${id}`.length) : key;

/** The last one that was deleted under a key; undefined where there is a secret there, or never was one. */
export function deletedAt({ secrets }: Registry, key: string): SecretRecord | undefined {
  if (secrets.some((one) => one.key === key)) return undefined;
  return secrets.findLast((one) => one.status === 'deleted' && keyBefore(one) === key);
}

export interface NewSecret {
  readonly key: string;
  readonly name?: string;
  readonly description?: string | null;
  /** Where the provider has what somebody else writes. */
  readonly externalRef?: string;
}

export const newSecret = ({ key, name, description, externalRef }: NewSecret, at: string): SecretRecord => ({
  id: randomUUID(),
  key,
  name: name ?? key,
  description: description ?? null,
  status: 'active',
  mode: externalRef === undefined ? 'managed' : 'external',
  externalRef: externalRef ?? null,
  versions: [],
  createdAt: at,
  updatedAt: at,
  rotatedAt: null,
  deletedAt: null,
  cleanUp: null,
});

/** With the record in the place of the one with its id, or behind all others. */
export const withSecret = ({ secrets }: Registry, secret: SecretRecord): Registry => ({
  secrets: secrets.some(({ id }) => id === secret.id)
    ? secrets.map((one) => (one.id === secret.id ? secret : one))
    : [...secrets, secret],
});

export const softDeleted = (secret: SecretRecord, at: string): SecretRecord => ({
  ...secret,
  key: `${secret.key}${deletedMark}${secret.id}`,
  name: `${secret.name}${deletedMark}${secret.id}`,
  status: 'deleted',
  versions: secret.versions.map((version) =>
    version.revokedAt === null ? { ...version, status: 'destroyed', revokedAt: at } : version,
  ),
  updatedAt: at,
  deletedAt: at,
});

/** Zero where none was given. */
export const lastNumber = ({ versions }: SecretRecord): number => versions.at(-1)?.number ?? 0;

/** Of a secret that the vault does not have any more. */
export const withLostVersions = (secret: SecretRecord, at: string): SecretRecord => ({
  ...secret,
  versions: secret.versions.map((version) =>
    isActive(version) || version.revokedAt === null
      ? { ...version, status: version.status === 'pending' ? 'failed' : 'destroyed', revokedAt: at }
      : version,
  ),
  rotatedAt: at,
  updatedAt: at,
  cleanUp: null,
});

export const currentVersion = ({ versions }: SecretRecord): VersionRecord | undefined =>
  versions.findLast(({ status }) => status === 'current');

/** Given out when somebody asks for it. */
export const isActive = ({ status }: VersionRecord): boolean => status === 'current' || status === 'previous';
