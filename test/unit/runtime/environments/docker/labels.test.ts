import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPrivateFolder } from '../../../../../src/adapters/sandbox/private-folder.ts';
import { isLeftBehind, labelsOf, ofAttempt } from '../../../../../src/runtime/environments/docker/labels.ts';

/** Of a process that has ended: another one has its number, or none. */
const gone = (name: string): string => name.replace(/^hg-[0-9a-z]+-[0-9a-z]+/, 'hg-1-zzzzzz');

describe('containers that somebody left behind', () => {
  const folder = createPrivateFolder();
  const owner = basename(folder.path);
  folder.remove();
  const left = (more: {
    readonly owner?: string;
    readonly run?: string;
    readonly isTask?: boolean;
    readonly role?: string;
    readonly running?: boolean;
  }) => ({
    id: 'x',
    running: more.running ?? true,
    labels: {
      ...labelsOf({
        run: more.run ?? 'other',
        moniker: '/a',
        attempt: 1,
        owner: more.owner ?? gone(owner),
        isTask: more.isTask ?? false,
      }),
      'headgate.dev/role': more.role ?? 'program',
    },
  });

  it('are those of a headgate that has ended', () => {
    expect(isLeftBehind(left({}), 'mine')).toBe(true);
    expect(isLeftBehind(left({ owner }), 'mine')).toBe(false);
    expect(isLeftBehind(left({ owner: 'nonsense' }), 'mine')).toBe(false);
  });

  it('are not those of the run itself, which asks how they ended first', () => {
    expect(isLeftBehind(left({ run: 'mine' }), 'mine')).toBe(false);
  });

  it('are not tasks that have ended: their run may go on, and ask', () => {
    expect(isLeftBehind(left({ isTask: true, running: false }), 'mine')).toBe(false);
    expect(isLeftBehind(left({ isTask: true, running: true }), 'mine')).toBe(true);
    expect(isLeftBehind(left({ isTask: true, running: false, role: 'agent' }), 'mine')).toBe(true);
    expect(isLeftBehind(left({ isTask: false, running: false }), 'mine')).toBe(true);
  });

  it('are asked for by all that names an attempt', () => {
    expect(ofAttempt('r', '/a/b', 3)).toEqual([
      'headgate.dev/run=r',
      'headgate.dev/moniker=/a/b',
      'headgate.dev/attempt=3',
      'headgate.dev/role=program',
    ]);
  });
});
