/** The form of registry.json, version 1: what is known of the secrets of one vault. It names versions, and never holds a value. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';

export const registryVersion = 1;

export const secretStatuses = ['active', 'disabled', 'archived', 'deleted'] as const;
export type SecretStatus = (typeof secretStatuses)[number];

export const versionStatuses = ['current', 'previous', 'pending', 'disabled', 'destroyed', 'failed'] as const;
export type VersionStatus = (typeof versionStatuses)[number];

export interface VersionRecord {
  /** Counted from 1 within the secret, and never used again. */
  readonly number: number;
  /** As the provider calls it. */
  readonly providerVersion: string;
  readonly status: VersionStatus;
  readonly fingerprint: string | null;
  /** Times are RFC 3339, UTC. */
  readonly createdAt: string;
  /** When it ceased to be one that is given out. */
  readonly revokedAt: string | null;
}

/** What is still to be taken away at the provider. */
export interface CleanUp {
  /** `remove` the secret, or `discard` a version that never was the current one. */
  readonly work: 'remove' | 'discard';
  /** As the provider knows it. */
  readonly key: string;
  /** Of `discard`. */
  readonly providerVersion: string | null;
  /** Id of the operation, which its tokens are derived from. */
  readonly operation: string;
  readonly since: string;
  /** Code of the fault that it last came to. */
  readonly code: string;
}

export interface SecretRecord {
  /** UUID. */
  readonly id: string;
  /** Of a deleted one with `__deleted__` and the id behind it, so that both can be used again; so has its name. */
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: SecretStatus;
  /** Whether headgate writes it, or refers to what somebody else does. */
  readonly mode: 'managed' | 'external';
  readonly externalRef: string | null;
  /** By number. */
  readonly versions: readonly VersionRecord[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly rotatedAt: string | null;
  readonly deletedAt: string | null;
  readonly cleanUp: CleanUp | null;
}

export interface Registry {
  /** In the order in which they were made. */
  readonly secrets: readonly SecretRecord[];
}

export const emptyRegistry: Registry = { secrets: [] };

type Check = (value: JsonValue | undefined) => boolean;

const text: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 2048;
const natural: Check = (value) => Number.isInteger(value) && (value as number) > 0;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && (value as readonly JsonValue[]).every(check);
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) &&
    Object.keys(value).every((key) => Object.hasOwn(fields, key)) &&
    Object.entries(fields).every(([key, check]) => check(value[key]));
const time: Check = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value);

const versionForm = record({
  number: natural,
  providerVersion: text,
  status: oneOf(...versionStatuses),
  fingerprint: orNull(text),
  createdAt: time,
  revokedAt: orNull(time),
});

const cleanUpForm = record({
  work: oneOf('remove', 'discard'),
  key: text,
  providerVersion: orNull(text),
  operation: text,
  since: time,
  code: text,
});

const secretForm = record({
  id: text,
  key: text,
  name: text,
  description: orNull(text),
  status: oneOf(...secretStatuses),
  mode: oneOf('managed', 'external'),
  externalRef: orNull(text),
  versions: listOf(versionForm),
  createdAt: time,
  updatedAt: time,
  rotatedAt: orNull(time),
  deletedAt: orNull(time),
  cleanUp: orNull(cleanUpForm),
});

const fileForm = record({ version: natural, secrets: listOf(secretForm) });

/** What is wrong with the content of a registry.json of this version; undefined when nothing is. */
export function registryFault(value: JsonObject): string | undefined {
  if (!fileForm(value)) return 'it does not have the form of a registry';
  const { secrets } = value as unknown as Registry;
  const twice = <T>(of: readonly T[]): boolean => new Set(of).size !== of.length;
  if (twice(secrets.map(({ id }) => id)) || twice(secrets.map(({ key }) => key))) return 'a secret stands there twice';
  for (const { status, deletedAt, mode, externalRef, versions } of secrets) {
    if ((status === 'deleted') !== (deletedAt !== null)) return 'a secret is deleted in part';
    if ((mode === 'external') !== (externalRef !== null)) return 'a reference to elsewhere is missing or too much';
    if (versions.filter((version) => version.status === 'current').length > 1)
      return 'a secret has two current versions';
    if (versions.some(({ number }, at) => number <= (versions[at - 1]?.number ?? 0)))
      return 'versions are not in their order';
  }
  return undefined;
}
