/** Deletes a secret: here at once, so that nobody is given it any more, and then at the provider. */
import { randomUUID } from 'node:crypto';

import { audited, type SecretContext, type UsableVault, usableVault } from './context.ts';
import { granted } from './fault-error.ts';
import { cleanUp, drop, type KeyWork, save, workOn } from './key-work.ts';
import { requireKey, unknownSecret } from './keys.ts';
import { operationsOf } from './operation-files.ts';
import { changeRegistry } from './registry.ts';
import type { SecretRecord } from './registry-form.ts';
import { deletedAt, liveSecrets, newSecret, secretAt, softDeleted, withSecret } from './secret-records.ts';
import type { SecretName } from './set-secret.ts';
import { cleanUpDeleted, removeNow } from './settle.ts';
import { readVaultStates, stateOf } from './vault-states.ts';

export interface Deleted {
  readonly vault: string;
  readonly key: string;
  /**
   * `later`: the vault is disabled, and whoever next writes under this key removes it first. `kept`: it is managed elsewhere, and only the
   * reference is gone.
   */
  readonly atProvider: 'removed' | 'later' | 'kept';
}

/** May be asked for again. Throws the fault of the provider where it is deleted here alone; the next command tries it there again. */
export function deleteSecret(ctx: SecretContext, { vault, key }: SecretName): Promise<Deleted> {
  const perform = async (): Promise<Deleted> => {
    requireKey(key);
    const named = ctx.pool.named(vault);
    if (stateOf(readVaultStates(ctx.places), named).disabledAt !== null)
      return { vault, key, atProvider: await deleteHere(ctx, { vault, key }) };
    const target = await usableVault(ctx, vault);
    return { vault, key, atProvider: await deleteEverywhere(ctx, target, key) };
  };
  return audited(ctx, { action: 'delete', vault, key }, perform);
}

const deleteEverywhere = (ctx: SecretContext, target: UsableVault, key: string): Promise<Deleted['atProvider']> =>
  workOn(ctx, target, key, async (work) => {
    const secret = secretAt(work.open.registry, key);
    const gone = deletedAt(work.open.registry, key);
    if (!secret && gone && !isBegun(work)) {
      await cleanUpDeleted(work);
      return 'removed';
    }
    const found = secret ?? (await unrecorded(work));
    const deleted = save(work, deletedRecord(found, ctx.time(), 'provider_error'));
    if (deleted.mode === 'external') return 'kept';
    await removeNow(work, deleted);
    // What was begun is gone with the secret.
    for (const operation of operationsOf(ctx.places, target.identity)) if (operation.key === key) drop(work, operation);
    return 'removed';
  });

const isBegun = ({ ctx, target, key }: KeyWork): boolean =>
  operationsOf(ctx.places, target.identity).some((operation) => operation.key === key);

/** Only the provider knows it, or an earlier command had begun to make it. */
async function unrecorded(work: KeyWork): Promise<SecretRecord> {
  const { ctx, key, open, target } = work;
  const keys = granted(await target.vault.list());
  if (keys.includes(key) || isBegun(work)) return newSecret({ key }, ctx.time());
  throw unknownSecret({ vault: target.name, key }, [...keys, ...liveSecrets(open.registry).map((one) => one.key)]);
}

/** The vault is not asked for anything. */
const deleteHere = (ctx: SecretContext, { vault, key }: SecretName): Promise<Deleted['atProvider']> => {
  const { identity } = ctx.pool.named(vault);
  return changeRegistry(ctx.places, identity, async ({ registry, save: saveRegistry }) => {
    const secret = secretAt(registry, key);
    const gone = deletedAt(registry, key);
    if (!secret && gone) return gone.cleanUp ? 'later' : 'removed';
    if (!secret)
      throw unknownSecret(
        { vault, key },
        liveSecrets(registry).map((one) => one.key),
      );
    const deleted = deletedRecord(secret, ctx.time(), 'vault_disabled');
    saveRegistry(withSecret(registry, deleted));
    return deleted.mode === 'external' ? 'kept' : 'later';
  });
};

/** `code` says why the provider may have it still. */
function deletedRecord(secret: SecretRecord, at: string, code: string): SecretRecord {
  const left = { key: secret.key, operation: randomUUID(), since: at, code };
  return { ...softDeleted(secret, at), cleanUp: secret.mode === 'external' ? null : cleanUp('remove', left) };
}
