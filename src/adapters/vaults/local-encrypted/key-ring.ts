/** The keys of a vault, derived once for as long as it is open. */
import type { KeySource, VaultDocument } from './document.ts';
import { missingPassphrase, otherKeyKind } from './faults.ts';
import { readKeyFile } from './key-file.ts';
import { deriveKeys, forgetKeys, stretch, type VaultKeys } from './keys.ts';
import type { VaultFiles } from './places.ts';

export type KeyedBy = Pick<VaultDocument, 'id' | 'keySource'>;

export interface KeyRing {
  /** Throws a Refusal where there is no key, or not one of that kind. */
  readonly keysFor: (vault: KeyedBy) => Promise<VaultKeys>;
  /** The next time the key is looked at again. */
  readonly forget: (vault: KeyedBy) => void;
  readonly close: () => void;
}

type Env = Readonly<Record<string, string | undefined>>;

export function openKeyRing(files: VaultFiles, env: Env): KeyRing {
  const derived = new Map<string, Promise<VaultKeys>>();
  const nameOf = ({ id, keySource }: KeyedBy): string => JSON.stringify([id, keySource]);
  const derive = async ({ id, keySource }: KeyedBy): Promise<VaultKeys> => {
    const master = await masterFor(files, keySource, env);
    const keys = deriveKeys(master, id);
    master.fill(0);
    return keys;
  };
  const forget = (vault: KeyedBy): void => void derived.delete(nameOf(vault));
  return {
    keysFor: (vault) => {
      const known = derived.get(nameOf(vault));
      if (known) return known;
      const keys = derive(vault);
      derived.set(nameOf(vault), keys);
      keys.catch(() => forget(vault));
      return keys;
    },
    forget,
    close: () => {
      for (const keys of derived.values()) keys.then(forgetKeys, () => {});
      derived.clear();
    },
  };
}

async function masterFor(files: VaultFiles, source: KeySource, env: Env): Promise<Buffer> {
  if ('file' in files.key) {
    if (source.kind === 'file') return readKeyFile(files.key.file);
    throw otherKeyKind(files);
  }
  if (source.kind === 'file') throw otherKeyKind(files);
  const passphrase = env[files.key.passphraseEnv];
  if (passphrase === undefined || passphrase === '')
    throw missingPassphrase(files.key.passphraseEnv, passphrase === '');
  return stretch(passphrase, source);
}
