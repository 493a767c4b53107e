import { describe, expect, it } from 'vitest';
import type { CopyOf } from '../../../../src/plan/workspaces/copies.ts';
import { finalizedBefore, neverFinalized } from '../../../../src/plan/workspaces/needs.ts';

const copy = (id: string, tasks: readonly string[], services: readonly string[] = []): CopyOf =>
  ({ id, workspace: id, users: [...tasks, ...services], tasks, services }) as unknown as CopyOf;
const needing = (moniker: string, ...after: string[]) => ({ moniker, after });

describe('who waits for a finalize', () => {
  const copies = [copy('x', ['/a', '/b']), copy('y', ['/c']), copy('z', ['/d'], ['/s'])];
  it('is who depends on a task that works elsewhere', () => {
    expect(finalizedBefore(copies, needing('/c', '/a', '/b')).map(({ id }) => id)).toEqual(['x']);
    expect(finalizedBefore(copies, needing('/e', '/a', '/c')).map(({ id }) => id)).toEqual(['x', 'y']);
  });
  it('is not who works in the same copy, nor who depends on a service', () => {
    expect(finalizedBefore(copies, needing('/b', '/a'))).toEqual([]);
    expect(finalizedBefore(copies, needing('/e', '/s', '/d'))).toEqual([]);
    expect(finalizedBefore(copies, needing('/e', '/nobody'))).toEqual([]);
  });
});

describe('a finalize that never comes', () => {
  it('is one that somebody needs who works in the copy, by whatever way; who only waits there too is not told', () => {
    const copies = [copy('x', ['/a', '/b']), copy('y', ['/m'])];
    const through = [needing('/a'), needing('/n', '/a'), needing('/m', '/n'), needing('/b', '/m')];
    expect(neverFinalized(copies, through)).toEqual([
      { id: 'x', workspace: 'x', moniker: '/b', why: { kind: 'itself' } },
    ]);
    expect(neverFinalized([copy('x', ['/a', '/b'])], [needing('/a'), needing('/b', '/a')])).toEqual([]);
  });
  it('is one of two copies that wait for each other', () => {
    const copies = [copy('x', ['/a', '/b']), copy('y', ['/c', '/d'])];
    const found = neverFinalized(copies, [needing('/a'), needing('/c'), needing('/b', '/c'), needing('/d', '/a')]);
    expect(found.map(({ moniker }) => moniker)).toEqual(['/b', '/d']);
  });
  it('is one of a copy that a service works in', () => {
    expect(neverFinalized([copy('z', ['/d'], ['/s'])], [needing('/d'), needing('/s'), needing('/e', '/d')])).toEqual([
      { id: 'z', workspace: 'z', moniker: '/e', why: { kind: 'service', service: '/s' } },
    ]);
  });
});
