/** Changes what is said of a secret, and whether it is given out. Its value stays. */
import { audited, type SecretContext, usableVault } from './context.ts';
import { faultError } from './fault-error.ts';
import { workOn } from './key-work.ts';
import { requireKey } from './keys.ts';
import { changeRegistry, readRegistry } from './registry.ts';
import type { SecretRecord, SecretStatus } from './registry-form.ts';
import { recorded } from './rotate-secret.ts';
import { secretAt, withSecret } from './secret-records.ts';
import type { SecretName } from './set-secret.ts';

export interface SecretChange {
  /** Empty for none. */
  readonly description?: string;
  readonly status?: SecretStatus;
}

const longestDescription = 500;

export function updateSecret(
  ctx: SecretContext,
  { vault, key }: SecretName,
  change: SecretChange,
): Promise<SecretRecord> {
  const perform = async (): Promise<SecretRecord> => {
    requireKey(key);
    requireChange({ vault, key }, change);
    const { identity } = ctx.pool.named(vault);
    if (!secretAt(readRegistry(ctx.places, identity), key)) {
      const target = await usableVault(ctx, vault);
      await workOn(ctx, target, key, recorded);
    }
    return changeRegistry(ctx.places, identity, async ({ registry, save }) => {
      const secret = secretAt(registry, key);
      if (!secret)
        throw faultError(
          'conflict',
          'secret_deleted',
          `secret \`${vault}/${key}\` was deleted meanwhile`,
          'look at it again',
        );
      requireWhole(secret, { vault, key });
      const changed = changedRecord(secret, change, ctx.time());
      save(withSecret(registry, changed));
      return changed;
    });
  };
  return audited(ctx, { action: 'update', vault, key }, perform);
}

function requireChange({ vault, key }: SecretName, { description, status }: SecretChange): void {
  if (status === 'deleted')
    throw faultError(
      'invalid_request',
      'not_deletable',
      'a secret is not deleted by an update',
      `use \`headgate secrets delete ${vault}/${key}\``,
    );
  if (description === undefined && status === undefined)
    throw faultError('invalid_request', 'no_change', 'nothing is to be changed', 'give --description or --status');
  if (description !== undefined && description.trim().length > longestDescription)
    throw faultError(
      'invalid_request',
      'description_too_long',
      `the description is longer than ${longestDescription} characters`,
      'shorten it',
    );
}

/** One that is to be taken away again does not become active by being called so. */
function requireWhole({ cleanUp }: SecretRecord, { vault, key }: SecretName): void {
  if (cleanUp?.work !== 'remove') return;
  throw faultError(
    'conflict',
    'clean_up_pending',
    `secret \`${vault}/${key}\` was not made in full, and is still to be removed at the provider`,
    `\`headgate secrets set ${vault}/${key}\` removes it and makes it anew`,
  );
}

const changedRecord = (secret: SecretRecord, { description, status }: SecretChange, at: string): SecretRecord => ({
  ...secret,
  ...(description === undefined ? {} : { description: description.trim() === '' ? null : description.trim() }),
  ...(status === undefined ? {} : { status }),
  updatedAt: at,
});
