/** Runs that end by probes: the executor as it is, over an environment in memory, with probers that answer what the test says. */
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../../../src/base/json.ts';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { component, edge, type MemoryRun, memoryRun } from '../../../support/run/memory-run.ts';
import { completing, deferredResult, fails, passes, probe, runtimeOf, scripted } from '../../../support/run/probers.ts';

const task = (moniker: string, ...after: string[]) => component(moniker, { restart: 'never', after });
const service = (moniker: string, ...after: string[]) => component(moniker, { after });
const shortTask = [{ readyAfter: 0, endsAfter: 10 }];
const stop = completing('stop', 'a');
const stay = completing('stay', 'a');

const gatesOf = (outcome: object): readonly string[] =>
  'blocked' in outcome
    ? (outcome.blocked as { gate: string; subject: string }[]).map((b) => `${b.gate} ${b.subject}`)
    : [];
const probeEntries = (run: MemoryRun, type: Entry['type']): readonly JsonObject[] =>
  run.entries.flatMap((entry) =>
    entry.type === type && entry.action?.type === 'probe.run' && isObject(entry.data as JsonObject)
      ? [entry.data as JsonObject]
      : [],
  );

describe('a run with required probes', () => {
  it('001-1, 001-3: runs them once, when every task has finished and every service is ready, and then stops, consumers first', async () => {
    const { prober, asked } = scripted({});
    const run = memoryRun({
      components: [service('/web', '/db'), service('/db'), task('/once', '/db')],
      edges: [edge('/db', '/web')],
      scripts: { '/db': [{ readyAfter: 30 }], '/once': shortTask },
      runtime: runtimeOf({ a: probe(), b: probe() }),
      probers: { test: prober },
    });
    await run.clock.advance(39);
    expect(asked).toEqual([]);
    await run.clock.advance(1);
    expect(await run.outcome).toEqual({ state: 'COMPLETE', basis: 'probes_passed' });
    expect(asked).toEqual(['a', 'b']);
    const said = run.said();
    const at = (line: string): number => {
      expect(said).toContain(line);
      return said.indexOf(line);
    };
    expect(at('outcome task.run:/once succeeded')).toBeLessThan(at('intent probe.run:probes.a'));
    expect(at('progress ready')).toBeLessThan(at('intent probe.run:probes.a'));
    expect(at('outcome probe.run:probes.a succeeded')).toBeLessThan(at('intent probe.run:probes.b'));
    expect(at('outcome probe.run:probes.b succeeded')).toBeLessThan(at('progress judged'));
    expect(at('progress judged')).toBeLessThan(at('intent process.stop:/web'));
    const { calls } = run.environment;
    expect(calls.indexOf('stop /web 500')).toBeLessThan(calls.indexOf('stop /db 500'));
    expect(calls.at(-1)).toBe('close');
  });

  it.each([
    ['fails', fails, 'probe_failed'],
    ['breaks', new Error('no'), 'probe_runner_error'],
    ['is deferred', deferredResult, 'probe_not_assessed'],
    ['is unstable', { ...deferredResult, outcome: 'unstable' as const }, 'probe_not_assessed'],
    ['takes its own time', { ...fails, outcome: 'timeout' as const }, 'probe_failed'],
    ['answers nonsense', { ...passes, passed: 1 as unknown as boolean }, 'probe_runner_error'],
    ['has passed without an end', { ...passes, outcome: 'deferred' as const }, 'probe_runner_error'],
    ['has passed over its time', { ...passes, outcome: 'timeout' as const }, 'probe_runner_error'],
    ['names what it did not keep', { ...passes, blobs: { trace: `sha256:${'0'.repeat(64)}` } }, 'probe_runner_error'],
    ['says nothing', { ...passes, summary: ' ' }, 'probe_runner_error'],
  ] as const)('001-6, 001-7, 001-9: is BLOCKED when one %s, with evidence of it', async (_, answer, gate) => {
    const run = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe(), b: probe() }),
      probers: { test: scripted({ a: answer }).prober },
    });
    await run.clock.advance(0);
    const outcome = await run.outcome;
    expect(outcome.state).toBe('BLOCKED');
    expect(gatesOf(outcome)).toEqual([`${gate} a`]);
    expect(probeEntries(run, 'outcome').map(({ state, evidence }) => [state, typeof evidence])).toEqual([
      ['failed', 'string'],
      ['succeeded', 'string'],
    ]);
    expect(run.environment.calls).toContain('stop /web 500');
  });

  it('a kind that nobody knows is deferred, and never passed', async () => {
    const run = memoryRun({ components: [service('/web')], runtime: runtimeOf({ a: probe() }) });
    await run.clock.advance(0);
    expect(gatesOf(await run.outcome)).toEqual(['probe_not_assessed a']);
  });

  it('an advisory one is run, is seen, and blocks nothing', async () => {
    const run = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe(), hint: probe(false) }),
      probers: { test: scripted({ hint: fails }).prober },
    });
    await run.clock.advance(0);
    expect(await run.outcome).toEqual({ state: 'COMPLETE', basis: 'probes_passed' });
    expect(fold(run.entries).probes.get('hint')?.found.passed).toBe(false);
  });

  it('is FAILED when a task fails: nothing is looked at, and nothing goes on', async () => {
    for (const completion of [stop, stay]) {
      const { prober, asked } = scripted({});
      const run = memoryRun({
        components: [service('/web'), task('/once')],
        scripts: { '/once': [{ readyAfter: 0, endsAfter: 5, end: { code: 3, signal: null } }] },
        runtime: runtimeOf({ a: probe() }, completion),
        probers: { test: prober },
      });
      await run.clock.advance(5);
      expect(await run.outcome).toEqual({ state: 'FAILED', reasons: ['/once: it ended with status 3'] });
      expect(asked).toEqual([]);
      expect(run.said()).toContain('outcome probe.run:probes.a skipped');
      expect(run.environment.calls).toContain('stop /web 500');
    }
  });

  it('waits for a service that is being started again, and is FAILED when it never comes back', async () => {
    const dies = { readyAfter: 0, endsAfter: 5, end: { code: 1, signal: null } };
    const scripts = { '/once': [{ readyAfter: 0, endsAfter: 6 }], '/web': [dies, { readyAfter: 0 }] };
    const { prober, asked } = scripted({});
    const back = memoryRun({
      components: [service('/web'), task('/once')],
      scripts,
      runtime: runtimeOf({ a: probe() }),
      probers: { test: prober },
    });
    await back.clock.advance(100);
    expect(asked).toEqual([]);
    await back.clock.advance(500);
    expect(await back.outcome).toMatchObject({ state: 'COMPLETE' });

    const gone = memoryRun({
      components: [component('/web', { restarts: 0 }), service('/other'), task('/once')],
      scripts: { ...scripts, '/web': [dies] },
      runtime: runtimeOf({ a: probe() }),
      probers: { test: scripted({}).prober },
    });
    await gone.clock.advance(10);
    expect(await gone.outcome).toEqual({ state: 'FAILED', reasons: ['/web: it ended with status 1'] });
    expect(gone.said()).toContain('outcome probe.run:probes.a skipped');
  });

  it('001-14: is CANCELLED when it is stopped in the middle of one, whose evidence is kept', async () => {
    const slow = scripted({
      a: async ({ signal, clock }) => {
        await clock.sleep(60_000, signal).catch(() => {});
        return { ...passes, passed: null, outcome: 'cancelled', summary: 'cut off' };
      },
    });
    const run = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe(), b: probe() }),
      probers: { test: slow.prober },
    });
    await run.clock.advance(10);
    run.stop('asked', 500);
    expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'asked' });
    expect(slow.asked).toEqual(['a']);
    expect(run.said()).toContain('outcome probe.run:probes.a cancelled');
    expect(fold(run.entries).probes.get('a')?.found).toMatchObject({ passed: null, outcome: 'cancelled' });
  });

  it('001-14: is CANCELLED by the budget of the run, also where a runner does not listen', async () => {
    const deaf = scripted({ a: () => new Promise<never>(() => {}) });
    const run = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe() }, undefined, {
        components: { '/web': { profile: 'slow' } },
        profiles: {
          slow: {
            runtime: { mode: 'evidence' },
            sandbox: { mode: 'inherit' },
            permissions: 'approve-reads',
            budget: { wallClockSeconds: 60 },
          },
        },
      }),
      probers: { test: deaf.prober },
    });
    await run.clock.advance(59_999);
    expect(run.said()).not.toContain('cancel');
    await run.clock.advance(40_000);
    const outcome = await run.outcome;
    expect(outcome).toEqual({
      state: 'CANCELLED',
      reason: 'budget: 60 s are all that profile `slow` allows the run',
      budget: { profile: 'slow', budget: 'wallClockSeconds', used: 60, limit: 60 },
    });
    expect(probeEntries(run, 'outcome')).toMatchObject([{ state: 'cancelled', probe: { outcome: 'cancelled' } }]);
  });

  it('ends and rejects when what was found cannot be written down', async () => {
    const make = (fullAt?: number): MemoryRun =>
      memoryRun({
        components: [service('/web')],
        runtime: runtimeOf({ a: probe() }),
        probers: { test: scripted({}).prober },
        ...(fullAt === undefined ? {} : { fullAt }),
      });
    const whole = make();
    await whole.clock.advance(0);
    await whole.outcome;
    const last = whole.said().indexOf('progress judged');
    for (let fullAt = whole.said().indexOf('progress ready'); fullAt <= last; fullAt++) {
      const run = make(fullAt);
      await run.clock.advance(0);
      await expect(run.outcome, `entry ${fullAt}`).rejects.toThrow('ENOSPC');
      expect(run.environment.calls, `entry ${fullAt}`).toContain('stop /web 500');
      expect(run.environment.calls.at(-1)).toBe('close');
    }
  });
});

