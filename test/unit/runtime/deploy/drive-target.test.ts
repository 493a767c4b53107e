/** A whole run over a place in memory: what has to be given before anything is done there, and what ends it. */
import { describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import type { Seen, Target } from '../../../../src/ports/target.ts';
import type { FileNow } from '../../../../src/runtime/authority/state.ts';
import { createBudgets } from '../../../../src/runtime/budgets/budgets.ts';
import { driveTarget } from '../../../../src/runtime/deploy/drive-target.ts';
import type { Drive } from '../../../../src/runtime/drive-options.ts';
import { createFakeClock, type FakeClock } from '../../../support/run/fake-clock.ts';
import { memoryRecord, saidBy } from '../../../support/run/memory-record.ts';

interface Placed extends Drive {
  readonly clock: FakeClock;
  /** What was asked of the place, in order, without looks. */
  readonly asked: readonly string[];
  readonly said: () => readonly string[];
  /** What is seen of components from now on. */
  readonly show: (seen: Readonly<Record<string, Partial<Seen>>>) => void;
  readonly withdraw: (id: string) => void;
}

interface Given {
  readonly runtime?: PlanRuntime;
  readonly isEnding?: boolean;
  /** Of `/b`; an image unless given. */
  readonly path?: string;
  /** Done while the place is told what is to be there. */
  readonly onObserve?: (run: Pick<Placed, 'withdraw'>) => void;
  /** What hinders it from taking anything away. */
  readonly stuck?: string;
}

/** Two services of images; one takes what the other offers. */
function placed({ runtime = {}, isEnding = false, path, onObserve, stuck }: Given = {}): Placed {
  const component = (moniker: string, provides: object = {}, what: object = { image: `acme${moniker}:1` }): object => ({
    moniker,
    program: {
      ...what,
      args: [],
      entrypoint: ['/run'],
      network: { endpoints: [{ name: 'http', port: 80, protocol: 'http' }] },
    },
    slots: {},
    provides,
    resources: {},
    config: { literal: {} },
  });
  const edge = {
    id: '/a.up',
    hop: null,
    from: { kind: 'component', component: '/b', provide: 'out' },
    to: { component: '/a', slot: 'up' },
    capability: { kind: 'http', profile: null },
    protocol: 'http',
    weak: false,
  };
  const plan = {
    planDigest: 'sha256:AAAA',
    scenario: { root: 'scenario' },
    config: { leaves: [], schema: null },
    components: [
      component('/a'),
      component(
        '/b',
        { out: { kind: 'http', profile: null, endpoint: 'http' } },
        path === undefined ? undefined : { path },
      ),
    ],
    edges: [edge],
    exports: [],
    externals: [],
    storage: [],
    policies: [],
    sources: [],
    runtime,
  } as unknown as DeploymentPlan;
  const clock = createFakeClock();
  const { entries, known, record } = memoryRecord(clock);
  const asked: string[] = [];
  let seen = new Map<string, Seen>();
  let file: FileNow = { delegations: runtime.grants?.delegations ?? [] };
  const withdraw = (id: string): void => {
    if ('delegations' in file) file = { delegations: file.delegations.filter((one) => one.id !== id) };
  };
  const show: Placed['show'] = (all) => {
    const whole = { state: 'ready', code: null, restarts: 0, instance: 'one' } as const;
    seen = new Map(Object.entries(all).map(([moniker, one]) => [moniker, { ...whole, ...one }]));
  };
  const say = <T>(what: string, answer: T): Promise<T> => {
    asked.push(what);
    return Promise.resolve(answer);
  };
  const target: Target = {
    name: 'compose',
    probe: () => say('probe', { blocked: [], facts: {} }),
    apply: (without) => {
      show({ '/a': {}, '/b': {} });
      return say(`apply without ${[...without].join(' ') || 'none'}`, { applied: true as const });
    },
    observe: () => {
      onObserve?.({ withdraw });
      return Promise.resolve({ seen });
    },
    follow: () => Promise.resolve(true),
    repeats: false,
    exports: () => Promise.resolve({}),
    stop: (graceMs) => {
      seen = new Map();
      return say(`stop ${graceMs}`, stuck);
    },
    close: () => say('close', undefined),
  };
  const driven = driveTarget({
    runId: 'r',
    plan,
    monikers: ['/a', '/b'],
    target,
    externals: [],
    delegation: () => file,
    budgets: createBudgets({ plan, record, state: known.state, clock }),
    isEnding,
    follower: {
      look: () => {},
      catchUp: () => say('listen', undefined),
      close: async () => {},
    },
    record,
    known,
    store: { put: () => 'sha256:00', get: () => undefined, has: () => false, pathOf: () => '' },
    clock,
    graceMs: 500,
    everyMs: 100,
    onState: () => {},
    onReady: () => {},
  });
  if (isEnding) driven.stop('stopped', 500);
  return { ...driven, clock, asked, said: () => saidBy(entries), show, withdraw };
}

const delegation = (id: string, subject: string, gate: string, resources: readonly string[]): object => ({
  id,
  subject,
  gates: [gate],
  resources,
});
const all = [
  delegation('a', '/a', 'containerExecution', ['acme/a:1']),
  delegation('b', '/b', 'containerExecution', ['acme/b:1']),
  delegation('edge', '/a', 'networkProfile', ['/a.up']),
];
const delegated = (given: readonly object[], more: object = {}): PlanRuntime =>
  ({ ...more, grants: { delegation: 'o.yaml', digest: 'sha256:', delegations: given } }) as unknown as PlanRuntime;
const lacks = (subject: string, resource: string): object => ({
  state: 'BLOCKED',
  blocked: [{ gate: 'authority_missing', subject, reasons: [expect.stringContaining(`\`${resource}\``)] }],
});

describe('a run in a place that takes whole plans', () => {
  it('is applied, looked at, heard to its end, and taken away when it is stopped', async () => {
    const run = placed();
    await run.clock.advance(300);
    expect([await run.ready, run.asked]).toEqual([true, ['probe', 'apply without none']]);
    run.stop('asked to stop', 500);
    await run.clock.advance(300);
    expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'asked to stop' });
    expect(run.asked.slice(2)).toEqual(['listen', 'stop 500', 'close']);
  });

  it.each([
    ['an image', 'a', '/a', 'acme/a:1'],
    ['an edge', 'edge', '/a', '/a.up'],
  ])('004-4 is not even looked at without the right to %s', async (_, id, subject, resource) => {
    const run = placed({ runtime: delegated(all.filter((one) => (one as { id: string }).id !== id)) });
    expect(await run.outcome).toMatchObject(lacks(subject, resource));
    expect([run.asked, run.said()]).toEqual([['close'], []]);
  });

  it('needs the right to the image that the settings name for a program', async () => {
    const run = placed({ runtime: delegated(all, { components: { '/b': { image: 'python:3.11' } } }) });
    expect(await run.outcome).toMatchObject(lacks('/b', 'python:3.11'));
    expect(run.asked).toEqual(['close']);
  });

  it('needs the right to the image in which a program of this machine is executed there', async () => {
    const given = [...all, delegation('program', '/b', 'toolGrant', ['/bin/b'])];
    const runtime = delegated(given, { components: { '/b': { image: 'python:3.11' } } });
    const run = placed({ path: '/bin/b', runtime });
    expect(await run.outcome).toMatchObject(lacks('/b', 'python:3.11'));
    expect(run.asked).toEqual(['close']);
  });

  it('is not applied when a right goes while the place is looked at for the first time', async () => {
    let isFirst = true;
    const onObserve: Given['onObserve'] = ({ withdraw }) => {
      if (isFirst) withdraw('b');
      isFirst = false;
    };
    const run = placed({ runtime: delegated(all), onObserve });
    await run.clock.advance(300);
    expect(await run.outcome).toMatchObject({ state: 'BLOCKED', blocked: [{ subject: '/b' }] });
    expect(run.asked).not.toContain('apply without none');
  });

  it('is taken away, and BLOCKED, when a right goes while it runs', async () => {
    const run = placed({ runtime: delegated(all) });
    await run.clock.advance(300);
    expect(await run.ready).toBe(true);
    run.withdraw('edge');
    await run.clock.advance(1_000);
    expect(await run.outcome).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate: 'authority_missing', subject: '/a' }],
    });
    expect(run.asked.slice(2)).toEqual(['listen', 'stop 500', 'close']);
    expect(run.said()).toContain('progress authority-ended');
  });

  it('that is only taken away needs no right', async () => {
    const run = placed({ runtime: delegated([]), isEnding: true });
    expect(await run.outcome).toMatchObject({ state: 'CANCELLED' });
    expect(run.asked).toEqual(['probe', 'listen', 'stop 500', 'close']);
  });

  it('is CANCELLED when the time of its profile is over, with the row', async () => {
    const profile = { runtime: { mode: 'default' }, sandbox: { mode: 'inherit' }, permissions: 'approve-reads' };
    const profiles = { p: { ...profile, budget: { wallClockSeconds: 2 } } };
    const components = { '/a': { profile: 'p' } };
    const run = placed({ runtime: { profiles, components } as unknown as PlanRuntime });
    await run.clock.advance(1_900);
    expect(run.asked).not.toContain('stop 500');
    await run.clock.advance(300);
    expect(await run.outcome).toMatchObject({ state: 'CANCELLED', budget: { budget: 'wallClockSeconds', limit: 2 } });
    expect(run.asked.at(-1)).toBe('close');
  });
});

it('a place that keeps what it runs is told of, with the command for later, and beside whoever had failed', async () => {
  const run = placed({ stuck: 'it does not answer' });
  await run.ready;
  run.show({ '/a': { state: 'ended', code: 3 }, '/b': {} });
  await run.clock.advance(200);
  run.stop('stopped', 500);
  const outcome = await run.outcome;
  expect(outcome.state).toBe('FAILED');
  const reasons = 'reasons' in outcome ? outcome.reasons.join('\n') : '';
  expect(reasons).toMatch(/^\/a: .*status 3/m);
  expect(reasons).toContain('`headgate stop r` ends it once compose can be asked again');
});
