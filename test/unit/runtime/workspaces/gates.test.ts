/** Who waits for a finalize, in each state that it can be in: the executor over an environment and workspaces in memory. */
import { describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { finalizeStateOf } from '../../../../src/runtime/workspaces/state-of.ts';
import { settled } from '../../../support/run/fake-clock.ts';
import { component, type MemoryRun, type MemoryRunOptions, memoryRun } from '../../../support/run/memory-run.ts';
import { type MemoryWorkspaces, memoryWorkspaces, treeOf } from '../../../support/run/memory-workspaces.ts';

const own = { source: '.', kind: 'dir', mode: 'isolated', conflictPolicy: 'keep_local' } as const;
const runtime: PlanRuntime = {
  workspaces: { src: own },
  components: {
    '/a': { restart: 'never', workspace: 'src' },
    '/b': { restart: 'never' },
    '/c': { restart: 'never', workspace: 'src' },
    '/d': { restart: 'never' },
  },
};
const task = (moniker: string, ...after: string[]) => component(moniker, { restart: 'never', after });
const ends = [{ readyAfter: 0, endsAfter: 10 }];
const base = treeOf({ x: '1' });
const noSpace = { code: 'workspace_no_space', message: 'the disk is full', remedy: 'make room' };

const begin = (
  work: MemoryWorkspaces,
  more: Partial<MemoryRunOptions> = {},
  components = [task('/a'), task('/b', '/a')],
): MemoryRun =>
  memoryRun({
    components,
    runtime,
    scripts: { '/a': ends, '/b': ends, '/c': ends, '/d': ends },
    workspaces: work.place,
    workSources: work.sources,
    ...more,
  });
const hasStarted = (run: MemoryRun, moniker: string): boolean =>
  run.environment.calls.some((call) => call.startsWith(`start ${moniker} `));
const at = (run: MemoryRun, lives = true, id = 'src:/a') => finalizeStateOf(fold(run.entries), id, lives);
const upTo = (run: MemoryRun, wanted: (entry: Entry) => boolean): readonly Entry[] =>
  run.entries.slice(0, run.entries.findIndex(wanted) + 1);
const isOf = (type: string, action: string) => (entry: Entry) =>
  entry.type === type && entry.actionId === `${action}:workspaces.src:/a`;

describe('a dependent', () => {
  it('003-C1.2 waits while its provider works (pending), and while that is finalized (running)', async () => {
    const work = memoryWorkspaces(base, { 'src:/a': treeOf({ x: '2' }) });
    let letGo: () => void = () => {};
    work.held = new Promise((done) => {
      letGo = done;
    });
    const run = begin(work);
    await run.clock.advance(5);
    expect([at(run), hasStarted(run, '/a'), hasStarted(run, '/b')]).toEqual(['pending', true, false]);
    await run.clock.advance(20);
    expect([at(run), hasStarted(run, '/b')]).toEqual(['in_flight', false]);
    letGo();
    await settled();
    await run.clock.advance(50);
    expect(await run.outcome).toEqual({ state: 'COMPLETE', basis: 'no_probes_declared' });
    expect([at(run), hasStarted(run, '/b')]).toEqual(['succeeded', true]);
    expect(run.environment.calls.indexOf('start /b 1')).toBeGreaterThan(-1);
    expect(work.calls).toEqual([
      'prepare src:/a',
      'lock src:/a',
      'collect src:/a',
      'stage src:/a',
      'apply src:/a s src:/a 1',
      'unstage src:/a',
      'remove src:/a',
    ]);
  });

  it('003-C1.9 does not begin after a finalize that failed; a later process tries it again, and goes on', async () => {
    const work = memoryWorkspaces(base, { 'src:/a': treeOf({ x: '2' }) });
    work.faults.push(noSpace);
    const run = begin(work);
    await run.clock.advance(50);
    expect(await run.outcome).toEqual({
      state: 'BLOCKED',
      blocked: [
        {
          gate: 'workspace_unfinalized',
          subject: 'src:/a',
          reasons: [`${noSpace.code}: the disk is full`],
          remedy: 'make room',
        },
      ],
    });
    expect([at(run), hasStarted(run, '/b'), work.calls.includes('remove src:/a')]).toEqual(['failed', false, false]);
    expect(run.said()).toContain('outcome task.run:/b skipped');
    const again = begin(work, { before: run.entries, blobs: run.blobs });
    await again.clock.advance(50);
    expect(await again.outcome).toMatchObject({ state: 'COMPLETE' });
    expect([hasStarted(again, '/a'), hasStarted(again, '/b')]).toEqual([false, true]);
    expect(work.calls.filter((call) => call === 'prepare src:/a')).toHaveLength(1);
  });

  it('003-C1.3 003-C1.10 of a run that died: unknown until somebody looks, told from what was never tried, and stranded never', async () => {
    const work = memoryWorkspaces(base, { 'src:/a': treeOf({ x: '2' }) });
    const whole = begin(work);
    await whole.clock.advance(50);
    await whole.outcome;
    const never = upTo(whole, (entry) => entry.type === 'outcome' && entry.actionId === 'task.run:/a');
    const begun = upTo(whole, isOf('intent', 'workspace.finalize'));
    for (const [before, state] of [
      [never, 'pending'],
      [begun, 'unknown'],
    ] as const) {
      const other = memoryWorkspaces(base);
      for (const [id, marker] of markersOf(whole)) other.markers.set(id, marker);
      other.copies.set('src:/a', treeOf({ x: '2' }));
      expect(finalizeStateOf(fold(before), 'src:/a', false)).toBe(state);
      const run = begin(other, { before, blobs: whole.blobs });
      await run.clock.advance(50);
      expect(await run.outcome, state).toMatchObject({ state: 'COMPLETE' });
      expect(run.said().includes('reconciled workspace.finalize:workspaces.src:/a failed')).toBe(state === 'unknown');
      expect([hasStarted(run, '/a'), hasStarted(run, '/b')]).toEqual([false, true]);
      expect(other.source).toEqual(treeOf({ x: '2' }));
    }
  });

  it('003-C1.13 what lay ready when headgate was killed is applied to its end, and then the rest', async () => {
    const work = memoryWorkspaces(base, { 'src:/a': treeOf({ x: '2' }) });
    const whole = begin(work);
    await whole.clock.advance(50);
    await whole.outcome;
    const before = upTo(whole, isOf('progress', 'workspace.finalize'));
    const other = memoryWorkspaces(base);
    for (const [id, marker] of markersOf(whole)) other.markers.set(id, marker);
    other.copies.set('src:/a', treeOf({ x: '2', y: '3' }));
    const run = begin(other, { before, blobs: whole.blobs });
    await run.clock.advance(50);
    expect(await run.outcome).toMatchObject({ state: 'COMPLETE' });
    expect(other.calls.filter((call) => call.startsWith('apply'))).toEqual([
      'apply src:/a s src:/a 1',
      'apply src:/a s src:/a 1',
    ]);
    expect(other.source).toEqual(treeOf({ x: '2', y: '3' }));
  });

  it('003-C1.4 a finalize whose outcome cannot be written is an error of the run; the next process knows that it was tried', async () => {
    const work = memoryWorkspaces(base, { 'src:/a': treeOf({ x: '2' }) });
    const whole = begin(work);
    await whole.clock.advance(50);
    await whole.outcome;
    const fullAt = whole.entries.findIndex(isOf('outcome', 'workspace.finalize'));
    const other = memoryWorkspaces(base, { 'src:/a': treeOf({ x: '2' }) });
    const run = begin(other, { fullAt });
    await run.clock.advance(50);
    await expect(run.outcome).rejects.toThrow(/ENOSPC/);
    expect(hasStarted(run, '/b')).toBe(false);
    expect(at(run, false)).toBe('unknown');
    expect(other.calls).not.toContain('remove src:/a');
    const next = begin(other, { before: run.entries, blobs: run.blobs });
    await next.clock.advance(50);
    expect(await next.outcome).toMatchObject({ state: 'COMPLETE' });
    expect(next.said()).toContain('reconciled workspace.finalize:workspaces.src:/a failed');
    expect([hasStarted(next, '/a'), hasStarted(next, '/b')]).toEqual([false, true]);
  });

  it('003-C1.12 waits for the operations of its own provider, whatever becomes of others on the same workspace', async () => {
    const work = memoryWorkspaces(base, { 'src:/a': treeOf({ x: '2' }) });
    work.copies.set('src:/c', base);
    const { sources } = work;
    const failing = {
      ...sources,
      stage: async (...given: Parameters<typeof sources.stage>) =>
        given[0].id === 'src:/c' ? { fault: noSpace } : sources.stage(...given),
    };
    const run = begin(work, { workSources: failing }, [task('/a'), task('/b', '/a'), task('/c'), task('/d', '/c')]);
    await run.clock.advance(50);
    expect(await run.outcome).toMatchObject({ state: 'BLOCKED', blocked: [{ subject: 'src:/c' }] });
    expect([hasStarted(run, '/b'), hasStarted(run, '/d')]).toEqual([true, false]);
  });

  it('003-C1.8 of a component without a workspace waits for nothing more', async () => {
    const run = begin(memoryWorkspaces(base), {}, [task('/b'), task('/d', '/b')]);
    await run.clock.advance(50);
    expect(await run.outcome).toMatchObject({ state: 'COMPLETE' });
    expect(run.said().some((line) => line.includes('workspace'))).toBe(false);
  });
});

describe('what is asked for while a run goes on', () => {
  it('003-C1.6 the latest finalize decides: one that failed is tried again, or given up', async () => {
    const work = memoryWorkspaces(base, { 'src:/a': treeOf({ x: '2' }) });
    work.faults.push(noSpace);
    const run = begin(work, {}, [task('/a'), component('/s')]);
    await run.clock.advance(50);
    expect(at(run)).toBe('failed');
    expect(await run.finalize('/s', { retry: true })).toMatchObject({ code: 'workspace_unknown' });
    expect(await run.finalize('/a', { retry: true })).toEqual(['src:/a']);
    expect(at(run)).toBe('succeeded');
    expect(await run.finalize('/a', { abandon: 'late' })).toMatchObject({ code: 'nothing_to_finalize' });
    run.stop('enough', 500);
    expect(await run.outcome).toMatchObject({ state: 'CANCELLED' });
    expect(work.calls).toContain('remove src:/a');
  });

  it('is refused while somebody works there', async () => {
    const run = begin(memoryWorkspaces(base));
    await run.clock.advance(5);
    expect(await run.finalize(undefined, { retry: true })).toMatchObject({ code: 'workspace_in_use' });
    await run.clock.advance(50);
    expect(await run.outcome).toMatchObject({ state: 'COMPLETE' });
  });
});

/** Of copies as they were made in a run. */
function markersOf(run: MemoryRun): ReadonlyMap<string, { baseline: string; identity: string; git: null }> {
  const { copies } = fold(upTo(run, isOf('outcome', 'workspace.prepare')));
  return new Map(
    [...copies].map(([id, { baseline = '', identity = '' }]) => [id, { baseline, identity, git: null }] as const),
  );
}
