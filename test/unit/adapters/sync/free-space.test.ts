import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { needSpace, spaceFor } from '../../../../src/adapters/sync/free-space.ts';
import type { Change } from '../../../../src/ir/workspace.ts';

const file = (size: number): Change => ({
  path: 'f',
  was: undefined,
  becomes: { kind: 'file', executable: false, size, hash: '' },
});

describe('the space that changes need', () => {
  it('is in whole blocks, with names and their folder', () => {
    expect(spaceFor([], 4096)).toEqual({ bytes: 2 * 4096, inodes: 1 });
    expect(spaceFor([file(0)], 4096)).toEqual({ bytes: 2 * 4096, inodes: 2 });
    expect(spaceFor([file(1), file(4096), file(4097)], 4096)).toEqual({ bytes: (1 + 1 + 1 + 2 + 1) * 4096, inodes: 4 });
    expect(spaceFor([{ path: 'd', was: undefined, becomes: { kind: 'folder' } }], 4096).inodes).toBe(2);
  });

  it('is none for what goes, but for where it waits', () => {
    expect(spaceFor([{ ...file(1_000_000), becomes: undefined }], 4096)).toEqual({ bytes: 2 * 4096, inodes: 1 });
  });

  it('is asked of the file system', () => {
    expect(() => needSpace(tmpdir(), [file(10)])).not.toThrow();
    expect(() => needSpace(tmpdir(), [file(2 ** 52)])).toThrow(
      /no space to stage the changes in .*: \d+ bytes are needed/,
    );
  });
});
