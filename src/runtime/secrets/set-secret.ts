/** Keeps a value under a key: as its first version, or as the next one. */
import { requireActive } from './address.ts';
import { audited, type SecretContext, usableVault } from './context.ts';
import { createAgain, createSecret } from './create.ts';
import { faultError, faultOf } from './fault-error.ts';
import { type KeyWork, type NewValue, textAt, workOn } from './key-work.ts';
import { requireKey } from './keys.ts';
import type { SecretRecord } from './registry-form.ts';
import { rotateVersion } from './rotate-version.ts';
import { currentVersion, secretAt } from './secret-records.ts';
import { adopt, isThere, settle } from './settle.ts';
import { requireValue } from './values.ts';

export interface SecretName {
  /** As the settings call it. */
  readonly vault: string;
  readonly key: string;
}

export interface Written {
  readonly vault: string;
  readonly key: string;
  /** `created_again`: the vault did not have it any more. `recovered`: an earlier command had begun to write the same value. */
  readonly change: 'created' | 'created_again' | 'rotated' | 'recovered';
  /** Null where the provider alone knows. */
  readonly secretVersion: number | null;
  readonly fingerprint: string | null;
}

export async function setSecret(ctx: SecretContext, { vault, key }: SecretName, text: string): Promise<Written> {
  let change: 'create' | 'rotate' = 'create';
  const perform = async (): Promise<Written> => {
    requireKey(key);
    requireValue(text);
    const target = await usableVault(ctx, vault);
    const value: NewValue = { text, generated: false };
    return workOn(ctx, target, key, async (work) => {
      const settled = await settle(work, value);
      if (settled) return written(work, settled, 'recovered');
      const secret = secretAt(work.open.registry, key) ?? (await created(work, value));
      if ('made' in secret) return written(work, secret.made, 'created');
      change = 'rotate';
      requireWritable(secret, { vault, key });
      try {
        return written(work, await rotateVersion(work, secret, value), 'rotated');
      } catch (error) {
        if (!(await isLost(work, error))) throw error;
        change = 'create';
        return written(
          work,
          await createAgain(work, secretAt(work.open.registry, key) ?? secret, value),
          'created_again',
        );
      }
    });
  };
  return audited(ctx, { action: () => change, vault, key, failuresOnly: true }, perform);
}

/** Or the record of one that was at the provider already. */
async function created(work: KeyWork, value: NewValue): Promise<{ readonly made: SecretRecord } | SecretRecord> {
  try {
    return { made: await createSecret(work, value) };
  } catch (error) {
    if (faultOf(error).code !== 'conflict' || faultOf(error).detail.startsWith('record_')) throw error;
    if (!(await isThere(work))) throw error;
    return adopt(work);
  }
}

/** There is a record, and the vault says for certain that it has no such secret. */
export async function isLost(work: KeyWork, error: unknown): Promise<boolean> {
  if (faultOf(error).code !== 'not_found') return false;
  const found = await textAt(work);
  return typeof found !== 'string' && found.code === 'not_found';
}

/** Only what is in use, and is written by nobody else, gets another version. */
export function requireWritable(secret: SecretRecord, { vault, key }: SecretName): void {
  requireActive(secret, { vault, key });
  if (secret.mode === 'managed') return;
  throw faultError(
    'invalid_request',
    'external_reference',
    `secret \`${vault}/${key}\` refers to one that is managed elsewhere`,
    'change it where it is managed',
  );
}

export const written = ({ target, key }: KeyWork, secret: SecretRecord, change: Written['change']): Written => {
  const current = currentVersion(secret);
  return {
    vault: target.name,
    key,
    change,
    secretVersion: current?.number ?? null,
    fingerprint: current?.fingerprint ?? null,
  };
};
