import { describe, expect, it } from 'vitest';
import type { Merge } from '../../../../src/ir/workspace.ts';
import { mergeBytes, mergeFrom } from '../../../../src/runtime/workspaces/merge-file.ts';

const a = { kind: 'file', executable: true, size: 1, hash: 'a'.repeat(64) } as const;
const merge: Merge = {
  changes: [
    { path: 'new', was: undefined, becomes: a },
    { path: 'na\u00efve\xff\n%', was: { kind: 'link', target: '\xfe/%41' }, becomes: { kind: 'folder' } },
    { path: 'gone', was: a, becomes: undefined },
  ],
  conflicts: [
    { path: 'x', kind: 'delete-update', base: a, local: undefined, remote: { kind: 'other' }, resolution: 'pending' },
  ],
};

describe('a merge as bytes', () => {
  it('is the same when it is read back, with nothing on a side, and names that are not UTF-8', () => {
    expect(mergeFrom(mergeBytes(merge))).toEqual(merge);
    expect(mergeFrom(mergeBytes({ changes: [], conflicts: [] }))).toEqual({ changes: [], conflicts: [] });
  });
});
