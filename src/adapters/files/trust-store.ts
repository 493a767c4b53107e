/**
 * What the user has trusted: a file for each settings file or plan, in a folder of the user. A file of its own for each, so that
 * two processes never write over what the other one has learned. What others could have written there counts for nothing.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { canonicalJson, isObject, type JsonValue } from '../../base/json.ts';
import { makeFolders } from './make-folders.ts';

export interface TrustStore {
  /** Absolute; undefined for somebody without a folder. */
  readonly folder: string | undefined;
  /** The digest that is kept for a real path. A fault where something is there that cannot be believed. */
  readonly read: (path: string) => { readonly digest?: string; readonly fault?: string };
  /** Throws where it cannot be kept. */
  readonly remember: (path: string, digest: string) => void;
}

type Env = Readonly<Record<string, string | undefined>>;

/** `$XDG_CONFIG_HOME/headgate/trust`, or `~/.config/headgate/trust`. Relative values count as none: they would lead into a checkout. */
export function trustFolder(env: Env): string | undefined {
  const config = env['XDG_CONFIG_HOME'];
  const base = config !== undefined && isAbsolute(config) ? config : homeConfig(env);
  return base === undefined ? undefined : join(base, 'headgate', 'trust');
}

function homeConfig(env: Env): string | undefined {
  const given = env['HOME'];
  const home = given !== undefined && isAbsolute(given) ? given : accountHome();
  return home === undefined ? undefined : join(home, '.config');
}

function accountHome(): string | undefined {
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : undefined;
  } catch {
    // A number that no account has.
    return undefined;
  }
}

const NOWHERE = 'there is no folder of yours to keep it in: neither XDG_CONFIG_HOME nor HOME names one';
const LARGEST = 65_536;
const noLink = constants.O_NOFOLLOW ?? 0;

export function openTrustStore(env: Env): TrustStore {
  const folder = trustFolder(env);
  const fileOf = (path: string): string =>
    join(folder ?? '', `${createHash('sha256').update(path).digest('hex')}.json`);
  return {
    folder,
    read: (path) => {
      if (folder === undefined) return {};
      const file = fileOf(path);
      try {
        checkFolders(folder);
        return { digest: digestIn(readOwn(file), path, file) };
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ENOTDIR') return {};
        return { fault: code === 'ELOOP' ? `\`${file}\` is a link` : message };
      }
    },
    remember: (path, digest) => {
      if (folder === undefined) throw new Error(NOWHERE);
      makeFolders(folder, 0o700);
      checkFolders(folder);
      writeWhole(fileOf(path), `${canonicalJson({ version: 1, path, digest })}\n`);
    },
  };
}

const me = process.geteuid?.();

/** The folder of trust, and the one that it lies in, which holds its name. */
function checkFolders(folder: string): void {
  checkFolder(dirname(folder), 0o022, 'others may write to it; `chmod go-w` it');
  checkFolder(folder, 0o077, 'it is open to others; `chmod 700` it');
}

function checkFolder(path: string, closed: number, open: string): void {
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new Error(`\`${path}\` is ${found.isSymbolicLink() ? 'a link' : 'not a folder'}`);
  checkOwner(found, path);
  if (me !== undefined && (found.mode & closed) !== 0) throw new Error(`\`${path}\`: ${open}`);
}

function checkOwner({ uid }: Stats, path: string): void {
  if (me !== undefined && uid !== me) throw new Error(`\`${path}\` belongs to another user`);
}

/** Looked at and read through one descriptor, so that nothing can be put in its place between the two. */
function readOwn(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | noLink | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) throw new Error(`\`${file}\` is not a plain file`);
    checkOwner(found, file);
    if (me !== undefined && (found.mode & 0o077) !== 0) throw new Error(`\`${file}\` is open to others`);
    if (found.nlink !== 1) throw new Error(`\`${file}\` has more than one name`);
    if (found.size > LARGEST) throw new Error(`\`${file}\` is not a record of trust`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function digestIn(text: string, path: string, file: string): string {
  let value: JsonValue = null;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {}
  const known = isObject(value) && value['version'] === 1 && value['path'] === path ? value['digest'] : undefined;
  if (typeof known !== 'string') throw new Error(`\`${file}\` is not a record of trust`);
  return known;
}

/** There is the old file or the new one, whatever happens; a link in its place is replaced, not followed. */
function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noLink, 0o600);
    try {
      fchmodSync(fd, 0o600);
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
