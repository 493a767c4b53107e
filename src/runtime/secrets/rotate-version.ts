/** Another version of a secret, in two steps: kept as pending and recorded, then made the current one and recorded. */
import type { VaultFault } from '../../ports/vault.ts';
import { keepUndo } from './create.ts';
import { FaultError } from './fault-error.ts';
import { finish } from './finish.ts';
import {
  advance,
  begin,
  cleanUp,
  drop,
  hadNoEffect,
  isCurrentAtProvider,
  type KeyWork,
  type NewValue,
  newVersion,
  save,
} from './key-work.ts';
import type { Operation } from './operation-files.ts';
import type { SecretRecord, VersionRecord } from './registry-form.ts';
import { currentVersion } from './secret-records.ts';
import { writeToken } from './write-token.ts';

export async function rotateVersion(work: KeyWork, secret: SecretRecord, value: NewValue): Promise<SecretRecord> {
  const operation = begin(work, 'rotate', secret.id, value.generated);
  const answer = await work.target.vault.putPending(work.key, value.text, writeToken(operation.id, 'write'));
  if ('value' in answer) return recordPending(work, operation, secret, answer.value);
  if (hadNoEffect(answer.fault)) drop(work, operation);
  throw new FaultError(answer.fault);
}

/** The end of the first step, and the second one. */
export async function recordPending(
  work: KeyWork,
  operation: Operation,
  secret: SecretRecord,
  stored: { readonly version: string; readonly fingerprint: string | null },
): Promise<SecretRecord> {
  const at = work.ctx.time();
  const pending = newVersion(secret, stored, 'pending', at);
  const recorded = { ...secret, versions: [...secret.versions, pending], updatedAt: at };
  const next: Operation = { ...operation, step: 'promote', providerVersion: stored.version };
  try {
    save(work, recorded);
    advance(work, next);
  } catch (error) {
    await discardPending(work, next, work.open.registry.secrets.find(({ id }) => id === secret.id) ?? secret);
    throw error;
  }
  return promotePending(work, next, recorded);
}

/** Doing it again changes nothing. Where it fails, the version is taken back, and the one before stays the current one. */
export async function promotePending(work: KeyWork, operation: Operation, secret: SecretRecord): Promise<SecretRecord> {
  const version = operation.providerVersion as string;
  const answer = await work.target.vault.promote(work.key, version, writeToken(operation.id, 'promote'));
  // What was not answered may have been done. After a conflict, a version of that name is somebody else's.
  if ('fault' in answer && (answer.fault.code === 'conflict' || !(await isCurrentAtProvider(work, version)))) {
    await discardPending(work, operation, secret);
    throw new FaultError(answer.fault);
  }
  const promoted = save(work, withCurrent(secret, version, work.ctx.time()));
  await finish(work, operation, { version: currentVersion(promoted)?.number ?? null });
  return promoted;
}

const withCurrent = (secret: SecretRecord, providerVersion: string, at: string): SecretRecord => ({
  ...secret,
  versions: mapLast(
    secret.versions.map((one) => (one.status === 'current' ? { ...one, status: 'previous' as const } : one)),
    providerVersion,
    (one) => ({ ...one, status: 'current', revokedAt: null }),
  ),
  rotatedAt: at,
  updatedAt: at,
  cleanUp: null,
});

/** Of a version that never became the current one. Where that fails, it is kept that it is still to be done. Answers the fault. */
export async function discardPending(
  work: KeyWork,
  operation: Operation,
  secret: SecretRecord,
): Promise<VaultFault | undefined> {
  const { ctx, key, target } = work;
  const providerVersion = operation.providerVersion as string;
  const undo: Operation = { ...operation, step: 'undo' };
  keepUndo(work, undo);
  const answer = await target.vault.discard(key, providerVersion, writeToken(operation.id, 'undo'));
  const at = ctx.time();
  const fault = 'fault' in answer ? answer.fault : undefined;
  const left = fault
    ? cleanUp('discard', { key, providerVersion, operation: operation.id, since: at, code: fault.code })
    : null;
  try {
    save(work, {
      ...withRevoked(secret, providerVersion, fault ? 'disabled' : 'failed', at),
      cleanUp: left,
      updatedAt: at,
    });
    drop(work, undo);
  } catch {
    // The operation stays, and does the same again.
  }
  return fault;
}

/** A version that is not known by then need not be. */
export const withRevoked = (
  secret: SecretRecord,
  providerVersion: string,
  status: 'disabled' | 'failed',
  at: string,
): SecretRecord => ({
  ...secret,
  versions: mapLast(secret.versions, providerVersion, (one) =>
    one.status === 'pending' || one.status === 'disabled' ? { ...one, status, revokedAt: at } : one,
  ),
});

function mapLast(
  versions: readonly VersionRecord[],
  providerVersion: string,
  change: (version: VersionRecord) => VersionRecord,
): readonly VersionRecord[] {
  const at = versions.findLastIndex((one) => one.providerVersion === providerVersion);
  return versions.map((one, index) => (index === at ? change(one) : one));
}
