/** What a journal comes to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionStates } from '../../../../src/ir/action.ts';
import { type Entry, entryTypes } from '../../../../src/language/journal/entry.ts';
import { createFold, endedWithHeadgate, fold, type RunState } from '../../../../src/runtime/journal/fold.ts';
import { at, ofAction, ofRun, start } from './entries.ts';

const web = 'process.start:/web' as const;
const job = 'task.run:/job' as const;
const of = (entries: readonly Entry[], id: string) => fold(entries).actions.get(id);

describe('entries of the run', () => {
  it('begin it: plan and options are those of its first process, also where that had none to write down', () => {
    const first = start({}, 1);
    const later = start({ plan: 'sha256:other', options: 'sha256:other', resumed: true }, 9);
    expect(fold([first, later])).toMatchObject({ plan: 'sha256:plan', options: 'sha256:options', startedAt: at(1) });
    expect(fold([start({ options: null }), later]).options).toBeNull();
    expect(fold([])).toMatchObject({ plan: undefined, options: undefined, startedAt: undefined, outcome: undefined });
  });

  it('say where its exports are from `ready` until it ends or goes on', () => {
    const ready = ofRun('progress', { event: 'ready', exports: { web: 'http://127.0.0.1:1' } });
    const gate = ofRun('gate', { state: 'CANCELLED', reason: 'asked' }, 5);
    expect(fold([start(), ready]).exports).toEqual({ web: 'http://127.0.0.1:1' });
    expect(fold([start(), ready, gate])).toMatchObject({
      exports: {},
      endedAt: at(5),
      outcome: { state: 'CANCELLED' },
    });
    expect(fold([start(), ready, start()]).exports).toEqual({});
    expect(fold([start(), gate, start()])).toMatchObject({ endedAt: undefined, outcome: undefined });
  });

  it('usage: what was told last of each profile and budget counts', () => {
    const use = (budget: 'tokens' | 'modelCalls', used: number) =>
      ({ profile: 'p', budget, used, limit: 9, kept: 'metered' }) as const;
    const first = ofRun('usage', { budgets: [use('tokens', 1), use('modelCalls', 1)] });
    const second = ofRun('usage', { budgets: [use('tokens', 5)] });
    const told = [...fold([start(), first, start(), second]).usage.values()];
    expect(told).toEqual([use('tokens', 5), use('modelCalls', 1)]);
  });

  it('that tell of a torn end, or that it was asked to end, change nothing else', () => {
    const more = [ofRun('progress', { event: 'torn-end-cut-off', bytes: 3 }), ofRun('cancel', { reason: 'asked' })];
    expect(fold([start(), ...more])).toEqual(fold([start()]));
  });
});

describe('entries of an action', () => {
  it('intent: begun, and what was known of the attempt before is over', () => {
    const before = [ofAction('intent', job), ofAction('outcome', job, { state: 'failed', exit: 'x', ran: false })];
    expect(of(before, job)).toMatchObject({ attempt: 1, state: 'failed', phase: 'over', exit: 'x', ran: false });
    expect(of([...before, ofAction('intent', job, {}, 2)], job)).toMatchObject({
      attempt: 2,
      state: undefined,
      phase: 'starting',
      exit: undefined,
      ran: true,
      pid: undefined,
    });
  });

  it('progress: a task is up, and has no outcome yet', () => {
    const entries = [ofAction('intent', job), ofAction('progress', job, { event: 'started', pid: 7 })];
    expect(of(entries, job)).toMatchObject({ state: undefined, phase: 'up', pid: 7 });
  });

  it('failure and retry: it waits for its next attempt, and restarts are counted over all processes', () => {
    const failure = ofAction('failure', web, { exit: 'it ended with status 1' });
    const retry = ofAction('retry', web, { afterMs: 1, exit: 'it ended with status 1', restart: 1, most: 8 });
    const once = [ofAction('intent', web), ofAction('outcome', web, { state: 'succeeded', pid: 3 }), failure];
    expect(of(once, web)).toMatchObject({
      phase: 'waiting',
      pid: undefined,
      exit: 'it ended with status 1',
      restarts: 0,
    });
    expect(of([...once, retry], web)).toMatchObject({ phase: 'waiting', restarts: 1 });
    expect(of([start(), ...once, retry, start(), ...once, retry], web)?.restarts).toBe(2);
  });

  it.each(actionStates)('outcome %s: over, unless it lives on', (state) => {
    const lives = of([ofAction('intent', web), ofAction('outcome', web, { state, pid: 3 })], web);
    expect(lives).toMatchObject({ state, phase: state === 'succeeded' ? 'up' : 'over', pid: 3 });
    const ended = of([ofAction('intent', web), ofAction('outcome', web, { state, exit: 'e' })], web);
    expect(ended).toMatchObject({ state, phase: 'over', exit: 'e', pid: undefined });
  });

  it.each(actionStates)('reconciled %s: over, with the exit that was found or the one that was known', (state) => {
    const left = [ofAction('intent', job), ofAction('failure', job, { exit: 'known' })];
    expect(of([...left, ofAction('reconciled', job, { state, exit: 'found' })], job)).toMatchObject({
      state,
      phase: 'over',
      exit: 'found',
    });
    expect(of([...left, ofAction('reconciled', job, { state, ran: false })], job)).toMatchObject({
      exit: 'known',
      ran: false,
    });
  });

  it('stand in the order of their beginning', () => {
    const entries = [ofAction('intent', web), ofAction('intent', job), ofAction('outcome', web, { state: 'failed' })];
    expect([...fold(entries).actions.keys()]).toEqual([web, job]);
  });

  it('name what is in the store, and the storage of the newest process', () => {
    const sized = (id: string) => ({ id, target: `/${id}`, size: '1Mi', limit: 'metered' });
    const entries = [
      start(),
      ofAction('outcome', 'env.probe', { state: 'succeeded', environment: 'sha256:1', evidence: 'sha256:2' }),
      ofAction('outcome', 'grant.apply:/web', { state: 'succeeded', storage: [sized('a'), sized('b')] }),
      ofAction('progress', job, { event: 'started', sandbox: 'sha256:3', program: 'sha256:4' }),
      ofAction('outcome', web, { state: 'succeeded', sandbox: 'sha256:5', program: 'sha256:4' }),
    ];
    const folded = fold(entries);
    expect([...folded.blobs].sort()).toEqual([1, 2, 3, 4, 5].map((n) => `sha256:${n}`));
    expect(folded.storage.map(({ id }) => id)).toEqual(['a', 'b']);
    const again = fold([...entries, start()]);
    expect(again.storage).toEqual([]);
    expect(again.blobs.size).toBe(5);
  });
});

describe('a later process of the run', () => {
  it('finds what was left without an end: it ended with its headgate, a task perhaps before', () => {
    const entries = [
      start(),
      ofAction('intent', web),
      ofAction('outcome', web, { state: 'succeeded', pid: 5 }),
      ofAction('intent', job),
      ofAction('progress', job, { event: 'started', pid: 6 }),
      start({ resumed: true }),
    ];
    expect(of(entries, web)).toMatchObject({ phase: 'over', pid: undefined, exit: endedWithHeadgate });
    expect(of(entries, job)).toMatchObject({ phase: 'over', pid: undefined, exit: undefined });
  });

  it('keeps what was over, and the exit of what waited to be started again', () => {
    const over = [start(), ofAction('intent', job), ofAction('outcome', job, { state: 'failed', exit: 'status 3' })];
    expect(of([...over, start()], job)).toEqual(of(over, job));
    const waiting = [start(), ofAction('intent', web), ofAction('failure', web, { exit: 'status 1' })];
    expect(of([...waiting, start()], web)).toMatchObject({ phase: 'over', exit: 'status 1' });
  });

  it('counts how often each action was asked for again, and no other', () => {
    const folded = createFold();
    const job = { type: 'task.run', target: '/job' } as const;
    for (const [redo, wanted] of [
      [[], 0],
      [['/job'], 1],
      [['/other'], 1],
      [['/job', '/other'], 2],
    ] as const) {
      folded.add(start({ redo }));
      expect(folded.generationOf(job)).toBe(wanted);
      folded.add(ofAction('intent', 'task.run:/job'));
      expect(folded.state().actions.get('task.run:/job')?.generation).toBe(wanted);
    }
    expect(folded.generationOf({ type: 'env.probe', target: null })).toBe(0);
  });

  it('remembers what was asked for again until it is begun', () => {
    const folded = createFold();
    const job = { type: 'task.run', target: '/job' } as const;
    const asked: boolean[] = [];
    for (const entry of [
      start(),
      ofAction('intent', 'task.run:/job'),
      start({ redo: ['/job'] }),
      ofAction('reconciled', 'task.run:/job', { state: 'succeeded' }),
      start(),
      ofAction('intent', 'task.run:/job'),
      start({ redo: ['/other'] }),
    ]) {
      folded.add(entry);
      asked.push(folded.isAskedAgain(job));
    }
    expect(asked).toEqual([false, false, true, true, true, false, false]);
    expect(folded.isAskedAgain({ type: 'task.run', target: '/other' })).toBe(false);
  });
});

const state = fc.constantFrom(...actionStates);
const exit = fc.option(fc.constantFrom('it ended with status 0', 'it was ended by SIGTERM'), { nil: undefined });
const digest = fc.constantFrom('sha256:1', 'sha256:2', 'sha256:3');
const name = fc.constantFrom(web, job, 'task.run:/other', 'grant.apply:/web', 'process.stop:/web', 'env.probe');
const attempt = fc.integer({ min: 1, max: 3 });
const clean = (data: object): object => JSON.parse(JSON.stringify(data)) as object;
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ redo: fc.subarray(['/job', '/web', '/other']), resumed: fc.boolean() }).map((data) => start(data)),
  fc.constant(ofRun('progress', { event: 'ready', exports: { web: 'http://x' } })),
  fc.constant(ofRun('cancel', { reason: 'asked' })),
  fc
    .nat(9)
    .map((used) =>
      ofRun('usage', { budgets: [{ profile: 'p', budget: 'modelCalls', used, limit: 9, kept: 'metered' }] }),
    ),
  fc.constant(ofRun('gate', { state: 'FAILED', reasons: ['/web: x'] })),
  fc.tuple(name, attempt).map(([name, n]) => ofAction('intent', name, {}, n)),
  fc
    .tuple(name, attempt, digest)
    .map(([name, n, sandbox]) => ofAction('progress', name, { event: 'started', pid: n, sandbox }, n)),
  fc.tuple(name, attempt).map(([name, n]) => ofAction('failure', name, { exit: 'x' }, n)),
  fc
    .tuple(name, attempt)
    .map(([name, n]) => ofAction('retry', name, { afterMs: 1, exit: 'y', restart: n, most: 8 }, n)),
  fc
    .tuple(name, attempt, fc.record({ state, exit, program: digest }))
    .map(([name, n, data]) => ofAction('outcome', name, clean(data), n)),
  fc
    .tuple(name, attempt, fc.record({ state, exit }))
    .map(([name, n, data]) => ofAction('reconciled', name, clean(data), n)),
);
const frozen = (one: RunState): unknown => ({ ...one, actions: [...one.actions], blobs: [...one.blobs] });

it('gives the same state entry by entry as all at once, whoever looks at it meanwhile, and changes no entry', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
      const before = JSON.stringify(entries);
      const folded = createFold();
      for (const [n, one] of entries.entries()) {
        folded.add(one);
        seen.add(one.type);
        if (n % 3 === 0) expect(frozen(folded.state())).toEqual(frozen(fold(entries.slice(0, n + 1))));
      }
      expect(frozen(folded.state())).toEqual(frozen(fold(entries)));
      expect(JSON.stringify(entries)).toBe(before);
    }),
    { numRuns: 200 },
  );
  expect([...seen].sort()).toEqual([...entryTypes].sort());
});
