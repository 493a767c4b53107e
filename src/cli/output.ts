/**
 * Writing outputs: all or none. Each goes to a temporary name in its folder, is brought to the disk, and only when all are there
 * are they renamed. A rename that fails takes the earlier ones back.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, link, lstat, open, readdir, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolders } from '../adapters/files/make-folders.ts';
import * as D from '../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Where an output is to go. */
export interface Destination {
  /** Absolute. */
  readonly path: string;
  /** As typed. */
  readonly shown: string;
  readonly toStdout: boolean;
  /** Files are written below `path`, which may not exist yet. */
  readonly folder: boolean;
  /** The folder must be new or empty. */
  readonly fresh?: boolean;
}

export interface OutputFile {
  readonly path: string;
  readonly shown: string;
  readonly text: string;
  /** It holds texts of manifests, which may be anybody's secret: a new file is for its owner alone. */
  readonly isPrivate?: boolean;
}

/** What can be known to fail before there is anything to write. */
export async function checkDestinations(destinations: readonly Destination[]): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { path, shown, folder, fresh, toStdout } of destinations) {
    if (toStdout) continue;
    const above = await stat(dirname(path)).catch(() => undefined);
    const there = await stat(path).catch(() => undefined);
    const blocked = (reason: string, remedy?: string): void => {
      found.push(D.outputNotWritable({ path: shown, reason, remedy }, {}));
    };
    if (!above) blocked(`there is no folder \`${dirname(shown)}\``, 'create the folder first, or give another path');
    else if (!above.isDirectory()) blocked(`\`${dirname(shown)}\` is not a folder`);
    else if (!folder && there?.isDirectory()) blocked('it is a folder', 'give the path of a file');
    else if (folder && there && !there.isDirectory()) blocked('it is not a folder', 'give the path of a folder');
    else if (fresh && there && (await readdir(path).catch(() => [])).length > 0)
      blocked('the folder is not empty', 'remove it first, or give the path of a new one');
  }
  return found;
}

interface Staged {
  readonly file: OutputFile;
  /** Where the bytes are to end up: symbolic links are followed, not replaced. */
  readonly final: string;
  readonly temporary: string;
  readonly backup: string;
  /** A device or pipe cannot be renamed over. */
  readonly special: boolean;
  exists: boolean;
  moved: boolean;
  /** The highest folder that was made for it. */
  readonly made: string | undefined;
}

export async function writeOutputs(
  files: readonly OutputFile[],
  failed: (path: string, error: Error) => Diagnostic = notWritable,
): Promise<readonly Diagnostic[]> {
  const staged: Staged[] = [];
  let current: OutputFile | undefined;
  try {
    for (const file of files) {
      current = file;
      staged.push(await prepare(file));
      await stage(staged.at(-1) as Staged);
    }
    for (const one of staged) {
      current = one.file;
      await publish(one);
    }
  } catch (error) {
    for (const one of staged.toReversed()) await takeBack(one);
    return [failed(current?.shown ?? '', error as Error)];
  }
  for (const one of staged) await rm(one.backup, { force: true }).catch(() => {});
  return [];
}

async function prepare(file: OutputFile): Promise<Staged> {
  const made = makeFolders(dirname(file.path));
  const final = await realpath(file.path).catch(() => file.path);
  const there = await lstat(final).catch(() => undefined);
  const mark = randomBytes(6).toString('hex');
  return {
    file,
    final,
    temporary: join(dirname(final), `.${basename(final)}.${mark}.tmp`),
    backup: join(dirname(final), `.${basename(final)}.${mark}.old`),
    special: there !== undefined && !there.isFile() && !there.isDirectory(),
    exists: there?.isFile() === true,
    moved: false,
    made,
  };
}

async function stage(one: Staged): Promise<void> {
  if (one.special) return;
  const there = one.exists ? await stat(one.final) : undefined;
  const handle = await open(one.temporary, 'wx', one.file.isPrivate || there ? 0o600 : 0o666);
  try {
    await handle.writeFile(one.file.text);
    if (there) {
      // Who may not give a file away writes one of his own.
      await handle.chown(there.uid, there.gid).catch(() => {});
      await handle.chmod(there.mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function publish(one: Staged): Promise<void> {
  if (one.special) return writeFile(one.final, one.file.text);
  // Some file systems have no hard links.
  if (one.exists) await link(one.final, one.backup).catch(() => copyFile(one.final, one.backup));
  await rename(one.temporary, one.final);
  one.moved = true;
}

async function takeBack(one: Staged): Promise<void> {
  const quietly = (work: Promise<unknown>): Promise<unknown> => work.catch(() => {});
  await quietly(rm(one.temporary, { force: true }));
  if (one.moved && one.exists) await quietly(rename(one.backup, one.final));
  else if (one.moved) await quietly(rm(one.final, { force: true }));
  await quietly(rm(one.backup, { force: true }));
  if (one.made !== undefined) await quietly(removeEmpty(dirname(one.file.path), one.made));
}

/** From `folder` up to `top`, as long as nothing is in them. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  await rmdir(folder);
  if (folder !== top) await removeEmpty(dirname(folder), top);
}

const REASONS: Readonly<Record<string, readonly [reason: string, remedy?: string]>> = {
  EACCES: ['permission denied', 'write to a folder that is yours, or change its permissions'],
  EPERM: ['the system does not permit it'],
  EROFS: ['the file system is read-only', 'write to another place'],
  ENOSPC: ['no space is left on the device', 'free some space, or write to another place'],
  EDQUOT: ['your disk quota is used up', 'free some space, or write to another place'],
  ENAMETOOLONG: ['the name is too long'],
  EISDIR: ['it is a folder', 'give the path of a file'],
  ENOENT: ['its folder is gone'],
  ENOTDIR: ['a part of its path is not a folder'],
  ELOOP: ['its symbolic links go round in a circle'],
};

export const notWritable = (path: string, error: Error): Diagnostic =>
  D.outputNotWritable({ path, ...ioReason(error) }, {});

export function ioReason(error: NodeJS.ErrnoException): {
  readonly reason: string;
  readonly remedy: string | undefined;
} {
  const [reason, remedy] = REASONS[error.code ?? ''] ?? [`${error.code ?? ''} ${error.message}`.trim()];
  return { reason, remedy };
}
