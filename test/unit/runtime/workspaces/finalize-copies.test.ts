/** What somebody asks for about copies, where an earlier process was ended or somebody has decided before. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { treeBytes } from '../../../../src/adapters/sync/tree-file.ts';
import type { Merge, Tree } from '../../../../src/ir/workspace.ts';
import { nothing } from '../../../../src/runtime/authority/authority.ts';
import type { CopyRecord } from '../../../../src/runtime/journal/copies.ts';
import type { Resolution } from '../../../../src/runtime/journal/resolutions.ts';
import { finalizeAll } from '../../../../src/runtime/workspaces/finalize-copies.ts';
import { mergeBytes } from '../../../../src/runtime/workspaces/merge-file.ts';
import { putReport, reportIn } from '../../../../src/runtime/workspaces/report.ts';
import type { FinalizeContext, RunCopy } from '../../../../src/runtime/workspaces/run-copies.ts';
import { memoryWorkspaces, treeOf } from '../../../support/run/memory-workspaces.ts';

const copy = {
  id: 'src',
  workspace: 'src',
  source: '/source',
  declared: { source: '.', kind: 'dir', mode: 'shared', conflictPolicy: 'keep_local' },
  users: ['/a'],
  tasks: ['/a'],
  services: [],
} as unknown as RunCopy;

function context(source: Tree, remote: Tree, known: (store: FinalizeContext['store']) => Partial<CopyRecord>) {
  const work = memoryWorkspaces(source);
  work.copies.set('src', remote);
  const bytes = new Map<string, Uint8Array>();
  const store = {
    put: (some: Uint8Array) => {
      const digest = `sha256:${createHash('sha256').update(some).digest('hex')}`;
      bytes.set(digest, some);
      return digest;
    },
    get: (digest: string) => bytes.get(digest),
  } as unknown as FinalizeContext['store'];
  const outcomes: unknown[] = [];
  const record = {
    begin: () => 1,
    tell: () => {},
    outcome: (_: unknown, __: number, data: unknown) => void outcomes.push(data),
    outcomeTogether: async (_: unknown, __: number, data: unknown) => void outcomes.push(data),
  } as unknown as FinalizeContext['record'];
  const resolutions: Resolution[] = [];
  const one: CopyRecord = { prepared: true, finalize: 'failed', ...known(store) };
  const state = () =>
    ({ copies: new Map([['src', one]]), actions: new Map(), resolutions }) as unknown as ReturnType<
      FinalizeContext['state']
    >;
  const authority = { stand: () => nothing, back: () => nothing, over: () => {} };
  const run: FinalizeContext = {
    id: 'r',
    record,
    authority,
    store,
    state,
    sources: () => work.sources,
    placeOf: () => work.place,
  };
  return { run, work, outcomes, resolutions };
}

const base = treeOf({ p: '1' });
const merge: Merge = { changes: [{ path: 'p', was: base.get('p'), becomes: undefined }], conflicts: [] };
const staged = (store: FinalizeContext['store']) => ({
  staged: { merge: store.put(mergeBytes(merge)), staging: '/beside' },
});

describe('a finalize that is given up', () => {
  it('has taken back first what an earlier process had applied', async () => {
    const one = context(base, base, staged);
    const reverted: unknown[] = [];
    const sources = {
      ...one.work.sources,
      revert: async (_: RunCopy, staging: string, what: Merge) => {
        reverted.push(staging, what);
        return {};
      },
    };
    await finalizeAll({ ...one.run, sources: () => sources }, [copy], { abandon: 'enough' });
    expect(reverted).toEqual(['/beside', merge]);
    expect(one.work.calls).toEqual(['lock src', 'unstage src', 'clear src']);
    expect(one.outcomes).toEqual([{ state: 'cancelled', workspace: { abandoned: 'enough' } }]);
  });

  it('leaves the files of what somebody has committed upon the branch, and says so', async () => {
    const one = context(base, base, staged);
    const left: unknown[] = [];
    const remains = { branch: 'refs/heads/main', commit: 'a'.repeat(40), head: 'b'.repeat(40), paths: ['p', 'q'] };
    const sources = {
      ...one.work.sources,
      revertHistory: async () => ({ remains }),
      revert: async (_: RunCopy, __: string, ___: Merge, without: ReadonlySet<string>) => {
        left.push(...without);
        return {};
      },
    };
    const ofGit = { ...copy, declared: { ...copy.declared, kind: 'git_worktree' } } as RunCopy;
    await finalizeAll({ ...one.run, sources: () => sources }, [ofGit], { abandon: 'enough' });
    expect(left).toEqual(['p', 'q']);
    const abandoned =
      'enough (main stays at bbbbbbbbbbbb, which was committed upon aaaaaaaaaaaa of the task, and so do the files of these commits: p, q)';
    expect(one.outcomes).toEqual([{ state: 'cancelled', workspace: { abandoned } }]);
  });

  it('is not given up where that cannot be done: what was there before stays where it is', async () => {
    const one = context(base, base, staged);
    const fault = { code: 'workspace_unwritable', message: 'the disk is full', remedy: 'make room' };
    const sources = { ...one.work.sources, revert: async () => ({ fault }) };
    await finalizeAll({ ...one.run, sources: () => sources }, [copy], { abandon: 'enough' });
    expect(one.work.calls).toEqual(['lock src']);
    expect(one.outcomes).toMatchObject([{ state: 'failed', workspace: { code: 'workspace_unwritable' } }]);
  });
});

describe('what lies ready and was never written down', () => {
  it('goes with the changes that are given up', async () => {
    const one = context(base, base, () => ({}));
    await finalizeAll(one.run, [copy], { abandon: 'enough' });
    expect(one.work.calls).toEqual(['clear src']);
    expect(one.outcomes).toEqual([{ state: 'cancelled', workspace: { abandoned: 'enough' } }]);
  });
});

describe('a finalize that fails', () => {
  const withBase = (store: FinalizeContext['store']) => ({ baseline: store.put(treeBytes(base)) });
  it.each([
    ['make it writable, and finalize again', 'make it writable, then `headgate finalize r src --retry`'],
    [
      'give it up with `headgate finalize --abandon REASON`',
      'give it up with `headgate finalize r src --abandon REASON`; its files are in /copies/src',
    ],
  ])('%s: names the command in full', async (remedy, told) => {
    const one = context(base, treeOf({ p: '2' }), withBase);
    one.work.faults.push({ code: 'workspace_unwritable', message: 'it cannot', remedy });
    await finalizeAll(one.run, [copy], { retry: true });
    expect(one.outcomes).toMatchObject([
      { state: 'failed', workspace: { code: 'workspace_unwritable', remedy: told } },
    ]);
  });

  it('since no copy was made says so, and not that work is lost', async () => {
    const one = context(base, base, () => ({ prepared: false }));
    await finalizeAll(one.run, [copy], { retry: true });
    const remedy = '`headgate resume r` makes it';
    expect(one.outcomes).toMatchObject([{ state: 'failed', workspace: { code: 'workspace_unmade', remedy } }]);
  });

  it('again at a path is in conflict once, with what became of it last', async () => {
    const one = context(treeOf({ p: 'mine' }), treeOf({ p: 'theirs' }), withBase);
    const conflict = { path: 'p', kind: 'merge', base: undefined, local: undefined, remote: undefined } as const;
    const apply = async () => ({
      written: [],
      removed: [],
      conflicts: [{ ...conflict, resolution: 'pending' as const }],
    });
    one.resolutions.push({ copy: 'src', path: 'p', take: 'local' });
    await finalizeAll({ ...one.run, sources: () => ({ ...one.work.sources, apply }) }, [copy], { retry: true });
    const [{ workspace }] = one.outcomes as [{ workspace: { report: string } }];
    expect(reportIn(one.run.store, workspace.report as never)?.conflicts).toMatchObject([
      { path: 'p', resolution: 'pending' },
    ]);
  });
});

describe('the side of the copy that somebody took', () => {
  const seen = treeOf({ p: 'mine' });
  const report = (store: FinalizeContext['store']) => ({
    baseline: store.put(treeBytes(base)),
    report: putReport(store, {
      written: [],
      removed: [],
      conflicts: [
        {
          path: 'p',
          kind: 'merge',
          base: base.get('p'),
          local: seen.get('p'),
          remote: treeOf({ p: 'theirs' }).get('p'),
          resolution: 'pending',
        },
      ],
      kept: ['p'],
      history: undefined,
    }),
  });
  it.each([
    ['is taken where the source is still what they saw', seen, 'theirs', 'succeeded'],
    ['is not taken over what the source was given since', treeOf({ p: 'mine, later' }), 'mine, later', 'failed'],
  ])('%s', async (_, source, becomes, state) => {
    const one = context(source, treeOf({ p: 'theirs' }), report);
    one.resolutions.push({ copy: 'src', path: 'p', take: 'remote' });
    await finalizeAll(one.run, [copy], { retry: true });
    expect(one.work.source.get('p')).toEqual(treeOf({ p: becomes }).get('p'));
    expect(one.outcomes).toMatchObject([{ state }]);
    // What the source had is kept before the copy takes its place.
    const order = one.work.calls.filter((call) => /^(spare|apply)/.test(call));
    expect(order).toEqual(becomes === 'theirs' ? ['spare src 1', 'apply src s src 1'] : ['apply src s src 0']);
  });
});
