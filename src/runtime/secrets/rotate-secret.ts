/** Another version of a secret that there is. */
import { deletedFault } from './address.ts';
import { audited, type SecretContext, usableVault } from './context.ts';
import { faultError, granted } from './fault-error.ts';
import { type KeyWork, workOn } from './key-work.ts';
import { requireKey, unknownSecret } from './keys.ts';
import type { SecretRecord } from './registry-form.ts';
import { rotateVersion } from './rotate-version.ts';
import { deletedAt, liveSecrets, secretAt } from './secret-records.ts';
import { isLost, requireWritable, type SecretName, type Written, written } from './set-secret.ts';
import { adopt, isLeft, settle } from './settle.ts';
import { generatedValue, requireValue } from './values.ts';

/** `generate` is the length of a value that headgate makes. */
export type RotateTo = { readonly text: string } | { readonly generate: number };

export function rotateSecret(ctx: SecretContext, { vault, key }: SecretName, to: RotateTo): Promise<Written> {
  const perform = async (): Promise<Written> => {
    requireKey(key);
    if ('text' in to) requireValue(to.text);
    const value =
      'text' in to ? { text: to.text, generated: false } : { text: generatedValue(to.generate), generated: true };
    const target = await usableVault(ctx, vault);
    return workOn(ctx, target, key, async (work) => {
      const settled = await settle(work, value);
      if (settled) return written(work, settled, 'recovered');
      const secret = await recorded(work);
      requireWritable(secret, { vault, key });
      try {
        return written(work, await rotateVersion(work, secret, value), 'rotated');
      } catch (error) {
        throw (await isLost(work, error)) ? lostFault({ vault, key }) : error;
      }
    });
  };
  return audited(ctx, { action: 'rotate', vault, key, failuresOnly: true }, perform);
}

const lostFault = ({ vault, key }: SecretName): Error =>
  faultError(
    'not_found',
    'secret_lost',
    `the vault does not have \`${vault}/${key}\` any more`,
    `\`headgate secrets set ${vault}/${key}\` creates it again`,
  );

/** Goes on with what an earlier command left, without a value. Answers null where nothing was left. */
export function resumeRotation(ctx: SecretContext, { vault, key }: SecretName): Promise<Written | null> {
  const perform = async (): Promise<Written | null> => {
    requireKey(key);
    const target = await usableVault(ctx, vault);
    return workOn(ctx, target, key, async (work) => {
      const settled = await settle(work);
      if (isLeft(work))
        throw faultError(
          'conflict',
          'value_needed',
          `it is not known what an earlier command was to write to \`${vault}/${key}\`, nor whether it did`,
          `give a value again: \`headgate secrets set ${vault}/${key}\``,
        );
      return settled ? written(work, settled, 'recovered') : null;
    });
  };
  return audited(ctx, { action: 'recover', vault, key }, perform, (value) => value?.secretVersion ?? null);
}

/** Of a secret that only the provider knows so far, one is made. Throws a fault where there is no such secret. */
export async function recorded(work: KeyWork): Promise<SecretRecord> {
  const { key, open, target } = work;
  const found = secretAt(open.registry, key);
  if (found) return found;
  // What the provider has still is what is to be removed there.
  if (deletedAt(open.registry, key)?.cleanUp) throw deletedFault({ vault: target.name, key });
  const keys = granted(await target.vault.list());
  if (keys.includes(key)) return adopt(work);
  const known = [...keys, ...liveSecrets(open.registry).map((secret) => secret.key)];
  throw unknownSecret({ vault: target.name, key }, known);
}
