/** The scenario's tree as the command line has it: of each input, or what `--root` names for all. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ioReason } from '../adapters/files/io-reason.ts';
import {
  createTreeFinder,
  rootFault,
  type ScenarioTree,
  type TreeFinder,
  treeAt,
  treeOfRoot,
} from '../adapters/files/scenario-tree.ts';
import type { Cli } from './cli.ts';
import type { SharedFlags } from './flags.ts';
import { localPath } from './local-path.ts';
import { UsageError } from './usage-error.ts';

/** Absolute; undefined where none was named. */
export function rootFrom({ root }: Pick<SharedFlags, 'root'>, { cwd }: Pick<Cli, 'cwd'>): string | undefined {
  if (root === undefined) return undefined;
  const folder = resolve(cwd, root);
  const fault = folderFault(folder);
  if (fault !== undefined) throw new UsageError(`--root takes a folder, and was given \`${root}\`: ${fault}`);
  const unfit = rootFault(folder);
  if (unfit !== undefined) throw new UsageError(`--root cannot be \`${root}\`: ${unfit}`);
  return folder;
}

/** Of `--source-dir`, absolute; undefined where none was named. */
export function sourceDirFrom(sourceDir: string | undefined, { cwd }: Pick<Cli, 'cwd'>): string | undefined {
  if (sourceDir === undefined) return undefined;
  const folder = resolve(cwd, sourceDir);
  const fault = folderFault(folder);
  if (fault === undefined) return folder;
  throw new UsageError(
    `--source-dir \`${sourceDir}\`: ${fault}; name the folder that held the root manifest when the plan was made, or leave it away`,
  );
}

export function askedFrom({ allowUrl = [] }: Pick<SharedFlags, 'allowUrl'>): readonly string[] {
  for (const given of allowUrl) {
    if (!isAskable(given)) throw new UsageError(`--allow-url takes an http or https URL, and was given \`${given}\``);
  }
  return allowUrl;
}

/** Answers the tree of an input by its URL: what `--root` names, for all of them. Undefined for a scenario from elsewhere. */
export type TreeOf = (url: string) => ScenarioTree | undefined;

/** Looks at each folder once, as long as it lives. */
export function createTreeOf(root: string | undefined): TreeOf {
  const named = root === undefined ? undefined : treeAt(root);
  let finder: TreeFinder | undefined;
  return (url) => {
    if (named) return named;
    const path = localPath(url);
    if (path === undefined) return undefined;
    finder ??= createTreeFinder();
    return finder.ofRoot(path);
  };
}

/** Of everything that a command was given by path: what it writes over a link in one of these stays in it. */
export function treesOf(given: readonly string[], cwd: string, root?: string): readonly ScenarioTree[] {
  if (root !== undefined) return [treeAt(root)];
  return given.flatMap((one) => {
    const path = /^(https?|file):/i.test(one) && URL.canParse(one) ? localPath(one) : resolve(cwd, one);
    if (path === undefined) return [];
    return [treeOfRoot(isFolder(path) ? join(path, 'scenario.yaml') : path)];
  });
}

function folderFault(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'it is not a folder';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'there is no such folder' : ioReason(error as NodeJS.ErrnoException).reason;
  }
}

/** What is wrong with a path is told by whoever reads it. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Without the `*` that may stand at its end. */
const isAskable = (text: string): boolean => {
  const url = text.replace(/\*$/, '');
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
};
