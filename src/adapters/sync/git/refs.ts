/** HEAD and branches, read from their files: git itself would read the settings of the repository first. */
import { closeSync } from 'node:fs';
import { fileBelow, mostDepth, namesIn, openFolder, withFolder } from './held-folder.ts';

export interface Head {
  /** Null where there is no commit yet. */
  readonly head: string | null;
  /** `refs/heads/…`; null where HEAD is detached. */
  readonly branch: string | null;
}

export const isCommitId = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** What git takes for the name of a branch, and no more than that. */
export function isRefName(name: string): boolean {
  if (!/^refs\/[^\s~^:?*[\\\0-\x20\x7f]+$/.test(name) || name.length > 1_000) return false;
  if (/\.\.|@\{|\/\/|\/$|\.$/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

const mostRef = 4_096;
const mostPacked = 256 * 1024 * 1024;
const mostLinks = 5;
const mostFolders = 4_000;

/** Undefined where it is no HEAD that anybody wrote for git. `gitDir` and `commonDir` are folders that are held open. */
export function readHead(gitDir: number, commonDir: number): Head | undefined {
  const text = fileBelow(gitDir, 'HEAD', mostRef)?.toString('utf8').trim();
  if (text === undefined) return undefined;
  if (isCommitId(text)) return { head: text, branch: null };
  const branch = /^ref: *(\S+)$/.exec(text)?.[1];
  if (branch === undefined || !branch.startsWith('refs/heads/') || !isRefName(branch)) return undefined;
  const head = readRef(commonDir, branch);
  return head === undefined ? { head: null, branch } : { head, branch };
}

/** The commit that it names, undefined where there is none. */
export const readRef = (commonDir: number, name: string): string | undefined =>
  looseRef(commonDir, name) ?? packedRefs(commonDir).get(name);

function looseRef(commonDir: number, name: string, links = 0): string | undefined {
  const text = fileBelow(commonDir, name, mostRef)?.toString('utf8').trim();
  if (text === undefined || isCommitId(text)) return text;
  const next = /^ref: *(\S+)$/.exec(text)?.[1];
  if (next === undefined || links >= mostLinks || !isRefName(next)) return undefined;
  return looseRef(commonDir, next, links + 1) ?? packedRefs(commonDir).get(next);
}

/** All of them, with the objects that they name, sorted; else why they are not known. Folders without a ref count too: there may be any number. */
export function allRefs(commonDir: number, most: number): ReadonlyMap<string, string> | string {
  const found = new Map(packedRefs(commonDir));
  const folders = ['refs'];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const at = folder;
    if (++seen > mostFolders + most) return `it has more than ${mostFolders + most} folders of refs`;
    if (at.split('/').length > mostDepth) return `it has refs that lie more than ${mostDepth} folders deep`;
    for (const name of withFolder(commonDir, at, namesIn) ?? []) {
      const path = `${at}/${name}`;
      if (path.includes('\ufffd')) return 'it has a ref whose name is not UTF-8';
      if (!isRefName(path)) continue;
      const id = looseRef(commonDir, path);
      if (id === undefined) folders.push(path);
      else if (found.set(path, id).size > most) break;
    }
    if (found.size > most || folders.length > mostFolders + most) break;
  }
  if (found.size > most || folders.length > 0) return `it has more than ${most} refs`;
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Those of these names that are there, in a repository that is the user's own. */
export function refsNamed(commonDir: string, names: Iterable<string>): ReadonlyMap<string, string> {
  const common = openFolder(`${commonDir}/.`);
  if (common === undefined) return new Map();
  try {
    const packed = packedRefs(common);
    return new Map(
      [...names].flatMap((name): [string, string][] => {
        const id = looseRef(common, name) ?? packed.get(name);
        return id === undefined ? [] : [[name, id]];
      }),
    );
  } finally {
    closeSync(common);
  }
}

/** Of a repository that is the user's own; sorted, and no more than `most` of them. */
export function refsBelow(commonDir: string, prefix: string, most: number): ReadonlyMap<string, string> {
  const common = openFolder(`${commonDir}/.`);
  if (common === undefined) return new Map();
  try {
    const found = new Map([...packedRefs(common)].filter(([name]) => name.startsWith(`${prefix}/`)));
    const folders = [prefix];
    for (let at = folders.pop(); at !== undefined && found.size < most; at = folders.pop()) {
      const folder = at;
      for (const name of withFolder(common, folder, namesIn) ?? []) {
        const path = `${folder}/${name}`;
        const id = isRefName(path) ? looseRef(common, path) : undefined;
        if (id !== undefined) found.set(path, id);
        else if (isRefName(path) && path.split('/').length < mostDepth) folders.push(path);
      }
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, most));
  } finally {
    closeSync(common);
  }
}

function packedRefs(commonDir: number): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  for (const line of (fileBelow(commonDir, 'packed-refs', mostPacked)?.toString('utf8') ?? '').split('\n')) {
    const [id = '', name = ''] = line.split(' ');
    if (isCommitId(id) && isRefName(name)) refs.set(name, id);
  }
  return refs;
}

/** Of a repository that is the user's own: links on the way to it count. */
export function headOf(gitDir: string, commonDir: string): Head | undefined {
  const own = openFolder(`${gitDir}/.`);
  const common = openFolder(`${commonDir}/.`);
  try {
    return own === undefined || common === undefined ? undefined : readHead(own, common);
  } finally {
    if (own !== undefined) closeSync(own);
    if (common !== undefined) closeSync(common);
  }
}
