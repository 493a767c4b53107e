/**
 * The scenario's tree: the files of this machine that a manifest or a plan may name. Everything that reads, shows or starts a file on
 * behalf of a manifest asks here, and what counts is where the file really lies, links followed.
 */
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Outside } from '../../ports/confinement.ts';
import { homes, isHome, isInside, isTooWide } from '../sandbox/host-view.ts';
import { followLinks } from './links.ts';
import { packageFolder } from './package-folder.ts';

export interface ScenarioTree {
  /** Real path. */
  readonly folder: string;
  /**
   * Why the file at an absolute path is not for the scenario; undefined when it is, whether or not it is there. `isItself`: whoever has
   * opened it found no link there.
   */
  readonly refusal: (path: string, isItself?: boolean) => Outside | undefined;
  /** The folder at an absolute path, its top among them. */
  readonly holdsFolder: (path: string) => boolean;
}

/** Of the kernel, not of anybody's files. */
const kernel = ['/proc', '/sys', '/dev'] as const;

/** Finds the trees of many root manifests. Looks at each folder once, as long as it lives. */
export interface TreeFinder {
  /** Of the tree around the root manifest, as `treeOfRoot` has it. */
  readonly ofRoot: (rootManifest: string) => ScenarioTree;
}

export function createTreeFinder(): TreeFinder {
  const known = hostFacts();
  const trees = new Map<string, ScenarioTree>();
  const around = checkoutFinder(known.homes);
  const byFolder = new Map<string, ScenarioTree>();
  return {
    ofRoot: (rootManifest) => {
      const asked = dirname(cleaned(rootManifest));
      const before = byFolder.get(asked);
      if (before) return before;
      const folder = realPlace(asked);
      const top = around(folder) ?? folder;
      const tree = trees.get(top) ?? treeIn(top, known);
      trees.set(top, tree);
      byFolder.set(asked, tree);
      return tree;
    },
  };
}

/** The tree of a root manifest: `named`, else the nearest folder above that holds `.git`, else the manifest's own folder. */
export const treeOfRoot = (rootManifest: string, named?: string): ScenarioTree =>
  named === undefined ? createTreeFinder().ofRoot(rootManifest) : treeAt(named);

/** `folder` is the tree, and nothing around it. */
export const treeAt = (folder: string): ScenarioTree => treeIn(realPlace(resolve(folder)), hostFacts());

interface HostFacts {
  readonly homes: readonly string[];
  /** What headgate brings itself. */
  readonly own: string;
}

const hostFacts = (): HostFacts => ({ homes: homes(), own: realPlace(join(packageFolder(), 'manifests')) });

/** `top` is a real path. */
function treeIn(top: string, { homes, own }: HostFacts): ScenarioTree {
  const held = { top, wide: isTooWide(top, homes), own };
  const folders = new Map<string, Folder>();
  // Names of files are as many as files; their folders are few.
  const folderOf = (path: string): Folder => {
    const known = folders.get(path);
    if (known) return known;
    const real = realPlace(path);
    const found = { real, isHeldWhole: !held.wide && isInside(real, top) && !isKernel(real) };
    folders.set(path, found);
    return found;
  };
  const holds = (path: string, isItself = false): boolean => {
    const asked = cleaned(path);
    if (!isItself && !isPlain(asked)) return isHeld(realPlace(asked), held);
    const { real, isHeldWhole } = folderOf(dirname(asked));
    return isHeldWhole || isHeld(join(real, basename(asked)), held);
  };
  return {
    folder: top,
    refusal: (path, isItself) => (holds(path, isItself) ? undefined : outside),
    holdsFolder: (path) => folderOf(resolve(path)).real === top || holds(path),
  };
}

/** What has nothing to be cleaned of stays as it is: most paths are of URLs, and there may be many of them. */
const cleaned = (path: string): string =>
  sep === '/' && path.startsWith(sep) && !/\/(?:[./]|$)/.test(path) ? path : resolve(path);

interface Folder {
  /** Where it really lies. */
  readonly real: string;
  /** Whatever lies in it and is no link. */
  readonly isHeldWhole: boolean;
}

interface Held {
  readonly top: string;
  /** A home, or what holds everybody's things. */
  readonly wide: boolean;
  /** What headgate brings. */
  readonly own: string;
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
function isHeld(real: string, { top, wide, own }: Held): boolean {
  if (isKernel(real)) return false;
  if (isInside(real, own)) return true;
  if (!isInside(real, top) || real === top) return false;
  return !wide || (dirname(real) === top && !basename(real).startsWith('.'));
}

const isKernel = (real: string): boolean => kernel.some((folder) => isInside(real, folder));

/** Answers the nearest folder with `.git`, from a folder up. A checkout that is a home, or holds one, is not the scenario's. */
function checkoutFinder(known: readonly string[]): (folder: string) => string | undefined {
  const checkouts = new Map<string, string | undefined>();
  return (folder) => {
    const asked: string[] = [];
    let found: string | undefined;
    for (let above = folder; ; above = dirname(above)) {
      if (checkouts.has(above)) found = checkouts.get(above);
      else if (!isTooWide(above, known)) {
        asked.push(above);
        if (!isThere(join(above, '.git'))) continue;
        found = above;
      }
      break;
    }
    for (const one of asked) checkouts.set(one, found);
    return found;
  };
}

export const checkoutAround = (folder: string): string | undefined => checkoutFinder(homes())(folder);

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
