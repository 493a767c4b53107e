/** Repositories below the root of a workspace. Files of theirs travel, and what git has of them never does. */
import { closeSync, lstatSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { BytePath, Tree } from '../../ir/workspace.ts';
import { parentOf } from '../../ir/workspace-entry.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { makeFolders } from '../files/make-folders.ts';
import { nameOfText, pathOfBytes, pathText } from './byte-path.ts';
import { type Descent, openDescent, openFolder, type Place } from './descent.ts';
import type { SyncFault } from './fault.ts';
import { statOf } from './look.ts';
import { type Doing, faultOf } from './told.ts';

/** Folders that are the top of a working tree, without the root; only those that a snapshot has looked into. O(folders). */
export function nestedIn(root: string, tree: Tree): readonly BytePath[] {
  const at = openDescent(root);
  try {
    return foldersOf(tree).filter((path) => statOf(at.at(`${path}/.git`)) !== undefined);
  } finally {
    at.close();
  }
}

const foldersOf = (tree: Tree): readonly BytePath[] =>
  [...tree].flatMap(([path, { kind }]) => (kind === 'folder' ? [path] : [])).sort();

export interface KeptRepository {
  /** What it was in the copy, as it is shown: `nested/.git`. */
  readonly path: string;
  /** Absolute: a repository without a working tree. */
  readonly kept: string;
}

export interface KeepRepositories {
  readonly copyRoot: string;
  readonly tree: Tree;
  /** Its own repository is told of elsewhere, but for those of submodules that a task has added. */
  readonly isGit: boolean;
  /** Absolute; made where there is something to keep. */
  readonly into: string;
}

/**
 * Moves what a task has made out of a copy that is going to be removed. May be done again after a crash: where each goes to is written
 * down first. One that holds no object is left, since nothing is in it.
 */
export function keepRepositories(
  request: KeepRepositories,
): { readonly repositories: readonly KeptRepository[] } | { readonly fault: SyncFault } {
  const { copyRoot, tree, isGit, into } = request;
  const doing: Doing = { what: 'read', root: copyRoot };
  const open: Descent[] = [];
  try {
    const from = openDescent(copyRoot);
    open.push(from);
    const own = isGit ? modulesIn(from) : ['.git'];
    const all = [...own, ...foldersOf(tree).map((path) => `${path}/.git`)];
    const found = all.filter((path) => hasObjects(from, path));
    const list = join(into, 'repositories.json');
    const known = listIn(list);
    if (found.length === 0) return { repositories: there(known) };
    doing.what = 'write';
    doing.root = into;
    makeFolders(into, 0o700);
    const taken = new Set(known.map(({ kept }) => kept));
    const moves = found.map((path) => {
      const name = freeName(into, path, taken);
      return { path, name, told: { path: pathText(path), kept: join(into, nameOfText(pathText(name))) } };
    });
    atomicWrite(list, `${JSON.stringify([...known, ...moves.map(({ told }) => told)])}\n`);
    const to = openDescent(into);
    open.push(to);
    for (const { path, name } of moves) {
      doing.path = path;
      const source = from.at(path);
      const target = to.at(name);
      if (source !== undefined && target !== undefined) renameSync(source, target);
    }
    to.sync(['']);
    return { repositories: there([...known, ...moves.map(({ told }) => told)]) };
  } catch (error) {
    return { fault: faultOf(error, doing) };
  } finally {
    for (const descent of open) descent.close();
  }
}

const there = (all: readonly KeptRepository[]): readonly KeptRepository[] =>
  all.filter(({ kept }) => lstatSync(kept, { throwIfNoEntry: false }) !== undefined);

function listIn(file: string): readonly KeptRepository[] {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat === undefined ? [] : (JSON.parse(readFileSync(file, 'utf8')) as KeptRepository[]);
}

const mostName = 200;

/** One name without folders, so that none of the copy's can be in its way. */
function freeName(into: string, path: BytePath, taken: Set<string>): BytePath {
  const above = parentOf(path);
  const shown = path === '.git' ? 'top' : pathText(path.startsWith(modules) ? path : above).replaceAll('/', '%2F');
  for (let count = 0; ; count++) {
    const name = `${Buffer.from(shown).toString('latin1').slice(0, mostName)}${count === 0 ? '' : `-${count}`}.git`;
    const kept = join(into, nameOfText(pathText(name)));
    if (taken.has(kept) || lstatSync(kept, { throwIfNoEntry: false }) !== undefined) continue;
    taken.add(kept);
    return name;
  }
}

const modules = '.git/modules';
const mostModules = 10_000;

/** Repositories of submodules, whose names may have several parts. */
function modulesIn(from: Descent): readonly BytePath[] {
  const found: BytePath[] = [];
  const left = [modules];
  for (let seen = 0, at = left.pop(); at !== undefined && seen < mostModules; seen++, at = left.pop()) {
    const folder = at;
    if (isFolder(from.at(`${folder}/objects`))) found.push(folder);
    else left.push(...namesIn(from.at(folder)).map((name) => `${folder}/${name}`));
  }
  return found;
}

/** What is a file leads to a repository elsewhere, and is none. */
function hasObjects(from: Descent, path: BytePath): boolean {
  const objects = namesIn(from.at(`${path}/objects`));
  const isPacked = namesIn(from.at(`${path}/objects/pack`)).length > 0;
  return isPacked || objects.some((name) => name !== 'info' && name !== 'pack');
}

const isFolder = (place: Place | undefined): boolean => statOf(place)?.isDirectory() === true;

function namesIn(place: Place | undefined): readonly string[] {
  if (place === undefined || !isFolder(place)) return [];
  const fd = openFolder(place);
  try {
    return readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).map(pathOfBytes);
  } finally {
    closeSync(fd);
  }
}

/** Before a copy is made: git in one of these would act on the repository around it, since the copy has no other. */
export const nestedFault = (root: string, nested: readonly BytePath[]): SyncFault => {
  const named = nested.slice(0, 5).map((path) => `\`${pathText(path)}\``);
  const more = nested.length > named.length ? ` and ${nested.length - named.length} more` : '';
  const [first = ''] = nested;
  return {
    code: 'workspace_git_nested',
    path: first,
    message: `${named.join(', ')}${more} of \`${root}\` ${nested.length === 1 ? 'is a repository' : 'are repositories'} of ${nested.length === 1 ? 'its' : 'their'} own, a submodule or a clone, which the copy would not have: git in there would act on the repository around it`,
    remedy: `leave it out (\`exclude: ["${pathText(first)}"]\`), give it a workspace of its own, or declare this one as \`kind: dir\`, whose copy is no repository`,
  };
};
