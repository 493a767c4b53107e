import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keepConflicts } from '../../../../src/adapters/sync/conflicts.ts';
import type { Conflict } from '../../../../src/ir/workspace.ts';
import { differences, type Layout, layDown } from '../../../support/sync/files.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let count = 0;
function lay(layout: Layout): { readonly copyRoot: string; readonly into: string } {
  const folder = join(temp.path, `case${count++}`);
  layDown(join(folder, 'copy'), layout);
  return { copyRoot: join(folder, 'copy'), into: join(folder, 'conflicts/run/src') };
}
const mergeWith = (...paths: readonly string[]): { readonly conflicts: readonly Conflict[] } => ({
  conflicts: paths.map((path) => ({
    path,
    kind: 'merge',
    base: undefined,
    local: undefined,
    remote: undefined,
    resolution: 'pending',
  })),
});

describe('what a copy has at the paths of conflicts', () => {
  it('is kept at the same paths: files, links, folders with all in them, and no pipes', async () => {
    const one = lay({
      'd/e/f': 'f',
      'd/x': 'not in conflict',
      l: { link: '/etc/passwd' },
      'tree/a/b': 'b',
      'tree/.git/hooks/x': '#!',
      'tree/p': { fifo: true },
      'odd \xff\n': '#! odd',
    });
    const kept = await keepConflicts({ ...one, merge: mergeWith('d/e/f', 'l', 'tree', 'odd \xff\n', 'gone') });
    expect(kept).toEqual({ kept: ['d/e/f', 'l', 'tree', 'odd \xff\n'] });
    expect(differences(join(one.copyRoot, 'd/e'), join(one.into, 'd/e'))).toBe('');
    expect(readdirSync(join(one.into, 'd'))).toEqual(['e']);
    expect(readlinkSync(join(one.into, 'l'))).toBe('/etc/passwd');
    expect(readdirSync(join(one.into, 'tree'))).toEqual(['a']);
    expect(lstatSync(join(one.into, 'd/e/f')).mode & 0o7777).toBe(0o600);
    expect(lstatSync(one.into).mode & 0o7777).toBe(0o700);
  });

  it('takes the place of what was kept before, and leaves the rest', async () => {
    const one = lay({ a: 'new', 'b/c': 'c', d: 'd' });
    layDown(one.into, { a: 'old', b: 'a file', 'd/was/a/folder': '', e: 'of another time' });
    expect(await keepConflicts({ ...one, merge: mergeWith('a', 'b/c', 'd') })).toEqual({ kept: ['a', 'b/c', 'd'] });
    expect(['a', 'b/c', 'd', 'e'].map((path) => readFileSync(join(one.into, path), 'utf8'))).toEqual([
      'new',
      'c',
      'd',
      'of another time',
    ]);
  });

  it('is not looked for through links, on neither side', async () => {
    const outside = temp.lay({ f: 'outside' });
    const one = lay({ 'e/f': 'f' });
    symlinkSync(outside, join(one.copyRoot, 'd'));
    expect(await keepConflicts({ ...one, merge: mergeWith('d/f') })).toEqual({ kept: [] });
    mkdirSync(one.into, { recursive: true });
    symlinkSync(outside, join(one.into, 'e'));
    expect(await keepConflicts({ ...one, merge: mergeWith('e/f') })).toEqual({ kept: ['e/f'] });
    expect(readFileSync(join(outside, 'f'), 'utf8')).toBe('outside');
    expect(lstatSync(join(one.into, 'e')).isDirectory()).toBe(true);
  });

  it('is kept however deep it lies', async () => {
    const deep = Array.from({ length: 150 }, () => 'd'.repeat(20)).join('/');
    const one = lay({ [`t/${deep}/f`]: 'f' });
    expect(await keepConflicts({ ...one, merge: mergeWith('t') })).toEqual({ kept: ['t'] });
    expect(differences(join(one.copyRoot, 't'), join(one.into, 't'))).toBe('');
  });

  it('cannot be kept of a copy that is gone', async () => {
    const one = lay({});
    const gone = await keepConflicts({ ...one, copyRoot: join(one.copyRoot, 'not'), merge: mergeWith('a') });
    expect(gone).toMatchObject({ fault: { code: 'workspace_unreadable' } });
  });
});
