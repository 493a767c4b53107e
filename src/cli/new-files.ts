/** Files that must not be there yet: over nothing, all of them or none, and in the folders that were judged. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { holdFolder, type OutputFolder } from '../adapters/files/output-folder.ts';
import { outputPlace, type PlaceRefused } from '../adapters/files/output-place.ts';
import type { ScenarioTree } from '../adapters/files/scenario-tree.ts';

export interface NewFileText {
  /** Absolute, as `newPlace` has it. */
  readonly path: string;
  /** As typed. */
  readonly shown: string;
  readonly text: string;
  readonly mode?: number;
}

/**
 * Where a new file really goes, links of its folders followed; whoever judges asks once, and what is put in the place of a folder later
 * leads nowhere. A link in the place of the file itself is not followed. Throws for links that go round in a circle.
 */
export function newPlace(path: string, trees: readonly ScenarioTree[]): string | PlaceRefused {
  const folder = outputPlace(dirname(path), trees);
  return 'reason' in folder ? folder : join(folder.path, basename(path));
}

/** What kept one from being written, as the system tells it: `EEXIST` where something is there by now. */
export async function writeNewFiles(
  files: readonly NewFileText[],
): Promise<{ readonly shown: string; readonly error: NodeJS.ErrnoException } | undefined> {
  /** By path, held until all is written. */
  const folders = new Map<string, OutputFolder>();
  const made: string[] = [];
  let current = '';
  try {
    for (const { path, shown, text, mode } of files) {
      current = shown;
      const folder = dirname(path);
      const held = folders.get(folder) ?? holdFolder(folder);
      folders.set(folder, held);
      const at = held.at(basename(path));
      const handle = await open(at, 'wx', mode);
      made.push(at);
      await fill(handle, text);
    }
    return undefined;
  } catch (error) {
    for (const at of made.reverse()) await rm(at, { force: true }).catch(() => {});
    for (const folder of [...folders.values()].reverse()) folder.unmake();
    return { shown: current, error: error as NodeJS.ErrnoException };
  } finally {
    for (const folder of folders.values()) folder.close();
  }
}

const fill = (handle: FileHandle, text: string): Promise<void> =>
  handle
    .writeFile(text)
    .then(() => handle.sync())
    .finally(() => handle.close());
