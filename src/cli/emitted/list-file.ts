/** The list of an emit, in the folder that it is about, which is held. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { OutputFolder } from '../../adapters/files/output-folder.ts';
import { listName, readList, type WrittenList } from './list.ts';

type Held = Pick<OutputFolder, 'at'>;

interface Listed {
  readonly kind: string;
  readonly holds: readonly string[];
}

/** Something that is not of headgate is in the place of the list. */
export class ListFault extends Error {
  readonly remedy = 'remove it, or move it to another place';
}

/** Undefined where there is none. Throws for what is no file that can be read. */
export function listIn(
  folder: Held,
  { kind, holds }: Listed,
): { readonly text: string; readonly list: WrittenList } | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let fd: number;
  try {
    fd = openSync(folder.at(listName(kind)), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ListFault(`\`${listName(kind)}\` in it cannot be read`);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > mostBytes)
      throw new ListFault(`\`${listName(kind)}\` in it is not a list that headgate wrote`);
    const text = readFileSync(fd, 'utf8');
    return { text, list: readList(text, holds) };
  } finally {
    closeSync(fd);
  }
}

/** A line for each of more files than anybody has. */
const mostBytes = 64 * 1024 * 1024;

/** Whole or not at all, and on the disk. Of one that was cut off the temporary file is written again. */
export function putList(folder: Held, { kind }: Pick<Listed, 'kind'>, text: string): void {
  const name = listName(kind);
  const temporary = folder.at(`${name}.tmp`);
  if (lstatSync(temporary, { throwIfNoEntry: false })?.isDirectory())
    throw new ListFault(`\`${name}.tmp\` in it is a folder`);
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { flag: 'wx', flush: true });
    renameSync(temporary, folder.at(name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder.at('.'));
}

/** Some file systems sync no folders. */
function syncFolder(path: string): void {
  try {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // It comes to the disk later.
  }
}
