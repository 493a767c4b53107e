/**
 * Reading a folder that somebody else has filled as they liked. Every name is opened below a folder that is held open, and no link is
 * followed, so nothing outside of it is read, whatever is put in its place meanwhile.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Deeper than this nothing is opened. */
export const mostDepth = 64;

export const pathBelow = (folder: number, name: string): string => `/proc/self/fd/${folder}/${name}`;

/** Undefined where no folder of that name is there. The caller closes it. */
export function openFolder(path: string): number | undefined {
  try {
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    return missing(error);
  }
}

/** With what is held of `path` below `folder`, undefined where one of its parts is no folder. */
export function withFolder<T>(folder: number, path: string, work: (inner: number) => T): T | undefined {
  const held: number[] = [];
  try {
    let at = folder;
    for (const name of path.split('/')) {
      if (!isName(name) || held.length > mostDepth) return undefined;
      const next = openFolder(pathBelow(at, name));
      if (next === undefined) return undefined;
      held.push(next);
      at = next;
    }
    return work(at);
  } finally {
    for (const one of held) closeSync(one);
  }
}

/** Undefined where it is not there, or is no ordinary file, or is larger. */
export function fileBelow(folder: number, path: string, most: number): Buffer | undefined {
  const cut = path.lastIndexOf('/');
  if (cut >= 0) return withFolder(folder, path.slice(0, cut), (inner) => fileBelow(inner, path.slice(cut + 1), most));
  if (!isName(path)) return undefined;
  let fd: number;
  try {
    fd = openSync(pathBelow(folder, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return missing(error);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > most) return undefined;
    const bytes = Buffer.alloc(stat.size);
    let read = 0;
    for (let more = 1; more > 0 && read < bytes.length; read += more)
      more = readSync(fd, bytes, read, bytes.length - read, read);
    return bytes.subarray(0, read);
  } finally {
    closeSync(fd);
  }
}

/** Of an ordinary file; undefined where there is none. */
export function sizeBelow(folder: number, path: string): number | undefined {
  const stat = statBelow(folder, path);
  return stat?.isFile() ? stat.size : undefined;
}

/** Undefined where nothing is there. */
export function statBelow(folder: number, path: string): Stats | undefined {
  const cut = path.lastIndexOf('/');
  if (cut >= 0) return withFolder(folder, path.slice(0, cut), (inner) => statBelow(inner, path.slice(cut + 1)));
  return isName(path) ? lstatSync(pathBelow(folder, path), { throwIfNoEntry: false }) : undefined;
}

/** Names that are text; others are nobody's that we look for. */
export const namesIn = (folder: number): readonly string[] => readdirSync(`/proc/self/fd/${folder}`).sort();

const isName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);

function missing(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EACCES'].includes(code ?? '')) return undefined;
  throw error;
}
