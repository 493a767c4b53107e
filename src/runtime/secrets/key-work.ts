/** Work on one key of one vault, by whoever holds the lock of the vault: its record, and what is under way at the provider. */
import { randomUUID } from 'node:crypto';
import type { SecretVersion } from '../../language/secrets/reference.ts';
import type { StoredVersion, VaultFault } from '../../ports/vault.ts';
import { providerVersionOf } from './address.ts';
import type { SecretContext, UsableVault } from './context.ts';
import { faultOf } from './fault-error.ts';
import { dropOperation, type Operation, sweepOperations, writeOperation } from './operation-files.ts';
import { changeRegistry, type OpenRegistry } from './registry.ts';
import type { CleanUp, SecretRecord, VersionRecord } from './registry-form.ts';
import { withSecret } from './secret-records.ts';

export interface KeyWork {
  readonly ctx: SecretContext;
  readonly target: UsableVault;
  readonly key: string;
  readonly open: OpenRegistry;
}

/** The value that is to be written. */
export interface NewValue {
  readonly text: string;
  readonly generated: boolean;
}

/** Nobody else changes secrets of the vault meanwhile. */
export const workOn = <T>(
  ctx: SecretContext,
  target: UsableVault,
  key: string,
  work: (work: KeyWork) => Promise<T>,
): Promise<T> =>
  changeRegistry(ctx.places, target.identity, (open) => {
    sweepOperations(ctx.places, target.identity);
    return work({ ctx, target, key, open });
  });

export const save = ({ open }: KeyWork, secret: SecretRecord): SecretRecord => {
  open.save(withSecret(open.registry, secret));
  return secret;
};

/** Written down before anything is asked of the provider. */
export function begin(
  { ctx, target, key }: KeyWork,
  work: Operation['work'],
  secret: string,
  generated: boolean,
  after?: number,
): Operation {
  const operation: Operation = {
    id: randomUUID(),
    work,
    step: 'write',
    key,
    secret,
    providerVersion: null,
    generated,
    ...(after === undefined ? {} : { after }),
    at: ctx.time(),
  };
  writeOperation(ctx.places, target.identity, operation);
  return operation;
}

export function advance({ ctx, target }: KeyWork, operation: Operation): Operation {
  writeOperation(ctx.places, target.identity, operation);
  return operation;
}

/** It is over. One that cannot be removed is found to be over by the next command. */
export function drop({ ctx, target }: KeyWork, operation: Operation): void {
  try {
    dropOperation(ctx.places, target.identity, operation);
  } catch (error) {
    ctx.notice(`warning: ${faultOf(error).message}`);
  }
}

/** Whether the provider has certainly done nothing. Of the others nobody knows. */
export const isDefinite = ({ code }: VaultFault): boolean =>
  code !== 'provider_unavailable' && code !== 'provider_error';

/** The same of the first try: where there was none before, what was not sent was not done. */
export const hadNoEffect = (fault: VaultFault): boolean => fault.untouched === true || isDefinite(fault);

/** A provider that counts goes on counting, also from before there was a record. */
export function newVersion(
  { versions }: SecretRecord,
  { version, fingerprint }: StoredVersion,
  status: VersionRecord['status'],
  at: string,
): VersionRecord {
  const last = versions.at(-1)?.number ?? 0;
  const counted = /^[1-9][0-9]{0,8}$/.test(version) ? Number(version) : 0;
  return {
    number: counted > last ? counted : last + 1,
    providerVersion: version,
    status,
    fingerprint,
    createdAt: at,
    revokedAt: null,
  };
}

export const pendingVersion = ({ versions }: SecretRecord): VersionRecord | undefined =>
  versions.findLast(({ status }) => status === 'pending');

/** What the provider gives out for it; a fault where it cannot be said. */
export async function textAt({ target, key }: KeyWork, version?: SecretVersion): Promise<string | VaultFault> {
  const answer = await target.vault.resolve({ key, ...(version === undefined ? {} : { version }) });
  return 'fault' in answer ? answer.fault : answer.value.text;
}

/** Whether this is the version that the provider gives out when none is named. */
export async function isCurrentAtProvider({ target, key }: KeyWork, providerVersion: string): Promise<boolean> {
  const answer = await target.vault.resolve({ key });
  return 'value' in answer && answer.value.version === providerVersion;
}

export const versionAsked = (providerVersion: string): SecretVersion => providerVersionOf({ providerVersion });

export const cleanUp = (
  work: CleanUp['work'],
  { key, operation, code, since, providerVersion = null }: Omit<CleanUp, 'work' | 'providerVersion'> & Partial<CleanUp>,
): CleanUp => ({ work, key, providerVersion, operation, since, code });
