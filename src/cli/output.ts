/**
 * Writing outputs: all or none. Each goes to a temporary name in its folder, is brought to the disk, and only when all are there
 * are they renamed. A rename that fails takes the earlier ones back.
 */
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { copyFile, link, lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type IoReason, ioReason } from '../adapters/files/io-reason.ts';
import { holdFolder, type OutputFolder } from '../adapters/files/output-folder.ts';
import { outputPlace, type PlaceRefused, partsOf } from '../adapters/files/output-place.ts';
import type { ScenarioTree } from '../adapters/files/scenario-tree.ts';
import * as D from '../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Leftover, moveAside, putBack, removeAside } from './emitted/leftovers.ts';

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

/** What can be known to fail before there is anything to write. `trees` are those of what the command was given. */
export async function checkDestinations(
  destinations: readonly Destination[],
  trees: readonly ScenarioTree[],
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { path, shown, folder, fresh, toStdout } of destinations) {
    if (toStdout) continue;
    const above = await statOf(dirname(path));
    const there = await statOf(path);
    const blocked = (reason: string, remedy?: string): void => {
      found.push(D.outputNotWritable({ path: shown, reason, remedy }, {}));
    };
    if (above === undefined)
      blocked(`there is no folder \`${dirname(shown)}\``, 'create the folder first, or give another path');
    else if ('reason' in above) blocked(`\`${dirname(shown)}\`: ${above.reason}`, above.remedy);
    else if (!above.isDirectory()) blocked(`\`${dirname(shown)}\` is not a folder`, 'give a path through folders only');
    else if (there && 'reason' in there) blocked(there.reason, there.remedy);
    else if (!folder && there?.isDirectory()) blocked('it is a folder', 'give the path of a file');
    else if (folder && there && !there.isDirectory()) blocked('it is not a folder', 'give the path of a folder');
    else if (fresh && there && (await readdir(path).catch(() => [])).length > 0)
      blocked('the folder is not empty', 'remove it first, or give the path of a new one');
    else {
      const refused = refusedPlace(path, trees);
      if (refused) blocked(refused.reason, refused.remedy);
    }
  }
  return found;
}

/** Undefined for what is not there. */
const statOf = (path: string): Promise<Stats | IoReason | undefined> =>
  stat(path).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : ioReason(error)));

/** What is wrong with the links on the way there. */
function refusedPlace(path: string, trees: readonly ScenarioTree[]): PlaceRefused | undefined {
  try {
    const place = outputPlace(path, trees);
    return 'reason' in place ? place : undefined;
  } catch {
    // Writing says why.
    return undefined;
  }
}

interface Staged {
  readonly file: OutputFile;
  /** Where the bytes are to end up, a link in its place is none that was followed. */
  readonly final: string;
  readonly temporary: string;
  readonly backup: string;
  /** A device or pipe cannot be renamed over; `magic` is a link of the kernel, which is opened as it is. */
  readonly special: 'magic' | 'device' | undefined;
  exists: boolean;
  moved: boolean;
}

export interface WriteOptions {
  readonly failed?: (path: string, error: Error) => Diagnostic;
  /** Stands in the names of temporary files. */
  readonly mark?: string;
  /** They go when all is written, and are moved aside before any output is in its place. */
  readonly leftovers?: readonly Leftover[];
}

export const newMark = (): string => randomBytes(6).toString('hex');

export async function writeOutputs(
  files: readonly OutputFile[],
  trees: readonly ScenarioTree[],
  { failed = notWritable, mark = newMark(), leftovers = [] }: WriteOptions = {},
): Promise<readonly Diagnostic[]> {
  const staged: Staged[] = [];
  const aside: Leftover[] = [];
  /** By real path, held until all is written. */
  const folders = new Map<string, OutputFolder>();
  let current: OutputFile | undefined;
  try {
    for (const file of files) {
      current = file;
      staged.push(await prepare(file, trees, folders, mark));
      await stage(staged.at(-1) as Staged);
    }
    for (const one of leftovers) if (moveAside(one, mark)) aside.push(one);
    for (const one of staged) {
      current = one.file;
      await publish(one);
    }
    for (const one of staged) await rm(one.backup, { force: true }).catch(() => {});
    for (const one of aside) removeAside(one, mark);
    return [];
  } catch (error) {
    for (const one of staged.toReversed()) await takeBack(one);
    for (const one of aside) putBack(one, mark);
    for (const folder of [...folders.values()].reverse()) folder.unmake();
    const path = current?.shown ?? '';
    return [error instanceof Refused ? D.outputNotWritable({ path, ...error.why }, {}) : failed(path, error as Error)];
  } finally {
    for (const folder of folders.values()) folder.close();
  }
}

class Refused extends Error {
  readonly why: PlaceRefused;
  constructor(why: PlaceRefused) {
    super(why.reason);
    this.why = why;
  }
}

async function prepare(
  file: OutputFile,
  trees: readonly ScenarioTree[],
  folders: Map<string, OutputFolder>,
  mark: string,
): Promise<Staged> {
  const place = outputPlace(file.path, trees);
  if ('reason' in place) throw new Refused(place);
  const { folder: real, name } = partsOf(place);
  const folder = place.isMagic ? undefined : (folders.get(real) ?? holdFolder(real));
  if (folder) folders.set(real, folder);
  const at = folder?.at ?? (() => place.path);
  const there = await lstat(at(name)).catch(() => undefined);
  return {
    file,
    final: at(name),
    temporary: at(`.${name}.${mark}.tmp`),
    backup: at(`.${name}.${mark}.old`),
    special: place.isMagic ? 'magic' : there && !there.isFile() && !there.isDirectory() ? 'device' : undefined,
    exists: there?.isFile() === true,
    moved: false,
  };
}

async function stage(one: Staged): Promise<void> {
  if (one.special) return;
  const there = one.exists ? await lstat(one.final) : undefined;
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
  if (one.special) {
    const { O_WRONLY, O_NOFOLLOW = 0 } = constants;
    const handle = await open(one.final, one.special === 'magic' ? 'w' : O_WRONLY | O_NOFOLLOW);
    return handle.writeFile(one.file.text).finally(() => handle.close());
  }
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
}

export const notWritable = (path: string, error: Error): Diagnostic =>
  D.outputNotWritable({ path, ...ioReason(error) }, {});
