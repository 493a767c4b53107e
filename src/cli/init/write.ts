/** Writing a new project: over nothing that is there, and all of it or nothing. */
import { lstat, mkdir, open, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outputPlace } from '../../adapters/files/output-place.ts';
import { treeAt } from '../../adapters/files/scenario-tree.ts';
import { outputNotWritable } from '../../diagnostics/catalogue/cli.ts';
import * as D from '../../diagnostics/catalogue/init.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { notWritable } from '../output.ts';
import type { NewFile } from './templates.ts';

export interface NewProject {
  /** Absolute; need not exist. */
  readonly folder: string;
  /** As typed. */
  readonly shown: string;
  readonly files: readonly NewFile[];
}

/** What is in the way, told once. */
export async function findObstacles({ folder, shown, files }: NewProject): Promise<readonly Diagnostic[]> {
  if (await isInTheWay(folder)) return [D.initFolder({ path: shown }, {})];
  const obstacles = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/');
    for (let i = 1; i < parts.length; i++) {
      const above = parts.slice(0, i).join('/');
      if (await isInTheWay(join(folder, above))) obstacles.add(above);
    }
    // Also a link that leads nowhere.
    const there = await lstat(join(folder, path)).catch(() => undefined);
    if (there) obstacles.add(path);
  }
  if (obstacles.size === 0) {
    // Nor over a link that came with the folder.
    return linkedAway({ folder, shown, files });
  }
  return [D.initFilesExist({ paths: [...obstacles].map((path) => join(shown, path)) }, {})];
}

/** A folder may have come with links that lead out of it. */
function linkedAway({ folder, shown, files }: NewProject): readonly Diagnostic[] {
  const trees = [treeAt(folder)];
  for (const { path } of files) {
    try {
      const place = outputPlace(join(folder, path), trees);
      if ('reason' in place) return [outputNotWritable({ path: join(shown, path), ...place }, {})];
    } catch (error) {
      return [notWritable(join(shown, path), error as Error)];
    }
  }
  return [];
}

/** There, and no folder. */
const isInTheWay = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );

/** What was made is taken away again when something cannot be. */
export async function writeProject({ folder, shown, files }: NewProject): Promise<readonly Diagnostic[]> {
  const undo: Undo = [];
  let current = shown;
  try {
    for (const { path, text } of files) {
      current = join(shown, path);
      await makeFolders(dirname(join(folder, path)), undo);
      await writeNew(join(folder, path), text, undo);
    }
    return [];
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    const { code } = error as NodeJS.ErrnoException;
    return [code === 'EEXIST' ? D.initFilesExist({ paths: [current] }, {}) : notWritable(current, error as Error)];
  }
}

type Undo = (() => Promise<unknown>)[];

async function writeNew(path: string, text: string, undo: Undo): Promise<void> {
  // Fails where something came into being since it was looked at.
  const handle = await open(path, 'wx');
  undo.push(() => rm(path));
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

async function makeFolders(folder: string, undo: Undo): Promise<void> {
  const missing: string[] = [];
  let above = folder;
  while (!(await isThere(above))) {
    missing.push(above);
    above = dirname(above);
  }
  for (const path of missing.reverse()) {
    await mkdir(path);
    undo.push(() => rmdir(path));
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
