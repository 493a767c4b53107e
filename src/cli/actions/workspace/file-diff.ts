/** How one path of the source differs from a copy's: the lines of a text, or in words what the two are. */
import { isUtf8 } from 'node:buffer';
import { pathText } from '../../../adapters/sync/byte-path.ts';
import { type ReadInside, readInside } from '../../../adapters/sync/read-inside.ts';
import { unifiedDiff } from '../../../base/line-diff.ts';
import type { TreeEntry } from '../../../ir/workspace.ts';
import { type ComparedPath, turnOf } from '../../../plan/workspaces/compare.ts';

export interface FileDiff {
  /** In the unified form, of UTF-8 texts. */
  readonly diff?: string;
  /** Why there is none, or what differs besides: one line each. */
  readonly notes: readonly string[];
}

/** Of one side; a larger one is named with its size. */
export const maxTextBytes = 1024 * 1024;
/** Beyond them a text is named with its size as well. */
const maxLines = 50_000;

/** From what the source has now to what the copy has; undefined where those two are the same. */
export function fileDiff(
  { path, local, remote }: Pick<ComparedPath, 'path' | 'local' | 'remote'>,
  roots: { readonly source: string; readonly copy: string },
): FileDiff | undefined {
  if (turnOf(local, remote) === 'same') return undefined;
  const [before, after] = [sideOf(local), sideOf(remote)];
  const isText = (entry: TreeEntry | undefined): boolean => entry === undefined || entry.kind === 'file';
  if (!isText(local) || !isText(remote)) return { notes: [`${before} -> ${after}`] };
  const notes = modeNote(local, remote);
  if (local?.kind === 'file' && remote?.kind === 'file' && local.hash === remote.hash) return { notes };
  const [old, now] = [textAt(roots.source, path, local), textAt(roots.copy, path, remote)];
  if (typeof old !== 'object') return { notes: [...notes, `${before} -> ${after}: the source's is ${old}`] };
  if (typeof now !== 'object') return { notes: [...notes, `${before} -> ${after}: the copy's is ${now}`] };
  const diff = unifiedDiff(pathText(path), old.text, now.text);
  // Both are empty, or somebody has edited one of them since it was looked at.
  return diff === '' ? { notes: [...notes, `${before} -> ${after}`] } : { diff, notes };
}

/** What there is, in words. */
export function sideOf(entry: TreeEntry | undefined): string {
  switch (entry?.kind) {
    case undefined:
      return 'nothing';
    case 'file':
      return `${entry.executable ? 'an executable file' : 'a file'} of ${entry.size} ${entry.size === 1 ? 'byte' : 'bytes'}`;
    case 'link':
      return `a link to ${pathText(entry.target)}`;
    case 'folder':
      return 'a folder';
    case 'other':
      return 'a pipe, a socket or a device';
  }
}

function modeNote(local: TreeEntry | undefined, remote: TreeEntry | undefined): readonly string[] {
  if (local?.kind !== 'file' || remote?.kind !== 'file' || local.executable === remote.executable) return [];
  return [remote.executable ? 'it becomes executable' : 'it is executable no longer'];
}

/** A text says why its lines are not shown. */
function textAt(root: string, path: string, entry: TreeEntry | undefined): { readonly text: string } | string {
  if (entry === undefined) return { text: '' };
  const read = readInside(root, path, maxTextBytes);
  if (!('bytes' in read)) return whyNot(read);
  const { bytes } = read;
  if (bytes.includes(0) || !isUtf8(bytes)) return 'not a text in UTF-8';
  const text = bytes.toString('utf8');
  return text.split('\n').length > maxLines ? `over ${maxLines} lines` : { text };
}

function whyNot({ not }: Exclude<ReadInside, { readonly bytes: Buffer }>): string {
  switch (not) {
    case 'there':
      return 'no longer there';
    case 'a file':
      return 'no longer a file';
    case 'small':
      return `over ${maxTextBytes} bytes`;
    case 'readable':
      return 'not readable';
  }
}
