/** One run over two environments: a table says what runs where, and nothing else of a run asks for the place. */
import { describe, expect, it } from 'vitest';
import type { End } from '../../../src/ports/environment.ts';
import { component, edge, type MemoryRun, type MemoryRunOptions, memoryRun } from '../../support/run/memory-run.ts';

const lost: End = { code: null, signal: null, fault: 'far does not answer', unreachable: true };
const app = component('/app', { after: ['/db'] });
const db = component('/db', { after: ['/disk'] });
const disk = component('/disk');
/** `/app` here needs `/db` there, which needs `/disk` here. */
const across: MemoryRunOptions = {
  name: 'near',
  components: [app, db, disk],
  edges: [edge('/db', '/app'), edge('/disk', '/db')],
  elsewhere: { far: { monikers: ['/db'] } },
};
const told = ({ calls }: MemoryRun, wanted: RegExp): readonly string[] => calls.filter((call) => wanted.test(call));

describe('a run over two environments', () => {
  it('starts and stops in the order of its edges, wherever their ends are', async () => {
    const run = memoryRun(across);
    await run.clock.advance(0);
    expect(await run.ready).toBe(true);
    expect(told(run, / start /)).toEqual(['near: start /disk 1', 'far: start /db 1', 'near: start /app 1']);
    run.stop('asked', 500);
    expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'asked' });
    expect(told(run, / stop /)).toEqual(['near: stop /app 500', 'far: stop /db 500', 'near: stop /disk 500']);
    expect(run.elsewhere['far']?.calls).toEqual([
      'apply /db',
      'start /db 1',
      'stop /db 500',
      'over /db',
      'revoke /db',
      'close',
    ]);
  });

  it('has an edge made where its consumer is, before both of its ends start, and taken away when both have ended', async () => {
    const run = memoryRun(across);
    await run.clock.advance(0);
    run.stop('asked', 500);
    await run.outcome;
    const at = (call: string): number => {
      expect(run.calls).toContain(call);
      return run.calls.indexOf(call);
    };
    for (const [place, consumer, providerPlace, provider] of [
      ['near', '/app', 'far', '/db'],
      ['far', '/db', 'near', '/disk'],
    ] as const) {
      const [made, gone] = [at(`${place}: apply ${consumer}`), at(`${place}: revoke ${consumer}`)];
      expect(made).toBeLessThan(at(`${place}: start ${consumer} 1`));
      expect(made).toBeLessThan(at(`${providerPlace}: start ${provider} 1`));
      expect(gone).toBeGreaterThan(at(`${place}: stop ${consumer} 500`));
      expect(gone).toBeGreaterThan(at(`${providerPlace}: stop ${provider} 500`));
    }
    expect([...told(run, / apply /)].sort()).toEqual(['far: apply /db', 'near: apply /app']);
  });

  it('asks both before anything has an effect, and one that refuses ends the run', async () => {
    const blocked = { gate: 'no_room', subject: '/db', reasons: ['far is full'], remedy: 'make room' };
    const run = memoryRun({
      ...across,
      elsewhere: { far: { monikers: ['/db'], refuses: { '/db': { blocked: [blocked] } } } },
    });
    await run.clock.advance(0);
    expect(await run.outcome).toEqual({ state: 'BLOCKED', blocked: [blocked] });
    expect(told(run, / start /)).toEqual([]);
    expect(run.calls.slice(-2).sort()).toEqual(['far: close', 'near: close']);
  });

  it('ends where one of them is lost, and says which, whatever goes on in the other', async () => {
    const refused = { gate: 'docker_unavailable', subject: '/db', reasons: ['the engine is away'], remedy: 'start it' };
    const scripts = { '/db': [{ readyAfter: 0, endsAfter: 5, end: { ...lost, refused } }] };
    const run = memoryRun({ ...across, elsewhere: { far: { monikers: ['/db'], scripts } } });
    await run.clock.advance(1_000);
    expect(await run.outcome).toEqual({ state: 'BLOCKED', blocked: [refused] });
    expect(run.calls.slice(-2).sort()).toEqual(['far: close', 'near: close']);
  });

  it('starts again where it was what ends there, and leaves the others alone', async () => {
    const ends = { readyAfter: 0, endsAfter: 5, end: { code: 1, signal: null } };
    const run = memoryRun({
      ...across,
      elsewhere: { far: { monikers: ['/db'], scripts: { '/db': [ends, { readyAfter: 0 }] } } },
    });
    await run.clock.advance(10_000);
    expect(told(run, / start \/db/)).toEqual(['far: start /db 1', 'far: start /db 2']);
    expect(told(run, /near: start /)).toHaveLength(2);
    expect(run.status()).toMatchObject([
      { moniker: '/app', state: 'ready', restarts: 0 },
      { moniker: '/db', state: 'ready', restarts: 1 },
      { moniker: '/disk', state: 'ready', restarts: 0 },
    ]);
    run.stop('over', 500);
    await run.outcome;
  });
});

describe('an environment that cannot be reached any more', () => {
  const cutOff = (restart: 'always' | 'never'): MemoryRun =>
    memoryRun({
      ...across,
      components: [component('/app'), component('/db', { restart }), disk],
      elsewhere: { far: { monikers: ['/db'], scripts: { '/db': [{ readyAfter: 0, endsAfter: 5, end: lost }] } } },
    });

  it.each(['always', 'never'] as const)(
    'ends what ran there, restart: %s, as unknown, and nothing here',
    async (restart) => {
      const run = cutOff(restart);
      await run.clock.advance(60_000);
      expect(told(run, /far: start/)).toEqual(['far: start /db 1']);
      expect(run.status()).toMatchObject([
        { moniker: '/app', state: 'ready' },
        { moniker: '/db', state: 'failed', lastExit: 'far does not answer' },
        { moniker: '/disk', state: 'ready' },
      ]);
      run.stop('over', 500);
      expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'over' });
      expect(told(run, /near: stop/)).toHaveLength(2);
      expect(run.said()).toContain(`outcome ${restart === 'never' ? 'task.run' : 'process.start'}:/db unknown`);
    },
  );

  it.each(['always', 'never'] as const)(
    'is asked by the next process, and restart: %s does not run twice',
    async (restart) => {
      const first = cutOff(restart);
      await first.clock.advance(60_000);
      first.stop('over', 500);
      await first.outcome;
      const next = (end: End | undefined): MemoryRun =>
        memoryRun({
          ...across,
          components: [component('/app'), component('/db', { restart }), disk],
          elsewhere: { far: { monikers: ['/db'], ends: end ? { '/db': end } : {} } },
          before: first.entries,
        });
      const still = next(lost);
      await still.clock.advance(0);
      expect(await still.outcome).toMatchObject({
        state: 'BLOCKED',
        blocked: [{ gate: 'outcome_unknown', subject: '/db' }],
      });
      expect(told(still, / start /)).toEqual([]);
      if (restart === 'never') return;
      // It answers again: what was there has ended.
      const again = next({ code: 0, signal: null });
      await again.clock.advance(0);
      expect(told(again, /far: start/)).toEqual(['far: start /db 2']);
      again.stop('over', 500);
      await again.outcome;
    },
  );
});
