// biome-ignore-all lint/suspicious/noThenProperty: the settings call it so, and it is never a function
/** What waits for answers, over an environment in memory. */
import { describe, expect, it } from 'vitest';
import type { FinalizeState } from '../../../../src/ir/workspace-status.ts';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { settled } from '../../../support/run/fake-clock.ts';
import { component, edge, type MemoryRun, type MemoryRunOptions, memoryRun } from '../../../support/run/memory-run.ts';

const build = component('/build', { restart: 'never', control: true });
const web = component('/web', { after: ['/build'] });
const confirmation = { kind: 'request_confirmation', message: 'May I?' } as const;
const suggestion = { kind: 'suggest_tasks', message: 'Go on?' } as const;

function begun(more: Partial<MemoryRunOptions> = {}): MemoryRun {
  return memoryRun({
    components: [build, web],
    edges: [edge('/build', '/web')],
    scripts: { '/build': [{ readyAfter: 0, endsAfter: 100 }] },
    ...more,
  });
}
const started = (run: MemoryRun): boolean => run.environment.calls.some((call) => call.startsWith('start /web'));
const answer = (run: MemoryRun, id: string, said: 'accepted' | 'rejected', reason?: string) =>
  run.interactions.answer({ id, answer: said, reason });
const ended = async (run: MemoryRun) => {
  run.stop('enough', 500);
  await run.clock.advance(1000);
  return run.outcome;
};

