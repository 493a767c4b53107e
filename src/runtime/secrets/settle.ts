/**
 * What earlier commands left at a key, because they were killed or the provider did not answer, is brought to its end before anything
 * else is done there: with the same tokens, so that what was done is not done again.
 */
import { recordCreated } from './create.ts';
import { FaultError } from './fault-error.ts';
import { finish } from './finish.ts';
import {
  drop,
  isCurrentAtProvider,
  isDefinite,
  type KeyWork,
  type NewValue,
  newVersion,
  pendingVersion,
  save,
  textAt,
  versionAsked,
} from './key-work.ts';
import { type Operation, operationsOf } from './operation-files.ts';
import type { SecretRecord } from './registry-form.ts';
import { discardPending, promotePending, recordPending } from './rotate-version.ts';
import { keyBefore, lastNumber, newSecret, secretAt } from './secret-records.ts';
import { writeToken } from './write-token.ts';

/**
 * Answers the secret where the value that is given now is the one that an earlier command wanted to write, and it is written by then.
 * Without a value, what is not known to be at the provider is left as it is. Throws the fault of what cannot be brought to its end.
 */
export async function settle(work: KeyWork, value?: NewValue): Promise<SecretRecord | undefined> {
  await cleanUpDeleted(work);
  await cleanUpLive(work);
  let done: SecretRecord | undefined;
  for (const operation of operationsOf(work.ctx.places, work.target.identity))
    if (operation.key === work.key) done = await goOn(work, operation, value);
  await discardForgotten(work);
  return done;
}

/** Whether something was left that only the value can bring to its end. */
export const isLeft = ({ ctx, target, key }: KeyWork): boolean =>
  operationsOf(ctx.places, target.identity).some((one) => one.key === key);

const recordOf = ({ open, key }: KeyWork): SecretRecord | undefined => secretAt(open.registry, key);

/** Secrets that were deleted, and that the provider has still. */
export async function cleanUpDeleted(work: KeyWork): Promise<void> {
  for (const secret of work.open.registry.secrets)
    if (secret.status === 'deleted' && secret.cleanUp && keyBefore(secret) === work.key) await removeNow(work, secret);
}

/** Throws its fault, which is kept. */
export async function removeNow(work: KeyWork, secret: SecretRecord): Promise<void> {
  const { cleanUp } = secret;
  if (!cleanUp) return;
  const answer = await work.target.vault.remove(cleanUp.key, writeToken(cleanUp.operation, 'remove'));
  if ('fault' in answer) {
    save(work, { ...secret, cleanUp: { ...cleanUp, code: answer.fault.code } });
    throw new FaultError(answer.fault);
  }
  save(work, { ...secret, cleanUp: null });
}

async function cleanUpLive(work: KeyWork): Promise<void> {
  const secret = recordOf(work);
  const cleanUp = secret?.cleanUp;
  if (!secret || !cleanUp) return;
  if (cleanUp.work === 'remove') {
    // It was never whole, so nothing of it is kept.
    const answer = await work.target.vault.remove(cleanUp.key, writeToken(cleanUp.operation, 'undo'));
    if ('fault' in answer) throw new FaultError(answer.fault);
    work.open.save({ secrets: work.open.registry.secrets.filter(({ id }) => id !== secret.id) });
    return;
  }
  const providerVersion = cleanUp.providerVersion ?? '';
  const left = operationOf(work, cleanUp.operation, secret, providerVersion);
  if (await isCurrentAtProvider(work, providerVersion)) await promotePending(work, left, secret);
  else {
    const fault = await discardPending(work, left, secret);
    if (fault) throw new FaultError(fault);
  }
}

const operationOf = ({ ctx, key }: KeyWork, id: string, secret: SecretRecord, providerVersion: string): Operation => ({
  id,
  work: 'rotate',
  step: 'promote',
  key,
  secret: secret.id,
  providerVersion,
  generated: false,
  at: ctx.time(),
});

async function goOn(
  work: KeyWork,
  operation: Operation,
  value: NewValue | undefined,
): Promise<SecretRecord | undefined> {
  const secret = recordOf(work);
  if (operation.work === 'create') return goOnCreating(work, operation, value);
  if (!secret || secret.id !== operation.secret) {
    // Deleted meanwhile, and all its versions with it.
    drop(work, operation);
    return undefined;
  }
  if (operation.step === 'undo') {
    const fault = await discardPending(work, operation, secret);
    if (fault) throw new FaultError(fault);
    return undefined;
  }
  // Only an active secret gets another version: a pending one is taken back, and what was not written is left until it is active again.
  const known = operation.providerVersion ?? pendingVersion(secret)?.providerVersion;
  if (known !== undefined) return goOnPromoting(work, { ...operation, providerVersion: known }, secret, value);
  return value && secret.status === 'active' ? goOnWriting(work, operation, secret, value) : undefined;
}

async function goOnCreating(
  work: KeyWork,
  operation: Operation,
  value: NewValue | undefined,
): Promise<SecretRecord | undefined> {
  const { vault } = work.target;
  const secret = recordOf(work);
  if (secret && isRecorded(secret, operation)) {
    const made = secret.versions.find(({ number }) => number > (operation.after ?? 0));
    await finish(work, operation, { version: made?.number ?? null, byEarlier: true });
    return (await isWanted(work, value, operation)) ? secret : undefined;
  }
  if (operation.step === 'undo') {
    const answer = await vault.remove(work.key, writeToken(operation.id, 'undo'));
    if ('fault' in answer) throw new FaultError(answer.fault);
    drop(work, operation);
    return undefined;
  }
  // Of a secret that was disabled meanwhile, nothing is written until it is active again.
  if (!value || (secret && secret.status !== 'active')) return undefined;
  const answer = await vault.create(work.key, value.text, writeToken(operation.id, 'write'));
  if ('value' in answer) {
    const created = await recordCreated(work, operation, answer.value);
    return (await isWanted(work, value, operation)) ? created : undefined;
  }
  if (!isDefinite(answer.fault)) throw new FaultError(answer.fault);
  // Written with another value before; what is to be written now becomes its next version.
  if (!secret && answer.fault.code === 'conflict' && (await isThere(work))) {
    adopt(work, operation.secret);
    await finish(work, operation, { version: null });
  } else drop(work, operation);
  return undefined;
}

