/** The first version of a secret: written at the provider, then recorded. What cannot be recorded is taken away again. */
import { randomUUID } from 'node:crypto';
import type { StoredVersion } from '../../ports/vault.ts';
import { FaultError, faultOf } from './fault-error.ts';
import { finish } from './finish.ts';
import {
  advance,
  begin,
  cleanUp,
  drop,
  hadNoEffect,
  type KeyWork,
  type NewValue,
  newVersion,
  save,
} from './key-work.ts';
import type { Operation } from './operation-files.ts';
import type { SecretRecord } from './registry-form.ts';
import { lastNumber, newSecret, secretAt, withLostVersions } from './secret-records.ts';
import { writeToken } from './write-token.ts';

/** Throws a fault; with `conflict` there is such a secret at the provider. */
export async function createSecret(work: KeyWork, value: NewValue): Promise<SecretRecord> {
  const operation = begin(work, 'create', randomUUID(), value.generated);
  return recordCreated(work, operation, await writeFirst(work, operation, value));
}

/** In the place of what the vault does not have any more; the record is kept, and its numbers go on. */
export async function createAgain(work: KeyWork, secret: SecretRecord, value: NewValue): Promise<SecretRecord> {
  const operation = begin(work, 'create', secret.id, value.generated, lastNumber(secret));
  return recordCreated(work, operation, await writeFirst(work, operation, value));
}

/** Asked again with the same operation, it was asked once. */
export async function writeFirst(work: KeyWork, operation: Operation, { text }: NewValue): Promise<StoredVersion> {
  const answer = await work.target.vault.create(work.key, text, writeToken(operation.id, 'write'));
  if ('value' in answer) return answer.value;
  if (hadNoEffect(answer.fault)) drop(work, operation);
  throw new FaultError(answer.fault);
}

export async function recordCreated(work: KeyWork, operation: Operation, stored: StoredVersion): Promise<SecretRecord> {
  const at = work.ctx.time();
  const before = secretAt(work.open.registry, work.key);
  const made = before ? withLostVersions(before, at) : { ...newSecret({ key: work.key }, at), id: operation.secret };
  const recorded = { ...made, versions: [...made.versions, newVersion(made, stored, 'current', at)] };
  try {
    save(work, recorded);
  } catch (error) {
    await undoCreate(work, operation);
    throw error;
  }
  await finish(work, operation, { version: lastNumber(recorded) });
  return recorded;
}

/** Of what nobody could write down. Where that fails too, it is kept that it is still to be done. */
async function undoCreate(work: KeyWork, operation: Operation): Promise<void> {
  const { ctx, key, target } = work;
  const answer = await target.vault.remove(key, writeToken(operation.id, 'undo'));
  if ('value' in answer) {
    drop(work, operation);
    return;
  }
  if (operation.after !== undefined) return keepUndo(work, { ...operation, step: 'undo' });
  const at = ctx.time();
  const { code } = answer.fault;
  const left = cleanUp('remove', { key, operation: operation.id, since: at, code });
  try {
    save(work, { ...newSecret({ key }, at), id: operation.secret, status: 'disabled', cleanUp: left });
    drop(work, operation);
  } catch {
    keepUndo(work, { ...operation, step: 'undo' });
  }
}

/** The operation stands in its file already, and leads to the same end as long as it does. */
export function keepUndo(work: KeyWork, operation: Operation): void {
  try {
    advance(work, operation);
  } catch (error) {
    work.ctx.notice(`warning: ${faultOf(error).message}`);
  }
}
