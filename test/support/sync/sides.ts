/** One example with all that can happen to a path, for those who apply it in different circumstances. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Layout, layDown } from './files.ts';

const same: Layout = {
  'same.txt': 'same',
  'kept/same': 'same too',
  'kept/empty': { folder: true },
  'link-same': { link: 'same.txt' },
};

const before: Layout = {
  ...same,
  'changed.txt': 'before',
  'dir/changed': 'before',
  'tool.sh': 'echo 1',
  'program.sh': '#!/bin/sh',
  link: { link: 'same.txt' },
  'link-to-file': { link: 'same.txt' },
  'file-to-link': 'a file',
  'file-to-folder': 'a file',
  'folder-to-file/in/deep': 'deep',
  'folder-to-file/in/other': 'other',
  'gone/a/b': 'b',
  'gone/c': 'c',
  'gone-but-kept/old': 'old',
  README: 'read me',
  'Case/a': 'in a folder',
  'both-gone': 'both',
  'both-changed': 'before',
  'edited-here': 'before',
  'conflict.txt': 'before',
  'edited-there-gone-here': 'before',
  'gone-there-edited-here': 'before',
  'new\nline': 'before',
  'not \xff\xfe utf-8': 'before',
};

const ours: Layout = {
  ...before,
  'both-changed': 'after',
  'edited-here': 'by the user',
  'conflict.txt': 'by the user',
  'gone-there-edited-here': 'by the user',
  'gone-but-kept/new': 'of the user',
  'added-here/new': 'of the user',
  pipe: { fifo: true },
};

const theirs: Layout = {
  ...same,
  'changed.txt': 'after, by the task',
  'dir/changed': 'after',
  'dir/added': 'added',
  'added/with/folders': 'added',
  'added/empty': { folder: true },
  'tool.sh': 'echo 1',
  'program.sh': '#!/bin/sh\n',
  link: { link: 'dir/changed' },
  'link-to-file': 'now a file',
  'file-to-link': { link: '../outside' },
  'file-to-folder/now': 'a folder',
  'file-to-folder/and/deep': 'too',
  'folder-to-file': 'now a file',
  readme: 'read me',
  'case/a': 'in a folder',
  'both-changed': 'after',
  'edited-here': 'before',
  'conflict.txt': 'by the task',
  'edited-there-gone-here': 'by the task',
  'new\nline': 'after',
  'not \xff\xfe utf-8': 'after',
  'new \xff\n/\x80': 'added',
  'task-pipe': { fifo: true },
};

/** What `keep_local` makes of it; without the pipe, which stays where it is. */
const result: Layout = {
  ...theirs,
  'edited-here': 'by the user',
  'conflict.txt': 'by the user',
  'gone-there-edited-here': 'by the user',
  'gone-but-kept/new': 'of the user',
  'added-here/new': 'of the user',
  pipe: { fifo: true },
};

const without = (layout: Layout, ...paths: readonly string[]): Layout =>
  Object.fromEntries(Object.entries(layout).filter(([path]) => !paths.includes(path)));

export const conflicting: readonly string[] = ['conflict.txt', 'edited-there-gone-here', 'gone-there-edited-here'];

export interface Sides {
  readonly folder: string;
  readonly base: string;
  readonly target: string;
  readonly copy: string;
  readonly wanted: string;
}

/** The target lies in a folder of its own, in which its staging folder can be seen. */
export function laySides(folder: string): Sides {
  const sides = {
    folder,
    base: join(folder, 'base'),
    target: join(folder, 'around', 'target'),
    copy: join(folder, 'copy'),
    wanted: join(folder, 'wanted'),
  };
  mkdirSync(folder, { recursive: true });
  layDown(sides.base, before);
  layDown(sides.target, without(ours, 'both-gone', 'edited-there-gone-here'));
  layDown(sides.copy, theirs);
  layDown(sides.wanted, without(result, 'edited-there-gone-here', 'task-pipe'));
  return sides;
}
