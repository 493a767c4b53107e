/** What is being written at a provider: kept from before the first step until after the last, so that whoever comes later can go on. */
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../adapters/files/atomic-write.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { SecretPlaces } from './places.ts';
import { readRecord, unreadable, unwritable, writePrivate } from './private-file.ts';

/** `undo`: what was written is to be taken away again. */
export const operationSteps = ['write', 'promote', 'undo'] as const;

export interface Operation {
  /** UUID; the idempotency key that tokens are derived from. */
  readonly id: string;
  readonly work: 'create' | 'rotate';
  /** The step that was begun, and may have been done. */
  readonly step: (typeof operationSteps)[number];
  readonly key: string;
  /** Id of its record. */
  readonly secret: string;
  /** Once it is known. */
  readonly providerVersion: string | null;
  /** The value was made by headgate, and nobody else knows it. */
  readonly generated: boolean;
  /** Of a `create` in the place of what the vault has lost: the last number that was given before. */
  readonly after?: number;
  readonly at: string;
}

const version = 1;
const fileOf = (places: SecretPlaces, identity: string, { id }: Pick<Operation, 'id'>): string =>
  join(places.operations, identity, `${id}.json`);

/** On the disk when it returns. Throws a fault when it cannot be written. */
export const writeOperation = (places: SecretPlaces, identity: string, operation: Operation): void =>
  writePrivate(
    fileOf(places, identity, operation),
    `${canonicalJson({ version, ...operation } as unknown as JsonValue)}\n`,
  );

/** Throws a fault when it cannot be removed. */
export function dropOperation(places: SecretPlaces, identity: string, operation: Operation): void {
  const path = fileOf(places, identity, operation);
  try {
    rmSync(path, { force: true });
    syncFolder(dirname(path));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Of one vault, the oldest first. Throws a fault for what is not to be believed. */
export function operationsOf(places: SecretPlaces, identity: string): readonly Operation[] {
  const folder = join(places.operations, identity);
  return namesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readOperation(join(folder, name)) ?? [])
    .sort((a, b) => compareText(a.at, b.at) || compareText(a.id, b.id));
}

/** What killed processes left. Only for whoever holds the lock of the vault. */
export function sweepOperations(places: SecretPlaces, identity: string): void {
  const folder = join(places.operations, identity);
  for (const name of namesIn(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw unreadable(folder, message);
  }
}

function readOperation(path: string): Operation | undefined {
  const found = readRecord(path, version);
  if (!found) return undefined;
  if (!isOperation(found)) throw unreadable(path, 'it does not have the form of an operation');
  const { version: _, ...operation } = found;
  return operation as unknown as Operation;
}

function isOperation({ id, work, step, key, secret, providerVersion, generated, after, at }: JsonObject): boolean {
  return (
    [id, key, secret, at].every((text) => typeof text === 'string') &&
    (work === 'create' || work === 'rotate') &&
    operationSteps.includes(step as Operation['step']) &&
    (providerVersion === null || typeof providerVersion === 'string') &&
    (step !== 'promote' || providerVersion !== null) &&
    typeof generated === 'boolean' &&
    (after === undefined || typeof after === 'number')
  );
}
