/**
 * Files of a program that are replaced while it runs. It is shown a folder, read-only, and finds them by links: one that is renamed
 * over another on the host is the other from then on, whole, for whoever opens it.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inside } from './inside.ts';
import { createMemoryFolder } from './private-folder.ts';

export interface LiveFile {
  /** Absolute, as the program sees it. */
  readonly path: string;
  readonly content: string;
}

export interface LiveFiles {
  /** Path inside → folder of the host. */
  readonly shown: ReadonlyMap<string, string>;
  /** Path inside → what it leads to, inside. */
  readonly links: ReadonlyMap<string, string>;
  /** Those of them whose content is another one now; each old or new at any moment. Throws where one cannot be written. */
  readonly replace: (files: readonly LiveFile[]) => readonly string[];
  readonly close: () => void;
}

/** Throws where this machine has no folder that is held in memory. */
export function openLiveFiles(files: readonly LiveFile[]): LiveFiles {
  const folder = createMemoryFolder();
  const known = new Map<string, { readonly name: string; content: string }>();
  const write = (name: string, content: string): void => {
    const next = join(folder.path, `.${name}`);
    try {
      writeFileSync(next, content, { mode: 0o400, flag: 'wx' });
      renameSync(next, join(folder.path, name));
    } catch (error) {
      rmSync(next, { force: true });
      throw error;
    }
  };
  try {
    for (const [index, { path, content }] of files.entries()) {
      const name = String(index);
      write(name, content);
      known.set(path, { name, content });
    }
  } catch (error) {
    folder.remove();
    throw error;
  }
  return {
    shown: new Map([[inside.live, folder.path]]),
    links: new Map([...known].map(([path, { name }]) => [path, `${inside.live}/${name}`])),
    replace: (next) =>
      next.flatMap(({ path, content }) => {
        const file = known.get(path);
        if (!file || file.content === content) return [];
        write(file.name, content);
        file.content = content;
        return [path];
      }),
    close: folder.remove,
  };
}
