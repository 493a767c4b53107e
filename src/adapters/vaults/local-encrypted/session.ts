/** An opened vault: what its file held when it was last looked at, and how it is changed. */
import type { VaultDocument } from './document.ts';
import { damagedVault, missingVault, newerVault, type Refusal, sameFile, wrongKey } from './faults.ts';
import { isThere } from './key-file.ts';
import { openKeyRing } from './key-ring.ts';
import { isSame, keyCheckOf, macOf, type VaultKeys } from './keys.ts';
import { makeVault } from './make-vault.ts';
import type { VaultFiles } from './places.ts';
import { readDocument } from './read-document.ts';
import { type FoundFile, makeFolderOf, readVaultFile, sweepHalves, textOf, writeVaultFile } from './vault-file.ts';
import { withWriteLock } from './write-lock.ts';

/** Whole, and made with the key. */
export interface OpenedVault {
  readonly document: VaultDocument;
  readonly keys: VaultKeys;
  readonly file: FoundFile;
}

export interface Change<T> {
  readonly answer: T;
  /** Absent where nothing is to be written. */
  readonly document?: VaultDocument;
}
export type Changing<T> = (opened: Pick<OpenedVault, 'document' | 'keys'>) => Change<T>;

export interface Changed<T> {
  readonly answer: T;
  readonly notices: readonly string[];
}

export interface Session {
  readonly files: VaultFiles;
  readonly env: Env;
  /** Undefined where no vault was made yet. Throws a Refusal. */
  readonly read: () => Promise<OpenedVault | undefined>;
  /** A second file that may hold a vault of the same key; undefined where it does not, or no longer as a whole. */
  readonly readOther: (path: string) => Promise<VaultDocument | undefined>;
  /** Undefined where no vault was made yet. Throws a Refusal, and then nothing has changed. */
  readonly change: <T>(changing: Changing<T>) => Promise<Changed<T> | undefined>;
  /** The vault is made first where there is none. */
  readonly makeAndChange: <T>(changing: Changing<T>) => Promise<Changed<T>>;
  readonly close: () => void;
}

type Env = Readonly<Record<string, string | undefined>>;
type Wrong = 'newer' | 'misfit' | 'other key' | 'altered';

export function openSession(name: string, files: VaultFiles, env: Env): Session {
  const ring = openKeyRing(files, env);
  let seen: OpenedVault | undefined;
  let reading: Promise<OpenedVault | undefined> | undefined;

  const opened = async (file: FoundFile): Promise<OpenedVault | Wrong> => {
    const found = readDocument(file.text);
    if (typeof found === 'string') return found;
    const { document, mac } = found;
    const keys = await ring.keysFor(document);
    if (!isSame(keyCheckOf(keys, document), document.keyCheck)) {
      ring.forget(document);
      return 'other key';
    }
    return isSame(macOf(keys, found.signed), mac) ? { document, keys, file } : 'altered';
  };

  const readOther = async (path: string): Promise<VaultDocument | undefined> => {
    try {
      const file = readVaultFile(path);
      const found = file && (await opened(file));
      return typeof found === 'object' ? found.document : undefined;
    } catch {
      return undefined;
    }
  };

  /** A changed beginning looks like another key, unless the key opens the backup. */
  const wrong = async (what: Wrong): Promise<Refusal> => {
    if (what === 'newer') return newerVault(files);
    const isBackupWhole = (await readOther(files.backup)) !== undefined;
    return what === 'other key' && !isBackupWhole ? wrongKey(files) : damagedVault(files, isBackupWhole);
  };

  /** Throws where there was a vault. */
  const withoutVault = async (): Promise<'begun' | 'nothing'> => {
    if (isThere(files.backup)) throw missingVault(files, 'backup');
    if (!('file' in files.key && isThere(files.key.file))) return 'nothing';
    if (await readOther(files.begun)) return 'begun';
    throw missingVault(files, 'key');
  };

  const readNow = async (): Promise<OpenedVault | undefined> => {
    if ('file' in files.key && isOneOf(files.key.file, files)) throw sameFile(files);
    const file = readVaultFile(files.vault, seen?.file);
    if (!file) {
      await withoutVault();
      return undefined;
    }
    if (seen && file === seen.file) return seen;
    const found = await opened(file);
    if (typeof found === 'string') throw await wrong(found);
    seen = found;
    return found;
  };

  /** For the holder of the lock, who must see what the one before wrote. */
  const changeLocked = async <T>(changing: Changing<T>, notices: readonly string[] = []): Promise<Changed<T>> => {
    const now = await readNow();
    if (!now) throw missingVault(files, 'key');
    const { answer, document } = changing(now);
    if (document) {
      const next = { ...document, revision: now.document.revision + 1 };
      writeVaultFile(files, now.file.text, textOf(now.keys, next));
    }
    return { answer, notices };
  };

  return {
    files,
    env,
    // Many may ask at once: the file is read for all of them.
    read: () => {
      reading ??= readNow().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    readOther,
    change: async (changing) => {
      if (!(await readNow())) return undefined;
      return withWriteLock(files.lock, () => {
        sweepHalves(files);
        return changeLocked(changing);
      });
    },
    makeAndChange: async (changing) => {
      // What cannot be made is told before a folder is.
      await readNow();
      makeFolderOf(files);
      return withWriteLock(files.lock, async () => {
        sweepHalves(files);
        const isMade = readVaultFile(files.vault, seen?.file) !== undefined;
        const notices = isMade ? [] : await makeVault(name, files, ring, await withoutVault());
        return changeLocked(changing, notices);
      });
    },
    close: () => {
      ring.close();
      seen = undefined;
    },
  };
}

const isOneOf = (path: string, { vault, backup, begun, lock }: VaultFiles): boolean =>
  [vault, backup, begun, lock].includes(path);
