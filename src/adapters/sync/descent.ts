/**
 * Places in a tree that somebody else may change at any time. Each folder on the way is opened by its one name and no link is followed, so
 * that whatever is done at a place is done in a folder that lies, or lay, in that tree.
 */
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import type { BytePath } from '../../ir/workspace.ts';
import { parentOf } from '../../ir/workspace-entry.ts';
import { bytesOf } from './byte-path.ts';
import { Told } from './told.ts';

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;

/** For system calls. What they name is looked for in an open folder. */
export type Place = Buffer;

export interface Descent {
  /** Undefined where its folder is not there, or something else is. Counts until the next call. */
  readonly at: (path: BytePath) => Place | undefined;
  /** Folders that were renamed into or out of survive a loss of power. What is not there any more is left out. */
  readonly sync: (folders: Iterable<BytePath>) => void;
  readonly close: () => void;
}

export const openFolder = (place: string | Place): number => openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

/** No name leads out of its folder. */
export function inFolder(fd: number, name: string): Place {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0'))
    throw new Told({
      code: 'workspace_bad_path',
      message: 'a path of the tree leads out of it',
      remedy: 'the record of this workspace was changed; start a new run',
    });
  return Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), bytesOf(name)]);
}

/** `root` is absolute, and no link. Throws as the system does. Two descriptors at most are open. */
export function openDescent(root: string): Descent {
  const top = openFolder(root);
  let held = { path: '', fd: top };
  const hold = (path: BytePath, fd: number): void => {
    if (held.fd !== top) closeSync(held.fd);
    held = { path, fd };
  };
  /** Of the folder, which is held. */
  const enter = (folder: BytePath): number | undefined => {
    if (folder === held.path) return held.fd;
    if (!folder.startsWith(held.path === '' ? '' : `${held.path}/`)) hold('', top);
    for (const name of folder.slice(held.path === '' ? 0 : held.path.length + 1).split('/')) {
      if (folder === '') break;
      const fd = openIfThere(inFolder(held.fd, name));
      if (fd === undefined) return undefined;
      hold(held.path === '' ? name : `${held.path}/${name}`, fd);
    }
    return held.fd;
  };
  return {
    at: (path) => {
      const folder = enter(parentOf(path));
      return folder === undefined ? undefined : inFolder(folder, path.slice(path.lastIndexOf('/') + 1));
    },
    sync: (folders) => {
      for (const folder of folders) {
        const fd = enter(folder);
        if (fd !== undefined) fsyncSync(fd);
      }
    },
    close: () => {
      hold('', top);
      closeSync(top);
    },
  };
}

function openIfThere(place: Place): number | undefined {
  try {
    return openFolder(place);
  } catch (error) {
    // A link in its place is ELOOP or ENOTDIR.
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
