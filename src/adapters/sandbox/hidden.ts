/** Files and folders of the host that no sandbox may show, not even as a part of something else. */
import { realPlace } from '../files/scenario-tree.ts';
import { isInside, isSystemPath } from './host-view.ts';

export interface HiddenPlace {
  /** Absolute; need not exist yet. */
  readonly path: string;
  /** What it is, for messages. */
  readonly what: string;
  /** What whoever reads it has. */
  readonly tells: string;
}

export interface ShownPlace extends HiddenPlace {
  /** What would be shown of the host. */
  readonly folder: string;
}

/** The first that lies in one of the folders, by its own path or by the one that it really has, or in a part of the system. */
export function firstShown(hidden: readonly HiddenPlace[], folders: readonly string[]): ShownPlace | undefined {
  const shown = folders.flatMap((folder) => [folder, realPlace(folder)]);
  for (const place of hidden)
    for (const path of new Set([place.path, realPlace(place.path)])) {
      const folder = isSystemPath(path) ? path : shown.find((one) => isInside(path, one));
      if (folder !== undefined) return { ...place, folder };
    }
  return undefined;
}

export function shownText({ path, what, tells, folder }: ShownPlace): string {
  const where =
    folder === path ? 'lies where every program can read it' : `lies in \`${folder}\`, which is shown to programs`;
  return `${what}, \`${path}\`, ${where}: ${tells}`;
}

export const keepElsewhere =
  'keep it in a folder of your own that holds no manifest and no program, such as `~/.config/headgate`';
