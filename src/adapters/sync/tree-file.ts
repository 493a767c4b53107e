/**
 * A tree as bytes: for the store, and for its digest, which says what a tree is. Text of one line an entry, in the order of
 * `comparePaths`; the same tree gives the same bytes.
 *
 *     headgate tree 1
 *     folder<TAB>src
 *     file<TAB>rw|rwx<TAB>SIZE<TAB>SHA-256<TAB>src/main.ts
 *     link<TAB>src/main.ts<TAB>TARGET
 *     other<TAB>run/socket
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { BytePath, Tree, TreeEntry } from '../../ir/workspace.ts';
import { bytePathOf, comparePaths, pathText } from './byte-path.ts';

const heading = 'headgate tree 1';
/** Of lines that are joined before they become bytes: a tree of 100,000 entries would else be one text of twenty megabytes. */
const linesAtOnce = 2048;

export function treeBytes(tree: Tree): Uint8Array {
  return Buffer.concat([...partsOf(tree)]);
}

/** `sha256:` and 64 hexadecimal digits: equal for two trees if and only if they are the same. */
export function treeDigest(tree: Tree): string {
  const hash = createHash('sha256');
  for (const part of partsOf(tree)) hash.update(part);
  return `sha256:${hash.digest('hex')}`;
}

/** The fault is told in words that follow "the tree cannot be read: ". Nothing but what `treeBytes` makes is taken. */
export function treeFrom(bytes: Uint8Array): { readonly tree: Tree } | { readonly fault: string } {
  // What a decoder would put in the place of other bytes is a name, too.
  if (!isUtf8(bytes)) return { fault: 'it is not UTF-8' };
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n');
  if (lines[0] !== heading) return { fault: `it does not begin with \`${heading}\`` };
  if (lines.length < 2 || lines.pop() !== '') return { fault: 'its end is missing' };
  const tree = new Map<BytePath, TreeEntry>();
  let last = '';
  for (let i = 1; i < lines.length; i++) {
    const read = entryOf(lines[i] as string);
    const fault = read === undefined ? 'is not an entry' : placeFault(read[0], last, tree);
    if (read === undefined || fault !== undefined) return { fault: `line ${i + 1} ${fault}` };
    last = read[0];
    tree.set(last, read[1]);
  }
  return { tree };
}

function* partsOf(tree: Tree): Generator<Buffer> {
  const paths = inOrder([...tree.keys()]);
  yield Buffer.from(`${heading}\n`);
  for (let from = 0; from < paths.length; from += linesAtOnce) {
    let text = '';
    for (const path of paths.slice(from, from + linesAtOnce)) text += lineOf(path, tree.get(path) as TreeEntry);
    yield Buffer.from(text);
  }
}

/** A snapshot gives them in order already, and to see that is cheaper than to sort. */
function inOrder(paths: BytePath[]): BytePath[] {
  for (let i = 1; i < paths.length; i++)
    if (comparePaths(paths[i - 1] as BytePath, paths[i] as BytePath) > 0) return paths.sort(comparePaths);
  return paths;
}

function lineOf(path: BytePath, entry: TreeEntry): string {
  if (entry.kind === 'file')
    return `file\t${entry.executable ? 'rwx' : 'rw'}\t${entry.size}\t${entry.hash}\t${pathText(path)}\n`;
  if (entry.kind === 'link') return `link\t${pathText(path)}\t${pathText(entry.target)}\n`;
  return `${entry.kind}\t${pathText(path)}\n`;
}

const FILE = /^file\t(rwx?)\t(0|[1-9]\d{0,15})\t([0-9a-f]{64})\t([^\t]+)$/;
const LINK = /^link\t([^\t]+)\t([^\t]+)$/;
const NEITHER = /^(folder|other)\t([^\t]+)$/;

function entryOf(line: string): readonly [BytePath, TreeEntry] | undefined {
  const file = FILE.exec(line);
  if (file) {
    const [, mode, digits, hash = '', text = ''] = file;
    const size = Number(digits);
    if (!Number.isSafeInteger(size)) return undefined;
    return placed(text, { kind: 'file', executable: mode === 'rwx', size, hash });
  }
  const link = LINK.exec(line);
  if (link) {
    const target = exactly(link[2] as string);
    return target === undefined ? undefined : placed(link[1] as string, { kind: 'link', target });
  }
  const [, kind, text] = NEITHER.exec(line) ?? [];
  return text === undefined ? undefined : placed(text, { kind: kind === 'folder' ? 'folder' : 'other' });
}

function placed(text: string, entry: TreeEntry): readonly [BytePath, TreeEntry] | undefined {
  const path = exactly(text);
  return path === undefined ? undefined : [path, entry];
}

/** Only the one text that a path has. */
function exactly(text: string): BytePath | undefined {
  const path = bytePathOf(text);
  return path !== '' && !path.includes('\0') && pathText(path) === text ? path : undefined;
}

/** A tree that was written by somebody else must lead nowhere else. */
function placeFault(path: BytePath, last: BytePath, tree: Tree): string | undefined {
  if (last !== '' && comparePaths(last, path) >= 0) return 'is not in order';
  const names = path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..' || name === '.git'))
    return 'names a place that is in no tree';
  if (names.length > 1 && tree.get(path.slice(0, path.lastIndexOf('/')))?.kind !== 'folder')
    return 'lies in no folder of the tree';
  return undefined;
}
