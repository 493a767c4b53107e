/** What can be wrong with a vault on this machine. Inside the provider a fault is thrown as a Refusal; at the port it is an answer. */
import type { VaultAnswer, VaultFault, VaultFaultCode } from '../../../ports/vault.ts';
import { ioReason } from '../../files/io-reason.ts';
import { untouched } from '../untouched.ts';
import type { VaultFiles } from './places.ts';

export class Refusal extends Error {
  readonly fault: VaultFault;
  constructor(fault: VaultFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export const refusal = (code: VaultFaultCode, detail: string, message: string, remedy: string): Refusal =>
  new Refusal({ code, detail, message, remedy });

/** What the system did not do: `path` could not be read or written. */
export function ioRefusal(error: unknown, path: string, doing: 'read' | 'written'): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof Refusal || typeof code !== 'string' || (error as NodeJS.ErrnoException).syscall === undefined)
    return error;
  if (code === 'ELOOP')
    return refusal('access_denied', 'link', `\`${path}\` is a link`, 'put a file of your own in its place');
  const { reason, remedy } = ioReason(error as NodeJS.ErrnoException);
  const [fault, detail] =
    code === 'EACCES' || code === 'EPERM'
      ? (['access_denied', `not_${doing === 'read' ? 'readable' : 'writable'}`] as const)
      : (['provider_unavailable', code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'io_error'] as const);
  const fallback = doing === 'read' ? `see that you can read \`${path}\`` : 'nothing was changed; try again';
  const words = {
    message: `\`${path}\` cannot be ${doing}: ${reason}`,
    remedy: (doing === 'read' ? undefined : remedy) ?? fallback,
  };
  // A file may be in its place by then, and only its folder not be on the disk.
  return new Refusal({ code: fault, detail, ...words, ...(doing === 'written' ? { untouched: false } : {}) });
}

/** Of a write: all that is refused is refused before the file is written, but for what the system did not do. */
export async function answeredWrite<T>(work: () => Promise<VaultAnswer<T>>): Promise<VaultAnswer<T>> {
  const answer = await answered(work);
  return 'fault' in answer && answer.fault.untouched === undefined ? untouched(answer) : answer;
}

/** A fault of headgate itself goes on as it is. */
export async function answered<T>(work: () => Promise<VaultAnswer<T>>): Promise<VaultAnswer<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return { fault: error.fault };
    throw error;
  }
}

export const wrongKey = ({ vault, key }: VaultFiles): Refusal =>
  refusal(
    'access_denied',
    'wrong_key',
    'file' in key
      ? `the key in \`${key.file}\` does not open \`${vault}\``
      : `the passphrase in ${key.passphraseEnv} does not open \`${vault}\``,
    `use the ${'file' in key ? 'key file' : 'passphrase'} that the vault was made with`,
  );

export const missingPassphrase = (variable: string, isSet: boolean): Refusal =>
  refusal(
    'provider_unavailable',
    'passphrase_missing',
    `the environment variable ${variable}, which holds the passphrase, is ${isSet ? 'empty' : 'not set'}`,
    isSet ? `give ${variable} the passphrase` : `set ${variable}`,
  );

export const otherKeyKind = ({ vault, key }: VaultFiles): Refusal =>
  'file' in key
    ? refusal(
        'invalid_request',
        'key_kind',
        `\`${vault}\` was made with a passphrase`,
        'name its variable in the settings, as `key.passphraseEnv`',
      )
    : refusal(
        'invalid_request',
        'key_kind',
        `\`${vault}\` was made with a key file`,
        'name that file in the settings, as `key.file`',
      );

/** One would be written over the other. */
export const sameFile = ({ vault }: VaultFiles): Refusal =>
  refusal(
    'invalid_request',
    'key_is_vault',
    `\`${vault}\` is named as the vault and as its key`,
    'name another file in the settings, as `key.file`',
  );

/** Never a new vault beside a key or a backup: what they belong to may be put back. */
export const missingVault = ({ vault, backup }: VaultFiles, left: 'key' | 'backup'): Refusal =>
  refusal(
    'provider_unavailable',
    'vault_file_missing',
    `the vault file \`${vault}\` is missing, and ${left === 'key' ? 'its key file is there' : 'its backup is there'}`,
    left === 'key'
      ? 'put the vault file back, or move the key file away to begin a new vault'
      : `\`cp -p ${backup} ${vault}\`, or move the backup and any key file away to begin a new vault`,
  );

export const newerVault = ({ vault }: VaultFiles): Refusal =>
  refusal(
    'provider_error',
    'vault_file_newer',
    `the vault file \`${vault}\` was written by a newer version of headgate`,
    'use that version, or a later one',
  );

export const damagedVault = ({ vault, backup }: VaultFiles, isBackupWhole: boolean): Refusal =>
  refusal(
    'provider_error',
    'vault_file_damaged',
    `the vault file \`${vault}\` was cut or changed`,
    isBackupWhole
      ? `\`${backup}\` is whole and holds the vault as it was before the last write: \`cp -p ${backup} ${vault}\``
      : 'restore it, with its key, from a copy of your own',
  );
