import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { resolutionsOf } from '../../../../src/runtime/journal/resolutions.ts';
import { ofRun, start } from './entries.ts';

const resolved = (copy: string, path: string, take: 'local' | 'remote'): Entry =>
  ofRun('progress', { event: 'conflict-resolved', copy, path, take });
/** A type that the list of actions need not have for this. */
const begun = (type: string, target: string): Entry =>
  ({ type: 'intent', action: { type, target }, actionId: `${type}:${target}`, attempt: 1, data: {} }) as never;

describe('what was said about conflicts', () => {
  it('is the newest of each path of each copy, over all processes of the run', () => {
    const state = fold([
      start(),
      resolved('src', 'a', 'local'),
      resolved('src:/b', 'a', 'local'),
      resolved('src', 'b', 'remote'),
      start({ resumed: true }),
      resolved('src', 'a', 'remote'),
    ]);
    expect(state.resolutions).toEqual([
      { copy: 'src:/b', path: 'a', take: 'local' },
      { copy: 'src', path: 'b', take: 'remote' },
      { copy: 'src', path: 'a', take: 'remote' },
    ]);
    expect([...resolutionsOf(state, 'src')]).toEqual([
      ['b', 'remote'],
      ['a', 'remote'],
    ]);
    expect([...resolutionsOf(state, 'other')]).toEqual([]);
  });

  it('takes the side of the copy once, and that of the source as long as there is a conflict', () => {
    const said = [
      start(),
      resolved('src', 'a', 'local'),
      resolved('src', 'b', 'remote'),
      resolved('src:/b', 'b', 'remote'),
    ];
    const ended = (workspace: object): Entry =>
      ({
        ...begun('workspace.finalize', 'workspaces.src'),
        type: 'outcome',
        data: { state: 'failed', workspace },
      }) as never;
    expect(fold([...said, ended({ code: 'workspace_no_space' })]).resolutions).toHaveLength(3);
    expect(fold([...said, ended({ report: 'sha256:0' })]).resolutions).toEqual([
      { copy: 'src', path: 'a', take: 'local' },
      { copy: 'src:/b', path: 'b', take: 'remote' },
    ]);
  });

  it('is forgotten when its copy is made anew, and only then', () => {
    const said = [start(), resolved('src', 'a', 'local'), resolved('src:/b', 'a', 'remote')];
    expect(fold([...said, begun('workspace.finalize', 'workspaces.src')]).resolutions).toHaveLength(2);
    expect(fold([...said, begun('workspace.prepare', 'workspaces.src')]).resolutions).toEqual([
      { copy: 'src:/b', path: 'a', take: 'remote' },
    ]);
  });
});
