/** Where a vault lies on the disk. */
import { isAbsolute, join, resolve } from 'node:path';
import type { LocalVault } from '../../../ir/plan-vault-schema.ts';
import type { VaultPlace } from '../place.ts';

export interface VaultFiles {
  readonly vault: string;
  /** As it was before the last write. */
  readonly backup: string;
  /** A vault that is being made, before its key is in its place. */
  readonly begun: string;
  /** Folder of the lock of writers; there while somebody writes. */
  readonly lock: string;
  readonly key: { readonly file: string } | { readonly passphraseEnv: string };
}

export function filesOf({ file, key }: LocalVault, place: VaultPlace): VaultFiles {
  const vault = pathAt(file, place);
  return {
    vault,
    backup: `${vault}.backup`,
    begun: `${vault}.new`,
    lock: `${vault}.lock`,
    key: 'file' in key ? { file: pathAt(key.file, place) } : key,
  };
}

function pathAt(path: string, { folder, home }: VaultPlace): string {
  if (path.startsWith('~/')) return join(home, path.slice(2));
  return isAbsolute(path) ? resolve(path) : resolve(folder, path);
}
