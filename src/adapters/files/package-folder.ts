import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this package is installed. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  // A single executable has no package around it, and takes none that happens to be above it.
  if (folder.startsWith('/$bunfs/')) return folder;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
