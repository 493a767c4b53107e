/** Links, followed one by one: also to what is not there, of which the system tells nothing. */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';

export interface Place {
  /** Holds no link any more; what is at its end need not be there. */
  readonly path: string;
  /** A link of the kernel, such as `/dev/stdout`: it leads to what is open, and is opened as it is. */
  readonly isMagic: boolean;
}

export interface Link {
  /** Real path. */
  readonly folder: string;
  readonly name: string;
  readonly stat: Stats;
}

/** As many as the kernel follows. */
const mostLinks = 40;

/** `path` is absolute. Throws, as the system does, for links that go round in a circle, and for what cannot be looked at. */
export function followLinks(path: string): Place & { readonly links: readonly Link[] } {
  const links: Link[] = [];
  const left = path.split(sep).reverse();
  let folder: string = sep;
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      folder = dirname(folder);
      continue;
    }
    const next = join(folder, name);
    const stat = linkStat(next);
    if (!stat?.isSymbolicLink()) {
      folder = next;
      continue;
    }
    if (folder === '/proc' || folder.startsWith('/proc/'))
      return { path: join(next, ...left.reverse()), isMagic: true, links };
    links.push({ folder, name, stat });
    if (links.length > mostLinks) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
    const target = readlinkSync(next);
    if (isAbsolute(target)) folder = sep;
    left.push(...target.split(sep).reverse());
  }
  return { path: folder, isMagic: false, links };
}

/** Undefined for what is not there, and below what is not a folder. */
function linkStat(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}
