/**
 * The scenario's tree: the files of this machine that a manifest or a plan may name. Everything that reads, shows or starts a file on
 * behalf of a manifest asks here, and what counts is where the file really lies, links followed.
 */
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Outside } from '../../ports/confinement.ts';
import { isHome, isInside, isTooWide } from '../sandbox/host-view.ts';
import { followLinks } from './links.ts';
import { packageFolder } from './package-folder.ts';

export interface ScenarioTree {
  /** Real path. */
  readonly folder: string;
  /** Why the file at an absolute path is not for the scenario; undefined when it is, whether or not it is there. */
  readonly refusal: (path: string) => Outside | undefined;
  /** The folder at an absolute path, its top among them. */
  readonly holdsFolder: (path: string) => boolean;
}

/** Of the kernel, not of anybody's files. */
const kernel = ['/proc', '/sys', '/dev'] as const;

/** The tree of a root manifest: `named`, else the nearest folder above that holds `.git`, else the manifest's own folder. */
export function treeOfRoot(rootManifest: string, named?: string): ScenarioTree {
  if (named !== undefined) return treeAt(named);
  const folder = realPlace(dirname(resolve(rootManifest)));
  return treeAt(checkoutAround(folder) ?? folder);
}

/** `folder` is the tree, and nothing around it. */
export function treeAt(folder: string): ScenarioTree {
  const top = realPlace(resolve(folder));
  const places = new Map<string, string>();
  // Names of files are as many as files; their folders are few.
  const folderOf = (path: string): string => {
    const known = places.get(path) ?? realPlace(path);
    places.set(path, known);
    return known;
  };
  const holds = (path: string): boolean => {
    const asked = resolve(path);
    const real = isPlain(asked) ? join(folderOf(dirname(asked)), basename(asked)) : realPlace(asked);
    return isHeld(real, top);
  };
  return {
    folder: top,
    refusal: (path) => (holds(path) ? undefined : outside),
    holdsFolder: (path) => folderOf(resolve(path)) === top || holds(path),
  };
}

/** Why a folder cannot be named as a tree; undefined when it can. */
export function rootFault(folder: string): string | undefined {
  const real = realPlace(resolve(folder));
  if (isKernel(real)) return 'it belongs to the kernel';
  return isHome(real) ? 'it holds a home, and a home as a whole is never shown' : undefined;
}

/**
 * A home, and what holds everybody's things, is never a tree as a whole: of these, what lies directly in it counts, and is not hidden.
 * What headgate itself brings is nobody's secret.
 */
function isHeld(real: string, top: string): boolean {
  if (isKernel(real)) return false;
  if (isInside(real, ownManifests())) return true;
  if (!isInside(real, top) || real === top) return false;
  return !isTooWide(top) || (dirname(real) === top && !basename(real).startsWith('.'));
}

const isKernel = (real: string): boolean => kernel.some((folder) => isInside(real, folder));
const ownManifests = (): string => realPlace(join(packageFolder(), 'manifests'));

/** The nearest folder with `.git`, from `folder` up. A checkout that is a home, or holds one, is not the scenario's. */
export function checkoutAround(folder: string): string | undefined {
  for (let above = folder; !isTooWide(above); above = dirname(above)) if (isThere(join(above, '.git'))) return above;
  return undefined;
}

/** Where a path leads; of what is not there, where it would be. */
export function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return followed(path) ?? unfollowed(path);
  }
}

function followed(path: string): string | undefined {
  try {
    return followLinks(resolve(path)).path;
  } catch {
    // Round in a circle, or closed to this user.
    return undefined;
  }
}

/** As far as it can be looked at. Nothing can be opened there. */
function unfollowed(path: string): string {
  const above = dirname(path);
  return above === path ? path : join(realPlace(above), basename(path));
}

/** Neither a link nor missing, so that its folder alone decides. */
function isPlain(path: string): boolean {
  try {
    return !lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

const isThere = (path: string): boolean => {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
};

/** The folder itself is not named: what is said of a scenario does not depend on where it lies. */
const outside: Outside = {
  message: "it lies outside of the scenario's tree",
  help: 'the tree is the checkout around the root manifest, or its folder where there is none; if you trust the scenario with more, name a folder around both: `--root DIR`',
};
