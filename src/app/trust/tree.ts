/** The tree of a scenario: what its settings may name without having asked. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { digestOfFileSync } from '../../adapters/files/digest-of-file.ts';
import { realPlace } from '../../adapters/files/scenario-tree.ts';
import type { Place } from './rows.ts';

/** Of settings in a real folder: up to the nearest folder with `.git`, else that folder. */
export function treeOf(folder: string): string {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return above;
    if (dirname(above) === above) return folder;
  }
}

/** `seenFrom` is what paths start at, where that is a link to the folder. */
export function placeOf(folder: string, seenFrom: string = folder): Place {
  const tree = treeOf(folder);
  return {
    digestOf: (path) => digestOfFileSync(resolve(seenFrom, path)),
    outside: (path) => {
      // `~` is a home, whichever.
      if (path.startsWith('~')) return path;
      const real = realPlace(resolve(seenFrom, path));
      const way = relative(tree, real);
      return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? real : undefined;
    },
  };
}
