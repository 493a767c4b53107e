/**
 * A folder that is held while something is written in it: what is put in the place of one of its parts meanwhile changes nothing. Where
 * the system has no /proc, its path is used as it is.
 */
import { closeSync, constants, existsSync, mkdirSync, openSync, readlinkSync, rmdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface OutputFolder {
  /** Of something in it. A link there is followed by whoever follows links. */
  readonly at: (name: string) => string;
  /** Takes away the folders that were made for it, as far as they are empty. */
  readonly unmake: () => void;
  readonly close: () => void;
}

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;
const flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/** `path` holds no link. Makes what is missing of it. Throws as the system does, and where it leads elsewhere by now. */
export function holdFolder(path: string): OutputFolder {
  const missing: string[] = [];
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) {
    missing.unshift(basename(there));
    there = dirname(there);
  }
  const made: string[] = [];
  const unmake = (): void => {
    for (const folder of made.splice(0).reverse()) {
      try {
        rmdirSync(folder);
      } catch {
        // Somebody else has put something there.
      }
    }
  };
  let held = hold(there, there);
  try {
    for (const name of missing) {
      there = join(there, name);
      if (makeOne(held.at(name))) made.push(there);
      const inner = hold(held.at(name), there);
      held.close();
      held = inner;
    }
  } catch (error) {
    held.close();
    unmake();
    throw error;
  }
  return { ...held, unmake };
}

/** The same of a folder that has to be there. */
export const holdThere = (path: string): Pick<OutputFolder, 'at' | 'close'> => hold(path, path);

function hold(by: string, path: string): Pick<OutputFolder, 'at' | 'close'> {
  const fd = openSync(by, flags);
  const own = `/proc/self/fd/${fd}`;
  const close = (): void => closeSync(fd);
  let real: string | undefined;
  try {
    real = readlinkSync(own);
  } catch {
    return { at: (name) => join(path, name), close };
  }
  if (real !== path) {
    close();
    throw new Error(`\`${path}\` leads elsewhere now`);
  }
  return { at: (name) => `${own}/${name}`, close };
}

/** False where another process was faster. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
