/** Text → document. What does not have the form is refused before anything of it is used. */
import { isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';
import { keyFault } from '../../../language/secrets/reference.ts';
import {
  type KeySource,
  type RemovedRecord,
  type Sealed,
  type SecretRecord,
  type VaultDocument,
  type VersionRecord,
  versionStates,
  type WriteRecord,
  writeOperations,
} from './document.ts';

export interface SignedDocument {
  readonly document: VaultDocument;
  /** Base64url, over `signed`. */
  readonly mac: string;
  /** The text without it, to the byte. */
  readonly signed: string;
}

const base64url = /^[A-Za-z0-9_-]*$/;

class Misfit extends Error {}

/** How a text ends, behind what is signed. */
export const endOf = (mac: string): string => `,\n "mac": "${mac}"\n}\n`;

/** `newer`: made by a later headgate. `misfit`: not a vault, or no longer a whole one. */
export function readDocument(text: string): SignedDocument | 'newer' | 'misfit' {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return 'misfit';
  }
  if (!isObject(value) || value['format'] !== 'headgate.vault') return 'misfit';
  if (Number.isInteger(value['version']) && (value['version'] as number) > 1) return 'newer';
  try {
    const { mac: given, ...rest } = value;
    const mac = binary(given, 32);
    const end = endOf(mac);
    if (!text.endsWith(end)) return 'misfit';
    return { document: documentIn(rest), mac, signed: text.slice(0, -end.length) };
  } catch (error) {
    if (error instanceof Misfit) return 'misfit';
    throw error;
  }
}

function documentIn(value: JsonObject): VaultDocument {
  const fields = ['format', 'version', 'id', 'keySource', 'keyCheck', 'revision', 'secrets', 'removed'];
  const { format, version, id, keySource, keyCheck, revision, secrets, removed } = closed(value, fields);
  if (format !== 'headgate.vault' || version !== 1) throw new Misfit();
  const records = list(secrets).map(secretIn);
  ascending(records.map(({ key }) => key));
  return {
    format,
    version,
    id: binary(id, 16),
    keySource: keySourceIn(keySource),
    keyCheck: binary(keyCheck, 32),
    revision: count(revision),
    secrets: records,
    removed: list(removed).map(removedIn),
  };
}

/** Whoever wrote the file may want to take all the memory or all the time. */
function keySourceIn(value: JsonValue | undefined): KeySource {
  if (isObject(value) && value['kind'] === 'file') {
    closed(value, ['kind']);
    return { kind: 'file' };
  }
  const { kind, salt, cost, blockSize, parallel } = closed(value, ['kind', 'salt', 'cost', 'blockSize', 'parallel']);
  if (kind !== 'scrypt') throw new Misfit();
  return {
    kind,
    salt: binary(salt, 16),
    cost: within(cost, 14, 18),
    blockSize: within(blockSize, 8, 8),
    parallel: within(parallel, 1, 4),
  };
}

function secretIn(value: JsonValue): SecretRecord {
  const { key, id, createdAt, versions, writes } = closed(value, ['key', 'id', 'createdAt', 'versions', 'writes']);
  const read = list(versions).map(versionIn);
  ascending(read.map(({ number }) => number));
  for (const state of ['current', 'previous'])
    if (read.filter((one) => one.state === state).length > 1) throw new Misfit();
  if (!read.some(({ state }) => state === 'current')) throw new Misfit();
  return {
    key: keyIn(key),
    id: binary(id, 16),
    createdAt: string(createdAt),
    versions: read,
    writes: list(writes).map(writeIn),
  };
}

function versionIn(value: JsonValue): VersionRecord {
  const fields = ['number', 'state', 'fingerprint', 'createdAt', 'sealed'];
  const { number, state, fingerprint, createdAt, sealed } = closed(value, fields);
  const known = oneOf(state, versionStates);
  if ((sealed === null) !== (known === 'destroyed')) throw new Misfit();
  return {
    number: count(number),
    state: known,
    fingerprint: string(fingerprint),
    createdAt: string(createdAt),
    sealed: sealed === null ? null : sealedIn(sealed),
  };
}

function sealedIn(value: JsonValue | undefined): Sealed {
  const { iv, data, tag } = closed(value, ['iv', 'data', 'tag']);
  return { iv: binary(iv, 12), data: binary(data), tag: binary(tag, 16) };
}

function removedIn(value: JsonValue): RemovedRecord {
  const { name, key, removedAt, writes } = closed(value, ['name', 'key', 'removedAt', 'writes']);
  return { name: string(name), key: keyIn(key), removedAt: string(removedAt), writes: list(writes).map(writeIn) };
}

function writeIn(value: JsonValue): WriteRecord {
  const { token, operation, version, fingerprint } = closed(value, ['token', 'operation', 'version', 'fingerprint']);
  return {
    token: string(token),
    operation: oneOf(operation, writeOperations),
    version: version === 0 ? 0 : count(version),
    fingerprint: fingerprint === null ? null : string(fingerprint),
  };
}

function closed(value: JsonValue | undefined, fields: readonly string[]): JsonObject {
  if (!isObject(value)) throw new Misfit();
  const there = Object.keys(value);
  if (there.length !== fields.length || !fields.every((field) => Object.hasOwn(value, field))) throw new Misfit();
  return value;
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new Misfit();
  return value;
}

function string(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new Misfit();
  return value;
}

function binary(value: JsonValue | undefined, bytes?: number): string {
  const text = string(value);
  if (!base64url.test(text) || (bytes !== undefined && text.length !== Math.ceil((bytes * 8) / 6))) throw new Misfit();
  return text;
}

const count = (value: JsonValue | undefined): number => within(value, 1, Number.MAX_SAFE_INTEGER);

function within(value: JsonValue | undefined, least: number, most: number): number {
  if (!Number.isSafeInteger(value)) throw new Misfit();
  const number = value as number;
  if (number < least || number > most) throw new Misfit();
  return number;
}

function oneOf<T extends string>(value: JsonValue | undefined, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Misfit();
  return found;
}

function keyIn(value: JsonValue | undefined): string {
  const key = string(value);
  if (keyFault(key) !== null) throw new Misfit();
  return key;
}

function ascending(values: readonly (string | number)[]): void {
  for (let n = 1; n < values.length; n++) if (!((values[n - 1] as string) < (values[n] as string))) throw new Misfit();
}
