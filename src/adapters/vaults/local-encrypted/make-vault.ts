/**
 * A vault and its key, where neither is there. They cannot appear at once: the vault is written under a second name, the key is put
 * in its place, and then the vault gets its name. Whoever finds the two before that goes on with them, for the key opens that vault.
 */
import { randomBytes } from 'node:crypto';
import { missingVault } from './faults.ts';
import { newKey, sweepKeys } from './key-file.ts';
import type { KeyRing } from './key-ring.ts';
import { deriveKeys, keyCheckOf, newScrypt, type VaultKeys } from './keys.ts';
import type { VaultFiles } from './places.ts';
import { beginVaultFile, dropBegun, finishVaultFile, textOf } from './vault-file.ts';

/** For the holder of the lock. Answers what was made, in sentences. */
export async function makeVault(
  name: string,
  files: VaultFiles,
  ring: KeyRing,
  found: 'begun' | 'nothing',
): Promise<readonly string[]> {
  const vaultMade = `made vault ${name}: \`${files.vault}\``;
  if (found === 'begun') {
    if ('file' in files.key) sweepKeys(files.key.file);
    finishVaultFile(files);
    return [vaultMade];
  }
  dropBegun(files);
  const id = randomBytes(16).toString('base64url');
  if (!('file' in files.key)) {
    const keySource = newScrypt();
    beginVaultFile(files, emptyVault(await ring.keysFor({ id, keySource }), id, keySource));
    finishVaultFile(files);
    return [vaultMade];
  }
  const { file } = files.key;
  const { master, place } = newKey(file);
  const keySource = { kind: 'file' } as const;
  beginVaultFile(files, emptyVault(deriveKeys(master, id), id, keySource));
  const isPlaced = place();
  master.fill(0);
  if (!isPlaced) {
    dropBegun(files);
    throw missingVault(files, 'key');
  }
  finishVaultFile(files);
  return [vaultMade, `made its key: \`${file}\`; keep a copy of it elsewhere, since nothing else opens the vault`];
}

function emptyVault(keys: VaultKeys, id: string, keySource: Parameters<typeof keyCheckOf>[1]['keySource']): string {
  const keyCheck = keyCheckOf(keys, { id, keySource });
  const format = 'headgate.vault';
  return textOf(keys, { format, version: 1, id, keySource, keyCheck, revision: 1, secrets: [], removed: [] });
}
