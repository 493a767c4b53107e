/** Writing a new project: over nothing that is there, and all of it or nothing. */
import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { treeAt } from '../../adapters/files/scenario-tree.ts';
import { outputNotWritable } from '../../diagnostics/catalogue/cli.ts';
import * as D from '../../diagnostics/catalogue/init.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type NewFileText, newPlace, writeNewFiles } from '../new-files.ts';
import { notWritable } from '../output.ts';
import type { NewFile } from './templates.ts';

export interface NewProject {
  /** Absolute; need not exist. */
  readonly folder: string;
  /** As typed. */
  readonly shown: string;
  readonly files: readonly NewFile[];
}

/** Where the files go; or what is in the way, told once. */
export async function judgeProject(project: NewProject): Promise<readonly NewFileText[] | Diagnostic> {
  const { folder, shown, files } = project;
  if (await isInTheWay(folder)) return D.initFolder({ path: shown }, {});
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
  return obstacles.size === 0
    ? placesOf(project)
    : D.initFilesExist({ paths: [...obstacles].map((path) => join(shown, path)) }, {});
}

/** There, and no folder. */
const isInTheWay = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );

/** Where each file really goes, decided before anything is written. A folder may have come with links that lead out of it. */
function placesOf({ folder, shown, files }: NewProject): readonly NewFileText[] | Diagnostic {
  const trees = [treeAt(folder)];
  const places: NewFileText[] = [];
  for (const { path, text } of files) {
    const file = { shown: join(shown, path), text };
    try {
      const place = newPlace(join(folder, path), trees);
      if (typeof place !== 'string') return outputNotWritable({ path: file.shown, ...place }, {});
      places.push({ ...file, path: place });
    } catch (error) {
      return notWritable(file.shown, error as Error);
    }
  }
  return places;
}

/** What was made is taken away again when something cannot be. */
export async function writeProject(places: readonly NewFileText[]): Promise<readonly Diagnostic[]> {
  const failed = await writeNewFiles(places);
  if (!failed) return [];
  const { shown, error } = failed;
  return [error.code === 'EEXIST' ? D.initFilesExist({ paths: [shown] }, {}) : notWritable(shown, error)];
}
