/** What operations on a document have in common. All of it is pure. */
import { randomBytes } from 'node:crypto';
import { keyFault } from '../../../language/secrets/reference.ts';
import type { StoredVersion, WriteToken } from '../../../ports/vault.ts';
import {
  largestValue,
  mostWrites,
  type SecretRecord,
  type VaultDocument,
  type VersionRecord,
  type WriteRecord,
} from './document.ts';
import { type Refusal, refusal } from './faults.ts';
import { fingerprintOf, type VaultKeys } from './keys.ts';
import { seal } from './seal.ts';

/** What every write is asked with. */
export interface Asked {
  readonly key: string;
  readonly write: WriteToken;
  /** RFC 3339, UTC. */
  readonly now: string;
}

export const newSecretId = (): string => randomBytes(16).toString('base64url');

export const secretOf = ({ secrets }: VaultDocument, key: string): SecretRecord | undefined =>
  secrets.find((one) => one.key === key);

export function checkKey(key: string): void {
  const fault = keyFault(key);
  if (fault !== null) throw refusal('invalid_request', 'key_form', fault, 'give the secret another key');
}

export function checkToken({ token }: WriteToken): void {
  if (token === '' || token.length > 128)
    throw refusal('invalid_request', 'token_form', 'the token of the write has no usable form', 'give it a UUID');
}

/** Answers the value. */
export function checkValue(value: string): string {
  const remedy = 'give it as text in UTF-8';
  if (value === '') throw refusal('invalid_request', 'value_empty', 'the value is empty', 'give the secret a value');
  if (Buffer.from(value, 'utf8').toString('utf8') !== value)
    throw refusal('invalid_request', 'value_form', 'the value is not text', remedy);
  if (Buffer.byteLength(value) > largestValue)
    throw refusal(
      'invalid_request',
      'value_too_long',
      `the value is longer than ${largestValue} bytes`,
      'keep the key that encrypts it as the secret, and the rest in a file',
    );
  return value;
}

export const noSecret = (key: string): Refusal =>
  refusal(
    'not_found',
    'secret',
    `there is no secret \`${key}\``,
    '`headgate secrets list` shows what there is, and `headgate secrets set` makes it',
  );

export const noVersion = (key: string, version: string): Refusal =>
  refusal('not_found', 'version', `secret \`${key}\` has no version ${version}`, 'name the current one, or none');

/** One secret instead of another one of the same key, or instead of none. */
export function withSecret(document: VaultDocument, secret: SecretRecord): VaultDocument {
  const others = document.secrets.filter(({ key }) => key !== secret.key);
  return { ...document, secrets: [...others, secret].sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

export function newVersion(
  { document, keys }: { readonly document: VaultDocument; readonly keys: VaultKeys },
  secret: Pick<SecretRecord, 'key' | 'id'>,
  made: Pick<VersionRecord, 'number' | 'state' | 'createdAt'>,
  value: string,
): VersionRecord {
  const place = { vaultId: document.id, key: secret.key, secretId: secret.id, version: made.number };
  return { ...made, fingerprint: fingerprintOf(keys, secret.key, value), sealed: seal(keys.seal, place, value) };
}

export const storedVersion = ({
  number,
  fingerprint,
}: Pick<VersionRecord, 'number' | 'fingerprint'>): StoredVersion => ({
  version: String(number),
  fingerprint,
});

/** Of the secret as it is now, and of those that had its key before. */
export function writeOf(
  document: VaultDocument,
  { key, write }: Asked,
  operation: WriteRecord['operation'],
): WriteRecord | undefined {
  const known = [
    ...(secretOf(document, key)?.writes ?? []),
    ...document.removed.filter((one) => one.key === key).flatMap(({ writes }) => writes),
  ];
  return known.find((one) => one.token === write.token && one.operation === operation);
}

/** The same token was used for something else. */
export const tokenReused = (): Refusal =>
  refusal(
    'conflict',
    'token_reused',
    'another write was asked for with the same token',
    'use a token of its own for each write',
  );

export const withWrite = (writes: readonly WriteRecord[], write: WriteRecord): readonly WriteRecord[] =>
  [...writes, write].slice(-mostWrites);
