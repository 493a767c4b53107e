/** A program that may not be started any more: the run goes on without it, and cannot end well. */
import { describe, expect, it } from 'vitest';
import type { Blocked } from '../../../src/ir/blocked.ts';
import type { Script } from '../../support/run/memory-environment.ts';
import { component, edge, memoryRun } from '../../support/run/memory-run.ts';

const blocked: Blocked = {
  gate: 'program_changed',
  subject: '/a',
  reasons: ['/x is not the program'],
  remedy: 'put it back',
};
const refused: Script = {
  endsAfter: 0,
  end: { code: null, signal: null, fault: '/x is not the program', ran: false, refused: blocked },
};
const once: Script = { readyAfter: 0, endsAfter: 5, end: { code: 1, signal: null } };
const minutes = 60_000;

describe('a start that is refused', () => {
  it.each(['always', 'on-failure'] as const)(
    'later ends the component, though it is to restart %s, and no other one',
    async (restart) => {
      const run = memoryRun({
        components: [component('/a', { restart }), component('/b')],
        scripts: { '/a': [once, refused], '/b': [{ readyAfter: 0, endsAfter: 9 * minutes }] },
      });
      await run.clock.advance(8 * minutes);
      expect(await run.ready).toBe(true);
      expect(run.environment.calls.filter((call) => call.startsWith('start /a'))).toEqual(['start /a 1', 'start /a 2']);
      expect(run.status()).toMatchObject([
        { moniker: '/a', state: 'failed', lastExit: '/x is not the program' },
        { moniker: '/b', state: 'ready' },
      ]);
      await run.clock.advance(2 * minutes);
      expect(await run.outcome).toEqual({ state: 'BLOCKED', blocked: [blocked] });
      const last = run.entries.filter(({ actionId }) => actionId === 'process.start:/a').at(-1);
      expect(last).toMatchObject({ type: 'outcome', attempt: 2, data: { state: 'failed', ran: false } });
    },
  );

  it('before anything is up ends the run', async () => {
    const run = memoryRun({
      components: [component('/a'), component('/b', { after: ['/a'] }), component('/c')],
      edges: [edge('/a', '/b')],
      scripts: { '/a': [refused] },
    });
    await run.clock.advance(0);
    expect(run.said()).toContain('outcome process.start:/a failed');
    expect(await run.ready).toBe(false);
    expect(await run.outcome).toEqual({ state: 'BLOCKED', blocked: [blocked] });
    expect(run.environment.calls.filter((call) => call.startsWith('start')).sort()).toEqual([
      'start /a 1',
      'start /c 1',
    ]);
  });

  it('of a task is no effect, so a later process of the run may start it', async () => {
    const first = memoryRun({ components: [component('/a', { restart: 'never' })], scripts: { '/a': [refused] } });
    await first.clock.advance(0);
    expect(await first.outcome).toEqual({ state: 'BLOCKED', blocked: [blocked] });
    const second = memoryRun({
      components: [component('/a', { restart: 'never' })],
      scripts: { '/a': [{ readyAfter: 0, endsAfter: 1 }] },
      before: first.entries,
    });
    await second.clock.advance(10);
    expect(await second.outcome).toEqual({ state: 'COMPLETE', basis: 'no_probes_declared' });
    expect(second.environment.calls).toContain('start /a 2');
  });
});
