/** Where copies of workspaces are, and what is kept of their conflicts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from '../../adapters/files/home.ts';
import { shortName } from '../environments/local/short-name.ts';
import { stateDirOf } from '../state/run-folder.ts';

export interface CopyPlaces {
  /** Of this copy alone. */
  readonly folder: string;
  /** What components find at /workspace. */
  readonly files: string;
  /** Written last: without it nothing was made. */
  readonly marker: string;
  /** Which branch a finalize that is not ended has moved. */
  readonly moved: string;
  /** What the copy had at each conflict, at the same path. */
  readonly conflicts: string;
}

/** On this machine. */
export function copyPlaces(stateDir: string, run: string, copy: string): CopyPlaces {
  const name = copyName(copy);
  const folder = join(stateDir, 'workspaces', run, name);
  return {
    folder,
    files: join(folder, 'files'),
    marker: join(folder, 'ready.json'),
    moved: join(folder, 'moved.json'),
    conflicts: join(stateDir, 'conflicts', run, name),
  };
}

/** What the source had at each conflict where the side of the copy was taken, beside what the copy had. */
export const sparedIn = (conflicts: string): string => `${conflicts}%source`;

/** As a part of a path: `src`, `src%3A%2Fbuild`. */
export const copyName = (copy: string): string => shortName(encodeURIComponent(copy));

/** What a run's copy is called where names are letters, digits, `.`, `_` and `-`: beside its source, and in the refs of that. */
export const copyNameIn = (run: string, copy: string): string => `${run}-${copyName(copy)}`.replaceAll('%', '_');

/** The same for every run of this user, wherever it keeps its state: two of them may have one source. Undefined for a user without a home. */
export function locksFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const folder = join(stateDirOf(env, undefined, '/'), 'locks');
  return env['XDG_STATE_HOME']?.startsWith('/') || existsSync(homeOf(env)) ? folder : undefined;
}

/** Where programs find it. */
export const workspaceInside = '/workspace';
export const workspaceVariable = 'HEADGATE_WORKSPACE';
