/** Workspaces of runs with real sandboxes: prepared, worked on, taken over; whoever needs what was done waits for that. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate } from '../support/run/cli-run.ts';
import { checkChain, journalLines } from '../support/run/journal.ts';
import { useRuns } from '../support/run/use-runs.ts';
import {
  copiesLeft,
  differences,
  layTree,
  linesOf,
  onlyRun,
  shown,
  textAt,
  workScenario,
} from '../support/run/workspaces.ts';

const { lay, options } = useRuns();
const told = (stateDir: string, id: string): readonly string[] =>
  journalLines(stateDir, id).flatMap(({ type, actionId, data }) =>
    actionId?.includes('workspace') || actionId?.includes('task.run')
      ? [[type, actionId, data['state'] ?? data['event']].filter(Boolean).join(' ')]
      : [],
  );

describe('a task on a workspace', () => {
  it('003-C1.1 is given a copy, what it changed is taken over and nothing else is touched, and its dependent reads it', () => {
    const given = options();
    const root = lay(
      workScenario(
        {
          build: {
            does: 'pwd; echo "$HEADGATE_WORKSPACE"; echo new > made.txt; echo more >> edited.txt; rm gone.txt; chmod +x tool.sh; touch kept.txt',
            settings: { workspace: 'src' },
          },
          read: {
            does: 'cat made.txt edited.txt && test ! -e gone.txt',
            after: ['build'],
            settings: { workspace: 'src' },
          },
        },
        { src: { source: './tree', kind: 'dir' } },
      ),
    );
    const tree = join(root, '..', 'tree');
    layTree(tree, {
      'edited.txt': 'one\n',
      'gone.txt': 'x',
      'kept.txt': 'y',
      'tool.sh': '#!/bin/sh\n',
      'a/b/c.txt': 'deep',
    });
    const before = linesOf(tree);
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr + end.stdout).toBe(0);
    const id = onlyRun(given.stateDir);
    expect(textAt(tree, 'made.txt')).toBe('new\n');
    expect(textAt(tree, 'edited.txt')).toBe('one\nmore\n');
    expect(existsSync(join(tree, 'gone.txt'))).toBe(false);
    const after = linesOf(tree);
    const isOf = (name: string) => (line: string) => line.startsWith(`${name}\t`);
    for (const name of ['kept.txt', 'a', 'a/b', 'a/b/c.txt'])
      expect(after.filter(isOf(name))).toEqual(before.filter(isOf(name)));
    expect(after.find(isOf('tool.sh'))).toMatch(/\t755\t/);
    expect(told(given.stateDir, id)).toEqual([
      'intent workspace.prepare:workspaces.src:/build',
      'outcome workspace.prepare:workspaces.src:/build succeeded',
      'intent task.run:/build',
      'outcome task.run:/build succeeded',
      'intent workspace.finalize:workspaces.src:/build',
      'progress workspace.finalize:workspaces.src:/build staged',
      'outcome workspace.finalize:workspaces.src:/build succeeded',
      'intent workspace.prepare:workspaces.src:/read',
      'outcome workspace.prepare:workspaces.src:/read succeeded',
      'intent task.run:/read',
      'outcome task.run:/read succeeded',
      'intent workspace.finalize:workspaces.src:/read',
      'outcome workspace.finalize:workspaces.src:/read succeeded',
      'intent workspace.teardown:workspaces.src:/read',
      'outcome workspace.teardown:workspaces.src:/read succeeded',
      'intent workspace.teardown:workspaces.src:/build',
      'outcome workspace.teardown:workspaces.src:/build succeeded',
    ]);
    expect(copiesLeft(given.stateDir, id)).toEqual([]);
    expect(shown(id, given)).toMatchObject({ state: 'COMPLETE' });
    expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true });
    expect(differences(tree, tree)).toEqual([]);
  });
});
