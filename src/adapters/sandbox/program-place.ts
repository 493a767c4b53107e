/**
 * What of the host a program may be, and what is shown around it. The manifest chooses the path, so what lies beside the file is shown
 * only where it is the scenario's, the system's, or installed for everybody or by the user.
 */
import { basename, delimiter, dirname, join } from 'node:path';
import type { Outside } from '../../ports/confinement.ts';
import { realPlace, type ScenarioTree } from '../files/scenario-tree.ts';
import { installationAround, installationOf, isInside, isSystemPath, isTooWide } from './host-view.ts';
import { statOf } from './look.ts';

/** Why a relative path is not a program of the scenario: it leads, links followed, to none of its files and to no installed program. */
export function programRefusal(path: string, tree: ScenarioTree): Outside | undefined {
  const real = realPlace(path);
  return isSystemPath(real) || isInstalled(real) || tree.holdsFolder(real) ? undefined : tree.refusal(real);
}

/** The folder or file to show so that a program runs; `tree` is absent for what no manifest chose. */
export function shownFor(program: string, tree: ScenarioTree | undefined): string {
  const around = installationAround(program);
  if (around !== undefined && (isInstalled(program) || tree?.holdsFolder(around))) return around;
  const folder = dirname(program);
  return tree?.holdsFolder(folder) && !isTooWide(realPlace(folder)) ? folder : program;
}

/** In an installation that everybody can read, or whose programs the user has on the PATH, or that runs headgate. */
function isInstalled(program: string): boolean {
  const around = installationAround(program);
  if (around === undefined) return false;
  return isInside(program, installationOf(process.execPath)) || isOnPath(program) || isOpen(around);
}

/** A version manager has a folder of shims on the PATH, and what they stand for beside it. */
function isOnPath(program: string): boolean {
  const folder = dirname(program);
  return (process.env['PATH'] ?? '').split(delimiter).some((one) => {
    if (one === '') return false;
    return (
      one === folder ||
      realPlace(one) === folder ||
      (basename(one) === 'shims' && isInside(folder, join(dirname(one), 'versions')))
    );
  });
}

/** Everybody can enter it, and read what is in it. */
function isOpen(folder: string): boolean {
  const mode = statOf(folder)?.mode ?? 0;
  if ((mode & 0o005) !== 0o005) return false;
  for (let above = dirname(folder); dirname(above) !== above; above = dirname(above))
    if (((statOf(above)?.mode ?? 0) & 0o001) === 0) return false;
  return true;
}