describe('a run without completion and without a required probe', () => {
  it('is what it was: the same entries, and it does not end by itself', async () => {
    const make = (probes: object): MemoryRun =>
      memoryRun({ components: [service('/web'), task('/once')], scripts: { '/once': shortTask }, ...probes });
    const written: (readonly Entry[])[] = [];
    for (const probes of [{}, { runtime: runtimeOf({ hint: probe(false) }) }]) {
      const run = make(probes);
      await run.clock.advance(10_000);
      expect(run.environment.calls).not.toContain('stop /web 500');
      run.stop('asked', 500);
      expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'asked' });
      expect(run.said().join()).not.toMatch(/probe\.run|judged/);
      written.push(run.entries);
    }
    expect(written[1]).toEqual(written[0]);
  });

  it('with completion alone it ends when everything is up and every task has finished', async () => {
    const run = memoryRun({
      components: [service('/web'), task('/once')],
      scripts: { '/once': shortTask },
      runtime: { completion: completing('stop') },
    });
    await run.clock.advance(10);
    expect(await run.outcome).toEqual({ state: 'COMPLETE', basis: 'no_probes_declared' });
    expect(run.environment.calls).toContain('stop /web 500');
  });
});

describe('a run that stays', () => {
  const stays = (answers: Parameters<typeof scripted>[0]) => {
    const { prober, asked } = scripted(answers);
    const run = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe(), b: probe(false) }, stay),
      probers: { test: prober },
    });
    return { run, asked };
  };
  const judged = (run: MemoryRun): readonly JsonObject[] =>
    run.entries.flatMap(({ type, data }) =>
      type === 'progress' && (data as JsonObject)['event'] === 'judged' ? [data as JsonObject] : [],
    );

  it('has its verdict in the journal, goes on, and is COMPLETE when it is stopped', async () => {
    const { run } = stays({});
    await run.clock.advance(60_000);
    expect(judged(run)).toEqual([{ event: 'judged', basis: 'probes_passed' }]);
    expect(run.environment.calls).not.toContain('stop /web 500');
    run.stop('asked', 500);
    expect(await run.outcome).toEqual({ state: 'COMPLETE', basis: 'probes_passed' });
  });

  it('is BLOCKED when it is stopped with a verdict that is not good, and says how to go on by then', async () => {
    const { run } = stays({ a: fails });
    await run.clock.advance(0);
    expect(JSON.stringify(judged(run))).toContain('headgate probe run r a');
    run.stop('asked', 500);
    const outcome = await run.outcome;
    expect(gatesOf(outcome)).toEqual(['probe_failed a']);
    expect(JSON.stringify(outcome)).toContain('`headgate resume r`');
    expect(JSON.stringify(outcome)).not.toContain('probe run');
  });

  it('is judged anew when a probe is run again, for better and for worse', async () => {
    const { run, asked } = stays({ a: [fails, passes, fails, new Error('broken')] });
    await run.clock.advance(0);
    const second = await run.probe(['a']);
    expect(second).toMatchObject({ probes: [{ probe: 'a', passed: true }], verdict: { basis: 'probes_passed' } });
    expect(await run.probe()).toMatchObject({
      probes: [{ probe: 'a', passed: false }, { probe: 'b' }],
      verdict: { blocked: [{ gate: 'probe_failed' }] },
    });
    expect(asked).toEqual(['a', 'b', 'a', 'a', 'b']);
    await run.probe(['a']);
    run.stop('asked', 500);
    expect(gatesOf(await run.outcome)).toEqual(['probe_runner_error a']);
  });

  it('a probe that is cut off is no evidence, whatever was found before', async () => {
    const { run } = stays({
      a: [
        passes,
        async ({ signal, clock }) => {
          await clock.sleep(60_000, signal).catch(() => {});
          // It takes its time to clean up, and the run waits for that.
          await clock.sleep(100, new AbortController().signal);
          return { ...passes, passed: null, outcome: 'cancelled', summary: 'cut off' };
        },
      ],
    });
    await run.clock.advance(0);
    const asked = run.probe(['a']);
    await run.clock.advance(10);
    run.stop('asked', 500);
    await run.clock.advance(99);
    expect(run.environment.calls).not.toContain('stop /web 500');
    await run.clock.advance(1);
    expect(gatesOf(await run.outcome)).toEqual(['probe_not_assessed a']);
    expect(await asked).toMatchObject({ probes: [{ outcome: 'cancelled' }] });
  });

  it('refuses probes by name: unknown, too early, too late', async () => {
    const { run } = stays({});
    expect(await run.probe(['a'])).toMatchObject({ refused: { code: 'run_not_ready' } });
    await run.clock.advance(0);
    expect(await run.probe(['aa'])).toMatchObject({
      refused: { code: 'probe_unknown', remedy: 'did you mean `a`?' },
    });
    run.stop('asked', 500);
    await run.outcome;
    expect(await run.probe(['a'])).toMatchObject({ refused: { code: 'run_over' } });
  });
});

