/** Where copies of workspaces lie in the state folder, and what is kept of their conflicts. */
import { join } from 'node:path';
import { digestOf } from '../../base/digest.ts';

export interface CopyPlaces {
  readonly folder: string;
  /** What is shown at /workspace. */
  readonly files: string;
  /** Written last, when the copy is whole. */
  readonly marker: string;
  /** What the copy had at conflicts, at the same paths. */
  readonly conflicts: string;
}

export function copyPlaces(stateDir: string, run: string, copy: string): CopyPlaces {
  const name = shortName(copy);
  const folder = join(stateDir, 'workspaces', run, name);
  return {
    folder,
    files: join(folder, 'files'),
    marker: join(folder, 'ready.json'),
    conflicts: join(stateDir, 'conflicts', run, name),
  };
}

/** A moniker may be longer than a file name; what is left of it is for people, and the digest tells copies apart. */
const shortName = (copy: string): string =>
  `${copy.replaceAll(/[^\w-]+/g, '-').slice(0, 40)}-${Buffer.from(digestOf(copy).slice('sha256:'.length), 'base64').toString('hex').slice(0, 12)}`;
