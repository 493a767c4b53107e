/** Folders for tests: laid down, looked at by other programs than ours, and turned into trees. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { BytePath, Tree, TreeEntry } from '../../../src/ir/workspace.ts';

/** A text is a file; executable when it begins with `#!`. */
export type Laid = string | { readonly link: string } | { readonly fifo: true } | { readonly folder: true };
/** Paths as bytes: each character one of them. */
export type Layout = Readonly<Record<BytePath, Laid>>;

export const at = (root: string, path: BytePath): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);

export function layDown(root: string, layout: Layout): void {
  mkdirSync(root, { recursive: true });
  for (const [path, laid] of Object.entries(layout)) {
    const place = at(root, path);
    mkdirSync(at(root, dirname(path)), { recursive: true });
    if (typeof laid === 'string') {
      writeFileSync(place, laid);
      chmodSync(place, laid.startsWith('#!') ? 0o755 : 0o644);
    } else if ('link' in laid) symlinkSync(Buffer.from(laid.link, 'latin1'), place);
    else if ('folder' in laid) mkdirSync(place, { recursive: true });
    else spawnSync('mkfifo', [place.toString('utf8')]);
  }
}

/** Without `.git`, as a snapshot has it. */
export function treeAt(root: string): Tree {
  const found: [BytePath, TreeEntry][] = [];
  const walk = (folder: BytePath): void => {
    for (const bytes of readdirSync(folder === '' ? root : at(root, folder), { encoding: 'buffer' })) {
      const name = bytes.toString('latin1');
      if (name === '.git' || name.startsWith('.headgate-staging-')) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      found.push([path, entryAt(at(root, path))]);
      if (lstatSync(at(root, path)).isDirectory()) walk(path);
    }
  };
  walk('');
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function entryAt(place: Buffer): TreeEntry {
  const stat = lstatSync(place);
  if (stat.isDirectory()) return { kind: 'folder' };
  if (stat.isSymbolicLink())
    return { kind: 'link', target: readlinkSync(place, { encoding: 'buffer' }).toString('latin1') };
  if (!stat.isFile()) return { kind: 'other' };
  const hash = createHash('sha256').update(readFileSync(place)).digest('hex');
  return { kind: 'file', executable: (stat.mode & 0o100) !== 0, size: stat.size, hash };
}

/** What rsync would have to do: nothing for equal trees. Content counts, and links, and whether a file is executable. */
export function differences(a: string, b: string): string {
  const args = ['-nrlcDE', '--delete', '--itemize-changes', '--exclude=.git', `${a}/`, `${b}/`];
  const { status, stdout, stderr } = spawnSync('rsync', args, { encoding: 'latin1' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Everything that `stat` knows of a tree but the times of its folders and of access; a line each. */
export function statsOf(root: string): string {
  const args = [
    root,
    '-mindepth',
    '1',
    '-type',
    'd',
    '-printf',
    '%P %y %i %m %U\\0',
    '-o',
    '-mindepth',
    '1',
    '-printf',
    '%P %y %i %m %U %s %T@ %l\\0',
  ];
  const { status, stdout, stderr } = spawnSync('find', args, { encoding: 'latin1', maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\0').sort().join('\n');
}

/** Names, kinds, modes and content of a tree, without what differs from machine to machine. */
export function contentOf(root: string): string {
  const { status, stdout, stderr } = spawnSync(
    'sh',
    [
      '-c',
      `cd "$1" && find . -printf '%P %y %m %l\\0' | sort -z && find . -type f -print0 | sort -z | xargs -0 -r sha256sum`,
      'sh',
      root,
    ],
    { encoding: 'latin1', maxBuffer: 1 << 30 },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