describe('retrying', () => {
  const again = async (
    answers: Parameters<typeof scripted>[0],
    between: (entries: readonly Entry[]) => readonly Entry[],
  ) => {
    const first = scripted(answers);
    const given = { components: [service('/web')], runtime: runtimeOf({ a: probe(), b: probe() }) };
    const run = memoryRun({ ...given, probers: { test: first.prober } });
    await run.clock.advance(0);
    await run.outcome;
    const second = scripted({});
    const next = memoryRun({
      ...given,
      probers: { test: second.prober },
      before: between(run.entries),
      blobs: run.blobs,
    });
    await next.clock.advance(0);
    return { outcome: await next.outcome, asked: second.asked, run, next };
  };

  it('001-3: runs only what has not passed, and the evidence of the others is the very same', async () => {
    const { outcome, asked, run, next } = await again({ a: fails }, (entries) => entries);
    expect(asked).toEqual(['a']);
    expect(outcome).toEqual({ state: 'COMPLETE', basis: 'probes_passed' });
    const [before, after] = [fold(run.entries).probes.get('b'), fold(next.entries).probes.get('b')];
    expect(after?.evidence).toBe(before?.evidence);
    expect(after?.found.reused).toBe(true);
  });

  it('stale verdict after a re-run: one that was begun again and cut off counts no more', async () => {
    const { outcome, asked } = await again({}, (entries) => [
      ...entries,
      {
        ...(entries.find(({ actionId, type }) => actionId === 'probe.run:probes.a' && type === 'intent') as Entry),
        attempt: 2,
      } as Entry,
    ]);
    expect(asked).toEqual(['a']);
    expect(outcome).toMatchObject({ state: 'COMPLETE' });
  });

  it('marked but absent: what the journal calls passed is run again where the store does not have it', async () => {
    const { asked } = await again({}, (entries) => {
      return entries;
    });
    expect(asked).toEqual([]);
    const first = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe() }),
      probers: { test: scripted({}).prober },
    });
    await first.clock.advance(0);
    await first.outcome;
    const lost = scripted({});
    const next = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe() }),
      probers: { test: lost.prober },
      before: first.entries,
    });
    await next.clock.advance(0);
    expect(await next.outcome).toMatchObject({ state: 'COMPLETE' });
    expect(lost.asked).toEqual(['a']);
  });

  it('001-1: two runs with one set of runners know nothing of each other', async () => {
    const { prober, asked } = scripted({});
    const make = (names: readonly string[]): MemoryRun =>
      memoryRun({
        components: [service('/web')],
        runtime: runtimeOf(Object.fromEntries(names.map((name) => [name, probe()]))),
        probers: { test: prober },
      });
    const [one, two] = [make(['a', 'b']), make(['b', 'c'])];
    await one.clock.advance(0);
    await two.clock.advance(0);
    expect([await one.outcome, await two.outcome]).toEqual([
      { state: 'COMPLETE', basis: 'probes_passed' },
      { state: 'COMPLETE', basis: 'probes_passed' },
    ]);
    expect([...asked].sort()).toEqual(['a', 'b', 'b', 'c']);
    expect([...fold(one.entries).probes.keys()]).toEqual(['a', 'b']);
    expect([...fold(two.entries).probes.keys()]).toEqual(['b', 'c']);
  });
});