describe('a dependent of a task that may ask', () => {
  it('begins at once where nothing was asked, or nothing to be confirmed', async () => {
    const run = begun();
    await run.clock.advance(50);
    run.interactions.ask('/build', suggestion);
    expect(started(run)).toBe(false);
    await run.clock.advance(100);
    expect(started(run)).toBe(true);
    expect(run.said()).toContain('outcome gate.confirm:/build succeeded');
    await ended(run);
  });

  it('begins when all of it was accepted, and not before', async () => {
    const run = begun();
    await run.clock.advance(50);
    for (const key of ['a', 'b']) run.interactions.ask('/build', confirmation, key);
    await run.clock.advance(1000);
    expect(run.entries.find(({ actionId }) => actionId === 'gate.confirm:/build')?.data).toEqual({
      waitsFor: ['1', '2'],
    });
    expect(started(run)).toBe(false);
    answer(run, '2', 'accepted');
    await settled();
    expect(started(run)).toBe(false);
    answer(run, '1', 'accepted');
    await settled();
    expect(started(run)).toBe(true);
    await ended(run);
  });

  it('does not wait for what another has asked', async () => {
    const run = begun({ components: [build, web, component('/other', { control: true })] });
    await run.clock.advance(50);
    run.interactions.ask('/other', confirmation);
    await run.clock.advance(100);
    expect(started(run)).toBe(true);
    await ended(run);
  });

  it('is skipped when one of them is rejected, and the run is blocked, which says why', async () => {
    const run = begun();
    await run.clock.advance(50);
    run.interactions.ask('/build', confirmation, 'a');
    run.interactions.ask('/build', confirmation, 'b');
    await run.clock.advance(100);
    answer(run, '2', 'rejected', 'not today');
    await run.clock.advance(1000);
    expect(await run.outcome).toEqual({
      state: 'BLOCKED',
      blocked: [
        {
          gate: 'confirmation_rejected',
          subject: '/build',
          reasons: ['confirmation 2 was rejected (May I?): not today'],
          remedy: '`headgate resume r --redo /build` has it done once more',
        },
      ],
    });
    expect(started(run)).toBe(false);
    expect(run.said()).toContain('outcome gate.confirm:/build failed');
    expect(
      run.entries.find(({ actionId, type }) => actionId === 'process.start:/web' && type === 'outcome')?.data,
    ).toEqual({
      state: 'skipped',
      reason: 'it needs /build, which was not confirmed',
    });
  });

  it('waits no longer when the run is stopped', async () => {
    const run = begun();
    await run.clock.advance(50);
    run.interactions.ask('/build', confirmation);
    await run.clock.advance(100);
    expect(await ended(run)).toEqual({ state: 'CANCELLED', reason: 'enough' });
    expect(run.said()).toContain('outcome gate.confirm:/build cancelled');
    expect(started(run)).toBe(false);
    expect(answer(run, '1', 'accepted')).toHaveProperty('fault.code', 'run_over');
    expect(run.interactions.ask('/build', confirmation)).toHaveProperty('fault.code', 'run_over');
  });

  it('waits again after `resume`, for the same one, and goes on when it was answered meanwhile', async () => {
    const first = begun();
    await first.clock.advance(50);
    first.interactions.ask('/build', confirmation, 'k');
    await first.clock.advance(100);
    await ended(first);

    const second = begun({ before: first.entries });
    await second.clock.advance(100);
    expect(second.environment.calls).not.toContain('start /build 1');
    expect(started(second)).toBe(false);
    expect(second.interactions.ask('/build', confirmation, 'k')).toMatchObject({
      interaction: { id: '1' },
      isNew: false,
    });
    await ended(second);

    const answered = { event: 'interaction-answered', id: '1', answer: 'accepted' };
    const entry = { type: 'progress', action: null, actionId: null, attempt: null, data: answered } as unknown as Entry;
    const third = begun({ before: [...second.entries, entry] });
    await third.clock.advance(100);
    expect(started(third)).toBe(true);
    await ended(third);
  });

  it('is about what the task did last: an answer from before it ran again says nothing', async () => {
    const first = begun();
    await first.clock.advance(50);
    first.interactions.ask('/build', confirmation, 'k');
    await first.clock.advance(100);
    answer(first, '1', 'rejected');
    await first.clock.advance(1000);
    expect(await first.outcome).toHaveProperty('state', 'BLOCKED');

    const second = begun({ before: first.entries, redo: ['/build'] });
    await second.clock.advance(50);
    expect(second.interactions.ask('/build', confirmation, 'k')).toMatchObject({
      interaction: { id: '2' },
      isNew: true,
    });
    await second.clock.advance(100);
    expect(started(second)).toBe(false);
    answer(second, '2', 'accepted');
    await second.clock.advance(100);
    expect(started(second)).toBe(true);
    expect(await ended(second)).toEqual({ state: 'CANCELLED', reason: 'enough' });
  });

  it('a run that would be complete is not, where something was rejected, though nothing depends on it', async () => {
    const run = begun({ components: [build], edges: [] });
    await run.clock.advance(50);
    run.interactions.ask('/build', confirmation);
    answer(run, '1', 'rejected');
    await run.clock.advance(100);
    expect(await run.outcome).toHaveProperty('blocked.0.gate', 'confirmation_rejected');
  });

  it('a run with a completion is judged only when it was answered', async () => {
    const run = begun({ components: [build], edges: [], runtime: { completion: { requires: [], then: 'stop' } } });
    await run.clock.advance(50);
    run.interactions.ask('/build', confirmation);
    await run.clock.advance(1000);
    expect(run.said()).not.toContain('progress judged');
    answer(run, '1', 'accepted');
    await run.clock.advance(0);
    expect(await run.outcome).toHaveProperty('state', 'COMPLETE');
  });

  it('and is not judged where it was rejected', async () => {
    const run = begun({ components: [build], edges: [], runtime: { completion: { requires: [], then: 'stay' } } });
    await run.clock.advance(50);
    run.interactions.ask('/build', confirmation);
    answer(run, '1', 'rejected');
    await run.clock.advance(1000);
    expect(run.said()).not.toContain('progress judged');
    expect(await run.outcome).toHaveProperty('state', 'BLOCKED');
  });

  it('is told of the workspace of whoever has asked, and of no other', async () => {
    const states: Record<string, FinalizeState> = { '/build': 'in_flight', '/web': 'succeeded' };
    const run = begun({ finalizeOf: (moniker) => states[moniker] });
    await run.clock.advance(50);
    run.interactions.ask('/build', confirmation);
    expect(answer(run, '1', 'accepted')).toMatchObject({
      fault: { code: 'workspace_not_finalized', state: 'in_flight', retryable: true },
    });
    states['/build'] = 'succeeded';
    states['/web'] = 'failed';
    expect(answer(run, '1', 'accepted')).toMatchObject({ interaction: { state: 'accepted' } });
    await ended(run);
  });

  it('ends with the record that cannot be written', async () => {
    const run = begun({ fullAt: 12 });
    await run.clock.advance(50);
    const full = run.entries.length;
    let thrown: unknown;
    for (let n = 0; n < 20 && !thrown; n++)
      try {
        run.interactions.ask('/build', confirmation);
      } catch (error) {
        thrown = error;
      }
    expect(full).toBeLessThanOrEqual(12);
    expect(thrown).toHaveProperty('code', 'ENOSPC');
    await run.clock.advance(2000);
    await expect(run.outcome).rejects.toHaveProperty('code', 'ENOSPC');
  });
});
