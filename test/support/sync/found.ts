/** What GNU find and sha256sum say of a folder, in the words of a tree: an oracle that shares no code with the walker. */
import { execFileSync } from 'node:child_process';
import type { BytePath, TreeEntry } from '../../../src/ir/workspace.ts';

/** Names are bytes, here in latin1, and never arguments. */
const said = (script: string, cwd: string): readonly string[] =>
  execFileSync('sh', ['-c', script], { cwd, maxBuffer: 1 << 28 })
    .toString('latin1')
    .split('\0')
    .slice(0, -1);

/** Without `.git`, at any depth. */
export function foundIn(root: string): ReadonlyMap<BytePath, TreeEntry> {
  const find = 'find . -mindepth 1 -name .git -prune -o -mindepth 1';
  const hashes = new Map<BytePath, string>();
  for (const line of said(`${find} -type f -print0 | xargs -0 -r sha256sum -z`, root))
    hashes.set(line.slice(68), line.slice(0, 64));
  const lines = said(`${find} -printf '%y\\t%m\\t%s\\t%P\\0%l\\0'`, root);
  const tree = new Map<BytePath, TreeEntry>();
  for (let i = 0; i < lines.length; i += 2) {
    const [type = '', mode = '', size = '', ...rest] = (lines[i] as string).split('\t');
    const path = rest.join('\t');
    const hash = hashes.get(path) ?? '';
    const executable = (Number.parseInt(mode, 8) & 0o100) !== 0;
    if (type === 'd') tree.set(path, { kind: 'folder' });
    else if (type === 'l') tree.set(path, { kind: 'link', target: lines[i + 1] as string });
    else tree.set(path, type === 'f' ? { kind: 'file', executable, size: Number(size), hash } : { kind: 'other' });
  }
  return tree;
}

/** In one order, for comparing. */
export const listed = (tree: ReadonlyMap<BytePath, TreeEntry>): readonly (readonly [BytePath, TreeEntry])[] =>
  [...tree].sort(([a], [b]) => (a < b ? -1 : 1));
