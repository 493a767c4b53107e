/** The executor over an environment in memory, with a clock that the test moves. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/language/journal/entry.ts';
import { settled } from '../../support/run/fake-clock.ts';
import { component, edge, type MemoryRunOptions, memoryRun } from '../../support/run/memory-run.ts';
import { start } from './journal/entries.ts';

const task = (moniker: string, ...after: string[]) => component(moniker, { restart: 'never', after });
const service = (moniker: string, ...after: string[]) => component(moniker, { after });
const shuffles: readonly NonNullable<MemoryRunOptions['arrange']>[] = [
  (ready) => ready,
  (ready) => [...ready].reverse(),
  (ready) => [...ready].sort(),
];

describe('a run', () => {
  it.each(shuffles)('starts providers before consumers, and stops consumers before providers (%#)', async (arrange) => {
    const run = memoryRun({
      components: [service('/a', '/b'), service('/b', '/c'), service('/c'), service('/d', '/c')],
      edges: [edge('/b', '/a'), edge('/c', '/b'), edge('/c', '/d')],
      scripts: { '/c': [{ readyAfter: 100 }], '/b': [{ readyAfter: 100 }] },
      arrange,
    });
    await run.clock.advance(150);
    const started = run.environment.calls.filter((call) => call.startsWith('start'));
    expect(started[0]).toBe('start /c 1');
    expect(started.slice(1).sort()).toEqual(['start /b 1', 'start /d 1']);
    await run.clock.advance(100);
    expect(await run.ready).toBe(true);
    expect(run.environment.calls).toContain('start /a 1');
    run.stop('asked', 500);
    expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'asked' });
    const { calls } = run.environment;
    const at = (call: string): number => {
      expect(calls).toContain(call);
      return calls.indexOf(call);
    };
    expect(at('stop /a 500')).toBeLessThan(at('stop /b 500'));
    expect(at('stop /b 500')).toBeLessThan(at('stop /c 500'));
    expect(at('stop /d 500')).toBeLessThan(at('stop /c 500'));
    // What was granted goes after both of its ends.
    expect(at('stop /b 500')).toBeLessThan(at('revoke /a'));
    expect(at('stop /c 500')).toBeLessThan(at('revoke /b'));
    expect(calls.at(-1)).toBe('close');
  });

  it('applies every grant before any of those that use it starts', async () => {
    const run = memoryRun({ components: [service('/p'), service('/q', '/p')], edges: [edge('/p', '/q')] });
    await run.clock.advance(0);
    expect(run.environment.calls).toEqual(['apply /q', 'start /p 1', 'start /q 1']);
    expect(run.said().slice(0, 6)).toEqual([
      'intent env.probe',
      'outcome env.probe succeeded',
      'intent grant.apply:/q',
      'outcome grant.apply:/q succeeded',
      'intent secret.bind',
      'outcome secret.bind succeeded',
    ]);
    run.stop('over', 500);
    await run.outcome;
  });

  it('is COMPLETE when every component has finished in order', async () => {
    const run = memoryRun({
      components: [task('/a'), task('/b', '/a')],
      scripts: { '/a': [{ readyAfter: 0, endsAfter: 10 }], '/b': [{ readyAfter: 0, endsAfter: 10 }] },
    });
    await run.clock.advance(9);
    expect(run.environment.calls).not.toContain('start /b 1');
    await run.clock.advance(20);
    expect(await run.outcome).toEqual({ state: 'COMPLETE', basis: 'no_probes_declared' });
  });

  it('is FAILED when one of many has failed, however well the others ended', async () => {
    const good = [{ readyAfter: 0, endsAfter: 50 }];
    const run = memoryRun({
      components: [task('/a'), task('/b'), task('/c')],
      scripts: { '/a': good, '/b': [{ readyAfter: 0, endsAfter: 5, end: { code: 3, signal: null } }], '/c': good },
    });
    await run.clock.advance(60);
    expect(await run.outcome).toEqual({ state: 'FAILED', reasons: ['/b: it ended with status 3'] });
    expect(run.said().filter((line) => line.endsWith('succeeded') && line.includes('task.run'))).toHaveLength(2);
  });

  it('says what a component waited for that never started', async () => {
    const run = memoryRun({
      components: [task('/a'), task('/b'), service('/c', '/a', '/b'), service('/d', '/c')],
      scripts: {
        '/a': [{ readyAfter: 0, endsAfter: 5, end: { code: 1, signal: null } }],
        '/b': [{ readyAfter: 0, endsAfter: 5, end: { code: 2, signal: null } }],
      },
    });
    await run.clock.advance(10);
    expect(await run.outcome).toEqual({
      state: 'FAILED',
      reasons: [
        '/a: it ended with status 1',
        '/b: it ended with status 2',
        '/c: it needs /a and /b, which did not start, or did not end well',
        '/d: it needs /c, which did not start, or did not end well',
      ],
    });
    expect(run.said()).toContain('outcome process.start:/c skipped');
    expect(run.environment.calls).not.toContain('start /c 1');
  });

  it('is BLOCKED when a grant is refused, starts nothing, and takes back what it had', async () => {
    const refused = { gate: 'port_taken', subject: 'exports.web', reasons: ['in use'], remedy: 'give another' };
    const run = memoryRun({
      components: [service('/a')],
      edges: [{ ...edge('/a', '/x'), to: { kind: 'export', name: 'web' } }],
      refuses: { 'exports.web': { blocked: [refused] } },
    });
    await run.clock.advance(0);
    expect(await run.outcome).toEqual({ state: 'BLOCKED', blocked: [refused] });
    expect(await run.ready).toBe(false);
    expect(run.environment.calls.some((call) => call.startsWith('start'))).toBe(false);
    expect(run.said()).toContain('outcome grant.apply:exports.web failed');
    expect(run.said().some((line) => line.includes('process.start'))).toBe(false);
  });

  it('ends as a whole when something does not come up once, and goes on when it fails later', async () => {
    const early = memoryRun({
      components: [component('/a', { restarts: 0 }), service('/b')],
      scripts: { '/a': [{ endsAfter: 5, end: { code: 1, signal: null } }] },
    });
    await early.clock.advance(10);
    expect(await early.outcome).toEqual({ state: 'FAILED', reasons: ['/a: it ended with status 1'] });
    expect(early.environment.calls).toContain('stop /b 500');

    const late = memoryRun({
      components: [component('/a', { restarts: 0 }), service('/b')],
      scripts: { '/a': [{ readyAfter: 0, endsAfter: 5, end: { code: 1, signal: null } }] },
    });
    await late.clock.advance(1_000);
    expect(late.environment.calls).not.toContain('stop /b 500');
    late.stop('enough', 500);
    expect(await late.outcome).toMatchObject({ state: 'CANCELLED' });
  });

  it('kills what does not end within its grace, and everything at once when asked again', async () => {
    const scripts = {
      '/a': [{ readyAfter: 0, asked: 'ignores' as const }],
      '/b': [{ readyAfter: 0, asked: 'ignores' as const }],
    };
    const run = memoryRun({ components: [service('/a', '/b'), service('/b')], scripts, graceMs: 5_000 });
    await run.clock.advance(0);
    run.stop('asked', 5_000);
    await run.clock.advance(4_999);
    expect(run.environment.calls).not.toContain('stop /b 5000');
    await run.clock.advance(1);
    expect(run.environment.calls).toContain('stop /b 5000');
    run.stop('asked twice', 0);
    await run.clock.advance(0);
    expect(run.environment.calls).toContain('stop /b 0');
    expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'asked' });
  });

  it('ends everything and rejects when its record cannot be written', async () => {
    const components = [service('/a'), service('/b')];
    const whole = memoryRun({ components });
    await whole.clock.advance(0);
    const count = whole.entries.length;
    whole.stop('over', 0);
    await whole.outcome;
    for (let fullAt = 0; fullAt < count; fullAt++) {
      const run = memoryRun({ components, fullAt });
      await run.clock.advance(0);
      await expect(run.outcome, `entry ${fullAt}`).rejects.toThrow('ENOSPC');
      const started = run.environment.calls.filter((call) => call.startsWith('start'));
      const stopped = run.environment.calls.filter((call) => call.startsWith('stop'));
      expect(stopped.length, `entry ${fullAt}`).toBe(started.length);
      expect(run.environment.calls.at(-1)).toBe('close');
    }
  });

  it('launches one program at a time, so that no entry is written while another is half made', async () => {
    const run = memoryRun({ components: [service('/a'), service('/b')], launchMs: 10 });
    const started = (): readonly string[] => run.environment.calls.filter((call) => call.startsWith('start'));
    await run.clock.advance(9);
    expect(started()).toEqual(['start /a 1']);
    expect(run.said()).not.toContain('intent process.start:/b');
    await run.clock.advance(1);
    expect(started()).toEqual(['start /a 1', 'start /b 1']);
    await run.clock.advance(10);
    run.stop('over', 0);
    await run.outcome;
  });

  it('starts no more at once than the machine can take, and no consumer holds up its provider', async () => {
    const many = Array.from({ length: 40 }, (_, n) => service(`/s${n}`, ...(n > 0 ? [`/s${n - 1}`] : [])));
    const run = memoryRun({ components: many });
    await run.clock.advance(0);
    await settled();
    expect(await run.ready).toBe(true);
    run.stop('over', 0);
    await run.outcome;
  });
});

describe('what an earlier process left', () => {
  const begun = (type: 'task.run' | 'process.start' | 'grant.apply' | 'process.stop', target: string): Entry =>
    ({ type: 'intent', action: { type, target }, attempt: 1, data: {} }) as unknown as Entry;
  const ended = (type: 'task.run' | 'process.start', target: string, data: object): Entry =>
    ({ type: 'outcome', action: { type, target }, attempt: 1, data }) as unknown as Entry;

  it('of a task that had its effect is not done again, and what needs it begins', async () => {
    const run = memoryRun({
      components: [task('/a'), service('/b', '/a')],
      before: [
        begun('task.run', '/a'),
        ended('task.run', '/a', { state: 'succeeded', exit: 'it ended with status 0' }),
      ],
    });
    await run.clock.advance(0);
    expect(await run.ready).toBe(true);
    expect(run.environment.calls.filter((call) => call.startsWith('start'))).toEqual(['start /b 1']);
    run.stop('over', 0);
    await run.outcome;
  });

  it('of a service is started again with the next attempt, also when it had succeeded', async () => {
    const run = memoryRun({
      components: [service('/a')],
      before: [begun('process.start', '/a'), ended('process.start', '/a', { state: 'succeeded' })],
    });
    await run.clock.advance(0);
    expect(run.environment.calls).toContain('start /a 2');
    run.stop('over', 0);
    await run.outcome;
  });

  it('of a task that was cut off is looked up, and BLOCKED where nobody knows', async () => {
    const before = [begun('task.run', '/a')];
    const known = memoryRun({ components: [task('/a')], before, ends: { '/a': { code: 0, signal: null } } });
    await known.clock.advance(0);
    expect(await known.outcome).toMatchObject({ state: 'COMPLETE' });
    expect(known.said()).toContain('reconciled task.run:/a succeeded');
    const unknown = memoryRun({ components: [task('/a')], before });
    await unknown.clock.advance(0);
    expect(await unknown.outcome).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate: 'outcome_unknown', subject: '/a' }],
    });
    expect(unknown.environment.calls).toEqual(['close']);
    const lost = memoryRun({
      components: [task('/a')],
      before,
      ends: { '/a': { code: null, signal: null, unreachable: true } },
    });
    await lost.clock.advance(0);
    expect(await lost.outcome).toMatchObject({ state: 'BLOCKED', blocked: [{ gate: 'outcome_unknown' }] });
  });

  it('of a task that was asked for again is done again, under another key', async () => {
    const first = memoryRun({ components: [task('/a')], scripts: { '/a': [{ readyAfter: 0, endsAfter: 1 }] } });
    await first.clock.advance(10);
    await first.outcome;
    const keyIn = (entries: readonly Entry[]): readonly (string | null)[] =>
      entries.flatMap(({ type, action, idempotencyKey }) =>
        type === 'intent' && action?.type === 'task.run' ? [idempotencyKey] : [],
      );
    const again = memoryRun({
      components: [task('/a')],
      before: first.entries,
      redo: ['/a'],
      scripts: { '/a': [{ readyAfter: 0, endsAfter: 1 }] },
    });
    await again.clock.advance(10);
    expect(await again.outcome).toMatchObject({ state: 'COMPLETE' });
    const keys = keyIn(again.entries);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  it('of a task that was asked for again is done again where headgate was killed before it began', async () => {
    const once = [{ readyAfter: 0, endsAfter: 1 }];
    const given = { components: [task('/a'), task('/b')], scripts: { '/a': once, '/b': once } };
    const first = memoryRun(given);
    await first.clock.advance(10);
    await first.outcome;
    const begunIn = (entries: readonly Entry[]): readonly string[] =>
      entries.flatMap(({ type, action }) =>
        type === 'intent' && action?.type === 'task.run' ? [String(action.target)] : [],
      );
    const asked = start({ resumed: true, redo: ['/a'] });
    const second = memoryRun({ ...given, before: [...first.entries, asked] });
    await second.clock.advance(10);
    expect(await second.outcome).toMatchObject({ state: 'COMPLETE' });
    expect(begunIn(second.entries)).toEqual(['/a', '/b', '/a']);
    const third = memoryRun({ ...given, before: second.entries });
    await third.clock.advance(10);
    expect(begunIn(third.entries)).toEqual(['/a', '/b', '/a']);
  });

  it('of a task that was asked for again is not done again unasked once it has begun', async () => {
    const scripts = { '/a': [{ readyAfter: 0, endsAfter: 1 }] };
    const first = memoryRun({ components: [task('/a')], scripts });
    await first.clock.advance(10);
    await first.outcome;
    const before = [...first.entries, start({ resumed: true, redo: ['/a'] }), begun('task.run', '/a')];
    const cut = memoryRun({ components: [task('/a')], scripts, before });
    await cut.clock.advance(10);
    expect(await cut.outcome).toMatchObject({ state: 'BLOCKED', blocked: [{ gate: 'outcome_unknown' }] });
  });

  it('of any other action is told as ended', async () => {
    const run = memoryRun({
      components: [service('/a')],
      edges: [edge('/b', '/a')],
      before: [begun('grant.apply', '/a'), begun('process.stop', '/a'), begun('process.start', '/a')],
    });
    await run.clock.advance(0);
    expect(run.said().slice(0, 3)).toEqual([
      'reconciled grant.apply:/a failed',
      'reconciled process.stop:/a succeeded',
      'reconciled process.start:/a cancelled',
    ]);
    run.stop('over', 0);
    await run.outcome;
  });
});

it('the attempts of one action share one idempotency key', async () => {
  const run = memoryRun({
    components: [component('/a', { restarts: 2 })],
    scripts: { '/a': [{ readyAfter: 0, endsAfter: 1, end: { code: 1, signal: null } }, { readyAfter: 0 }] },
  });
  await run.clock.advance(1_000);
  run.stop('over', 0);
  await run.outcome;
  const keys = run.entries.flatMap(({ type, action, idempotencyKey }) =>
    type === 'intent' && action?.type === 'process.start' ? [idempotencyKey] : [],
  );
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});
