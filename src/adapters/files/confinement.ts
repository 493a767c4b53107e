import type { Confinement, Outside } from '../../ports/confinement.ts';
import { programRefusal } from '../sandbox/program-place.ts';
import { pathOfUrl } from './path-of-url.ts';
import type { ScenarioTree } from './scenario-tree.ts';

/** To the files of a tree; without one, to none. `isItself` answers of a URL whether it was read, and led to no link. */
export const confinedTo = (tree: ScenarioTree | undefined, isItself?: (url: string) => boolean): Confinement => ({
  file: (url) => ofPath(url, (path) => (tree ? tree.refusal(path, isItself?.(url)) : noTree)),
  program: (url) => ofPath(url, (path) => (tree ? programRefusal(path, tree) : noTree)),
});

/** What names no path here is told by whoever would read it. */
function ofPath(url: string, refusal: (path: string) => Outside | undefined): Outside | undefined {
  const path = pathOfUrl(url);
  return path === undefined ? undefined : refusal(path);
}

const noTree: Outside = {
  message: 'a scenario that was loaded from elsewhere names no files of this machine',
  help: 'use a copy of the scenario in a folder',
};