const isRecorded = (secret: SecretRecord, { after }: Operation): boolean =>
  after === undefined || lastNumber(secret) > after;

/** Of a secret of the provider that has no record yet. What it has had so far keeps the numbers of the provider. */
export function adopt(work: KeyWork, id?: string): SecretRecord {
  const made = newSecret({ key: work.key }, work.ctx.time());
  return save(work, id === undefined ? made : { ...made, id });
}

/** Headgate manages a secret of this key at the provider. Throws a fault when it cannot be said. */
export async function isThere({ target, key }: KeyWork): Promise<boolean> {
  const answer = await target.vault.list();
  if ('fault' in answer) throw new FaultError(answer.fault);
  return answer.value.includes(key);
}

async function goOnPromoting(
  work: KeyWork,
  operation: Operation,
  secret: SecretRecord,
  value: NewValue | undefined,
): Promise<SecretRecord | undefined> {
  const version = operation.providerVersion as string;
  const over = secret.versions.find((one) => one.providerVersion === version && one.status === 'current');
  if (over) {
    await finish(work, operation, { version: over.number, byEarlier: true });
    return (await isWanted(work, value, operation)) ? secret : undefined;
  }
  const isUnwanted =
    secret.status !== 'active' || (value !== undefined && !(await isWanted(work, value, operation, version)));
  if (isUnwanted && !(await isCurrentAtProvider(work, version))) {
    const fault = await discardPending(work, operation, secret);
    if (fault) throw new FaultError(fault);
    return undefined;
  }
  const promoted = await promotePending(work, operation, withVersion(work, secret, version));
  return !value || (await isWanted(work, value, operation)) ? promoted : undefined;
}

/** A registry that was put back from a copy does not know it. */
const withVersion = (work: KeyWork, secret: SecretRecord, version: string): SecretRecord =>
  secret.versions.some(({ providerVersion }) => providerVersion === version)
    ? secret
    : {
        ...secret,
        versions: [...secret.versions, newVersion(secret, { version, fingerprint: null }, 'pending', work.ctx.time())],
      };

/** The first step again. What the provider has under this token may be another value, of which nobody knows by now. */
async function goOnWriting(
  work: KeyWork,
  operation: Operation,
  secret: SecretRecord,
  value: NewValue,
): Promise<SecretRecord | undefined> {
  const { vault } = work.target;
  const token = writeToken(operation.id, 'write');
  const answer = await vault.putPending(work.key, value.text, token);
  if ('value' in answer) {
    const { version } = answer.value;
    if (await isWanted(work, value, operation, version)) return recordPending(work, operation, secret, answer.value);
    await discardUnrecorded(work, operation, version);
    return undefined;
  }
  if (!isDefinite(answer.fault)) throw new FaultError(answer.fault);
  const unknown = answer.fault.code === 'conflict' ? await writtenWith(work, token.token, secret) : undefined;
  if (unknown === undefined) drop(work, operation);
  else await discardUnrecorded(work, operation, unknown);
  return undefined;
}

/** What an earlier write with this token came to: some call a version by its token, others by the number behind those that are known. */
async function writtenWith(work: KeyWork, token: string, { versions }: SecretRecord): Promise<string | undefined> {
  if (typeof (await textAt(work, { stage: token })) === 'string') return token;
  const current = await work.target.vault.resolve({ key: work.key });
  const known = [...versions.map((one) => one.providerVersion), 'value' in current ? current.value.version : ''];
  const next = 1 + Math.max(0, ...known.filter((one) => /^[0-9]{1,9}$/.test(one)).map(Number));
  return typeof (await textAt(work, { number: next })) === 'string' ? String(next) : undefined;
}

async function discardUnrecorded(work: KeyWork, operation: Operation, version: string): Promise<void> {
  const answer = await work.target.vault.discard(work.key, version, writeToken(operation.id, 'undo'));
  if ('fault' in answer) throw new FaultError(answer.fault);
  drop(work, operation);
}

/** What is there is what is to be written now. Of generated values nobody knew the one that was to be written. */
async function isWanted(
  work: KeyWork,
  value: NewValue | undefined,
  operation: Operation,
  version?: string,
): Promise<boolean> {
  if (!value) return false;
  const text = await textAt(work, version === undefined ? undefined : versionAsked(version));
  if (typeof text !== 'string') {
    if (text.code === 'not_found') return false;
    throw new FaultError(text);
  }
  return text === value.text || (value.generated && operation.generated);
}

/** Pending, and of no operation that is known: nobody goes on with it. */
async function discardForgotten(work: KeyWork): Promise<void> {
  const secret = recordOf(work);
  const pending = secret && pendingVersion(secret);
  if (!pending || isLeft(work)) return;
  const operation = operationOf(work, `${secret.id} ${pending.number}`, secret, pending.providerVersion);
  if (await isCurrentAtProvider(work, pending.providerVersion)) await promotePending(work, operation, secret);
  else await discardPending(work, operation, secret);
}
