/** Where headgate finds the programs that it starts for itself, such as bubblewrap. */
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { statOf } from '../sandbox/look.ts';

/** The system's own folders. What the shell's PATH says does not count: it may name a folder that somebody else writes to. */
export const systemFolders: readonly string[] = [
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/run/current-system/sw/bin',
];

/** The absolute path of a program by its bare name, undefined where it is not installed. Node is the one that runs. */
export function systemProgram(name: string): string | undefined {
  if (name.includes('/')) throw new Error(`${name} is not the bare name of a program`);
  const folders = name === 'node' ? [dirname(process.execPath)] : systemFolders;
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  if (statOf(path)?.isFile() !== true) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
