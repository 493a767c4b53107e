import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Two spellings of one place must be seen as one, also when nothing is there yet. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }
}
