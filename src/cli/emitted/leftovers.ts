/** Files of an earlier emit that the next one has no more, and what was left by one that was cut off. */
import { type BigIntStats, existsSync, lstatSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { digestOfFileSync } from '../../adapters/files/digest-of-file.ts';
import { ioReason } from '../../adapters/files/io-reason.ts';
import { holdThere } from '../../adapters/files/output-folder.ts';
import type { WrittenList } from './list.ts';

/** As headgate wrote it. */
export interface Leftover {
  /** Holds no link. */
  readonly path: string;
  readonly found: BigIntStats;
}

export interface Kept {
  readonly name: string;
  readonly why: string;
}

export interface Leftovers {
  /** By name: of what an emit that was cut off has removed there may be folders. */
  readonly gone: readonly string[];
  readonly removable: readonly Leftover[];
  readonly kept: readonly Kept[];
}

/** `folder` holds no link. */
export function leftoversOf(folder: string, { files }: WrittenList, isWritten: (name: string) => boolean): Leftovers {
  const gone: string[] = [];
  const removable: Leftover[] = [];
  const kept: Kept[] = [];
  for (const [name, digests] of files) {
    if (isWritten(name)) continue;
    const judged = judge(join(folder, name), digests);
    if (judged === 'gone') gone.push(name);
    else if (typeof judged === 'string') kept.push({ name, why: judged });
    else removable.push(judged);
  }
  return { gone, removable, kept };
}

function judge(path: string, digests: ReadonlySet<string>): Leftover | string {
  try {
    return within(path, (at) => {
      const found = lstatSync(at, { bigint: true });
      if (!found.isFile()) return 'it is not a file any more';
      const digest = digestOfFileSync(at);
      if (digest === undefined) return 'it cannot be read';
      return digests.has(hexOf(digest)) ? { path, found } : 'it was changed since headgate wrote it';
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code === 'ENOENT' || code === 'ENOTDIR') && !existsSync(path)) return 'gone';
    return code === undefined || code === 'ENOTDIR'
      ? 'a link leads there'
      : ioReason(error as NodeJS.ErrnoException).reason;
  }
}

const hexOf = (digest: string): string => Buffer.from(digest.slice('sha256:'.length), 'base64').toString('hex');

/** With the folder held in which it is. Throws where that is not there, or behind a link. */
function within<T>(path: string, use: (at: string) => T): T {
  const folder = holdThere(dirname(path));
  try {
    return use(folder.at(basename(path)));
  } finally {
    folder.close();
  }
}

const backupOf = (path: string, mark: string): string => join(dirname(path), `.${basename(path)}.${mark}.old`);

/** False for one that somebody changed or took away since it was judged: it stays. */
export function moveAside({ path, found }: Leftover, mark: string): boolean {
  return within(path, (at) => {
    const backup = backupOf(at, mark);
    if (!isSame(at, found)) return false;
    renameSync(at, backup);
    if (isSame(backup, found)) return true;
    restore(backup, at);
    return false;
  });
}

function isSame(at: string, { dev, ino, size, mtimeNs }: BigIntStats): boolean {
  const now = lstatSync(at, { bigint: true, throwIfNoEntry: false });
  return now?.ino === ino && now.dev === dev && now.size === size && now.mtimeNs === mtimeNs;
}

export function putBack({ path }: Leftover, mark: string): void {
  quietly(() => within(path, (at) => restore(backupOf(at, mark), at)));
}

/** Over nothing that has come meanwhile. */
function restore(backup: string, at: string): void {
  if (lstatSync(at, { throwIfNoEntry: false }) === undefined) renameSync(backup, at);
}

export function removeAside({ path }: Leftover, mark: string): void {
  quietly(() => within(path, (at) => rmSync(backupOf(at, mark), { force: true })));
}

/** Folders between `top` and what was at `path` that are empty now. */
export function removeEmpty(path: string, top: string): void {
  for (let folder = dirname(path); folder.length > top.length; folder = dirname(folder)) {
    try {
      // What is in use is not empty, and the system sees to that.
      within(folder, (at) => rmdirSync(at));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return;
    }
  }
}

/** Takes away the temporary files of an emit that was cut off. Answers what was there before it, and is no file of headgate. */
export function sweepCutOff(folder: string, { files, mark }: WrittenList): readonly Kept[] {
  if (mark === undefined) return [];
  const kept: Kept[] = [];
  for (const [name, digests] of files) {
    const path = join(folder, name);
    quietly(() => within(path, (at) => rmSync(join(dirname(at), `.${basename(at)}.${mark}.tmp`), { force: true })));
    const judged = judge(backupOf(path, mark), digests);
    if (judged === 'gone') continue;
    if (typeof judged === 'string')
      kept.push({ name: backupOf(name, mark), why: 'it was there before an output that was cut off' });
    else quietly(() => within(judged.path, (at) => rmSync(at)));
  }
  return kept;
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Gone, or behind a link by now: it is not ours to mend.
  }
}
