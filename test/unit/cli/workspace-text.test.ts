import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { keptText, resolveCommand, workspaceTable } from '../../../src/cli/workspace-text.ts';
import type { ConflictStatus, WorkspaceStatus } from '../../../src/ir/workspace-status.ts';

const conflict = (path: string, resolution: ConflictStatus['resolution'] = 'pending'): ConflictStatus => ({
  path,
  kind: 'merge',
  resolution,
  kept: `/state/conflicts/${path}`,
});
const copy = (more: Partial<WorkspaceStatus> = {}): WorkspaceStatus => ({
  id: 'src:/build',
  workspace: 'src',
  source: '/home/me/src',
  users: ['/build'],
  prepared: true,
  finalize: 'pending',
  realized: { environmentId: 'local', source: 'default', conflict: null },
  written: [],
  removed: [],
  conflicts: [],
  ...more,
});

describe('what `status` says of workspaces', () => {
  it('is nothing of a run without any', () => {
    expect(workspaceTable('RUN', [])).toBe('');
  });

  it('is a line of each copy, and what was changed', () => {
    const written = Array.from({ length: 12 }, (_, index) => `w${index}`);
    const text = workspaceTable('RUN', [
      copy({ finalize: 'succeeded', written, removed: ['old'] }),
      copy({ id: 'src:/lint', users: ['/lint', '/more'], finalize: 'in_flight', prepared: false }),
    ]);
    expect(text.split('\n')).toEqual([
      'WORKSPACE   OF           COPY   FINALIZE   WRITTEN  REMOVED  CONFLICTS  SOURCE',
      'src:/build  /build       there  succeeded  12       1        0          /home/me/src',
      'src:/lint   /lint /more  -      in flight  0        0        0          /home/me/src',
      '  src:/build wrote w0, w1, w2, w3, w4, w5, w6, w7, w8, w9 and 2 more',
      '  src:/build removed old',
      '',
    ]);
  });

  it('is why, and the command that settles each conflict that is open', () => {
    const many = Array.from({ length: 11 }, (_, index) => conflict(`p${index}`));
    const failed = copy({
      finalize: 'failed',
      conflicts: [conflict('done', 'local'), ...many],
      code: 'workspace_conflict',
      reason: 'both sides have changed 12 paths',
      remedy: 'settle them, then `headgate finalize RUN --retry`',
    });
    const lines = workspaceTable('RUN', [failed]).split('\n').slice(2);
    expect(lines[0]).toBe('  src:/build failed[workspace_conflict]: both sides have changed 12 paths');
    expect(lines[1]).toBe('  src:/build conflict at p0: headgate workspace resolve RUN p0 --take local, or remote');
    expect(lines.slice(11)).toEqual([
      '  src:/build 1 more: headgate workspace conflicts RUN',
      '  = help: settle them, then `headgate finalize RUN --retry`',
      '',
    ]);
    expect(lines.join()).not.toContain('done');
  });

  it('is what became of commits, and what was kept, with a command that a shell takes as it is', () => {
    const kept = Array.from({ length: 12 }, (_, at) => ({
      ref: `refs/k/stash-${at}`,
      commit: 'c',
      from: `stash@{${at}}`,
    }));
    const odd = { ref: 'refs/k/heads/x;$(touch', commit: 'c', from: 'refs/heads/x;$(touch' };
    const source = "/home/it's me";
    const history = { outcome: 'fast_forward', branch: 'refs/heads/main', head: 'abc', kept: [odd, ...kept] } as const;
    const one = copy({ source, finalize: 'succeeded', history });
    const lines = workspaceTable('RUN', [one]).split('\n').slice(2, -1);
    const at = `git -C '/home/it'\\''s me'`;
    expect(lines.slice(0, 3)).toEqual([
      `  src:/build main went forward to what the task committed: ${at} log abc`,
      `  src:/build kept refs/heads/x;$(touch of the copy: ${at} log 'refs/k/heads/x;$(touch'`,
      `  src:/build kept stash@{0} of the copy: ${at} stash show -p refs/k/stash-0`,
    ]);
    expect(lines.slice(11)).toEqual([`  src:/build kept 3 more: ${at} for-each-ref refs/headgate/kept`]);
    expect(keptText([copy(), one])).toBe(
      `${lines
        .slice(1)
        .map((line) => line.slice(2))
        .join('\n')}\n`,
    );
    const merged = { outcome: 'merged', branch: null, head: 'abc', kept: [] } as const;
    expect(workspaceTable('RUN', [copy({ history: merged })])).toContain(
      '  src:/build HEAD was merged with what the task committed: git -C /home/me/src log abc\n',
    );
    const unchanged = { ...merged, outcome: 'unchanged' } as const;
    expect(workspaceTable('RUN', [copy({ history: unchanged })])).toBe(workspaceTable('RUN', [copy()]));
    expect(keptText([copy(), copy({ history: merged })])).toBe('');
  });

  it('is how to remove what was kept of a copy that was given up', () => {
    const kept = [
      { ref: 'refs/headgate/kept/1-src/heads/x', commit: 'a', from: 'refs/heads/x' },
      { ref: 'refs/headgate/kept/1-src/stash', commit: 'b', from: 'stash@{0}' },
    ];
    const history = { outcome: 'unchanged', branch: 'refs/heads/main', head: 'c', kept } as const;
    const line =
      "src:/build what was kept can be removed, for good: git -C /home/me/src for-each-ref --format='delete %(refname)' refs/headgate/kept/1-src/ | git -C /home/me/src update-ref --stdin\n";
    expect(keptText([copy({ finalize: 'abandoned', history })])).toContain(line);
    expect(workspaceTable('RUN', [copy({ finalize: 'abandoned', history })])).toContain(`  ${line}`);
    for (const other of [
      copy({ finalize: 'failed', history }),
      copy({ finalize: 'abandoned', history: { ...history, kept: [] } }),
    ])
      expect(keptText([other])).not.toContain('for good');
  });

  it('is where that is of which the side of the copy has taken the place', () => {
    const spared = Array.from({ length: 11 }, (_, index) => ({
      ...conflict(`p${index}`, 'remote'),
      spared: `/state/con flicts%source/p${index}`,
    }));
    const lines = workspaceTable('RUN', [
      copy({ finalize: 'succeeded', conflicts: [conflict('q', 'remote'), ...spared] }),
    ])
      .split('\n')
      .slice(2);
    expect(lines[0]).toBe(
      "  src:/build took the side of the copy at p0; what the source had is kept: '/state/con flicts%source/p0'",
    );
    expect(lines.slice(10)).toEqual(['  src:/build 1 more: headgate workspace conflicts RUN', '']);
  });

  it('is why a copy that was there was not taken', () => {
    const realized = {
      environmentId: 'lab',
      source: 'component',
      conflict: {
        reason: 'reused_workspace_environment_mismatch',
        workspaceEnvironmentId: 'local',
        intendedEnvironmentId: 'lab',
        intendedSource: 'component',
        workspaceIdentity: 'a',
        intendedIdentity: 'b',
      },
    } as const;
    expect(workspaceTable('RUN', [copy({ realized })])).toMatch(/`local`.*`lab` \(said by the component\)/);
  });

  it('shows nothing that a terminal obeys', () => {
    const text = workspaceTable('RUN', [
      copy({
        source: '/a\u001b[2J',
        reason: 'x\u001b]0;t\u0007',
        written: ['a\u202eb'],
        conflicts: [conflict('c\u001b[m')],
      }),
    ]);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe('the command that settles a conflict', () => {
  const words = (command: string): readonly string[] =>
    execFileSync('sh', ['-c', `headgate() { printf '%s\\n' "$@"; }; ${command}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');

  it.each(['plain/a.txt', "it's here", '$(id) `id`;x', '%FF%0A', 'ü*?', '#a'])(
    'names %j for a shell as it is',
    (path) => {
      const all = [copy({ conflicts: [conflict(path)] })];
      expect(words(resolveCommand('RUN', 'src:/build', path, 'remote', all))).toEqual([
        'workspace',
        'resolve',
        'RUN',
        path,
        '--take',
        'remote',
      ]);
    },
  );

  it('names a path after a double dash that begins with one', () => {
    const all = [copy({ conflicts: [conflict('--all')] })];
    expect(words(resolveCommand('RUN', 'src:/build', '--all', 'local', all))).toEqual([
      'workspace',
      'resolve',
      '--take',
      'local',
      '--',
      'RUN',
      '--all',
    ]);
  });

  it('names the copy where several have a conflict there, and only then', () => {
    const all = [
      copy({ conflicts: [conflict('a'), conflict('b')] }),
      copy({ id: 'src:/c', conflicts: [conflict('a')] }),
    ];
    expect(resolveCommand('RUN', 'src:/c', 'a', 'local', all)).toBe(
      'headgate workspace resolve RUN a --take local --copy src:/c',
    );
    expect(resolveCommand('RUN', 'src:/build', 'b', 'local', all)).toBe(
      'headgate workspace resolve RUN b --take local',
    );
  });
});
