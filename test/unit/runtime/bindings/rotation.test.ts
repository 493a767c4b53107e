/** What a run does about a secret that was rotated is what the settings say of each binding. */
import { describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import type { Binding } from '../../../../src/plan/wiring/bindings.ts';
import { createBinder } from '../../../../src/runtime/bindings/binder.ts';
import { reactionsTo } from '../../../../src/runtime/bindings/rotation.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { createRedactor } from '../../../../src/runtime/redactor/redactor.ts';
import { createFakeSecrets, type FakeSecrets, notFound } from '../../../support/fake-secrets.ts';
import { component, type MemoryRunOptions, memoryRun } from '../../../support/run/memory-run.ts';

const token = 'secret://local/token';
const secret = { vault: 'local', key: 'token' };

const all: Readonly<Record<string, readonly Binding[]>> = {
  '/a': [{ path: 'token', reference: token }],
  '/b': [
    { path: 'tls.key', reference: `${token}#key` },
    { path: 'other', reference: 'secret://local/other' },
  ],
  '/c': [{ path: 'token', reference: `${token}@3` }],
  '/d': [{ path: 'token', reference: `${token}@AWSCURRENT` }],
};
const components = Object.entries(all).map(([moniker, bindings]) => component(moniker, { bindings }));
const plan = {
  components: Object.keys(all).map((moniker) => ({ moniker })),
  runtime: { components: { '/a': { rotation: { token: 'restart' } }, '/b': { rotation: { tls: 'file' } } } },
} as const;

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

function begin(secrets: FakeSecrets, more: Partial<MemoryRunOptions> = {}) {
  const binder = createBinder({
    runId: 'r',
    declared: [],
    bindings: new Map(Object.entries(all)),
    open: async () => secrets,
    redactor: createRedactor([]),
  });
  return memoryRun({ components, runtime: plan.runtime, secrets: binder, ...more });
}

const table = {
  [token]: 'first-value',
  [`${token}#key`]: 'first-key',
  'secret://local/other': 'other-value',
  [`${token}@3`]: 'third-value',
  [`${token}@AWSCURRENT`]: 'first-value',
};

async function up(more: Partial<MemoryRunOptions> = {}) {
  const secrets = createFakeSecrets(table);
  const run = begin(secrets, more);
  for (let turn = 0; turn < 5; turn++) {
    await settle();
    await run.clock.advance(1);
  }
  expect(await run.ready).toBe(true);
  return { secrets, run };
}

async function turn({ clock }: Pick<ReturnType<typeof begin>, 'clock'>, turns: number): Promise<void> {
  for (let one = 0; one < turns; one++) {
    await settle();
    await clock.advance(1);
  }
}

describe('a rotation', () => {
  const bindings = (moniker: string) => all[moniker] ?? [];
  const options = { plan: plan as never, binder: { bindings }, lives: { has: () => true } };

  it('concerns those that are bound to the secret, whatever part or stage, and not those that are pinned to a number', () => {
    expect(reactionsTo(options, secret).map(({ component: of, path, does }) => [of, path, does])).toEqual([
      ['/a', 'token', 'restart'],
      ['/b', 'tls.key', 'file'],
      ['/d', 'token', 'none'],
    ]);
    expect(reactionsTo(options, { vault: 'other', key: 'token' })).toEqual([]);
    const renamed = { ...options, namesOf: () => ['local'] };
    expect(reactionsTo(renamed, { vault: 'other', key: 'token', identity: 'x' })).toHaveLength(3);
  });

  it('restarts one component alone, which is given what is current, and counts as no restart of its policy', async () => {
    const { secrets, run } = await up();
    secrets.set(token, 'second-value');
    const before = run.environment.calls.length;
    const reacted = await run.rotated(secret);
    expect(reacted).toEqual([
      { component: '/a', path: 'token', does: 'restart', state: 'begun' },
      {
        component: '/b',
        path: 'tls.key',
        does: 'file',
        state: 'failed',
        reason: 'nothing can be replaced where it runs',
      },
      { component: '/d', path: 'token', does: 'none', state: 'skipped', reason: 'the settings say nothing of it' },
    ]);
    for (let turn = 0; turn < 5; turn++) {
      await settle();
      await run.clock.advance(1);
    }
    expect(run.environment.calls.slice(before)).toEqual(['stop /a 500', 'start /a 2']);
    expect(run.environment.given.at(-1)).toEqual({ [token]: 'second-value' });
    expect(run.status()[0]).toMatchObject({ moniker: '/a', state: 'ready', restarts: 0 });
    const said = run.said().slice(-6);
    expect(said).toContain('progress secret-reacted');
    expect(said.filter((line) => line !== 'progress secret-reacted')).toEqual([
      'progress secret-rotated',
      'intent process.stop:/a',
      'outcome process.stop:/a succeeded',
      'intent process.start:/a',
      'outcome process.start:/a succeeded',
    ]);
    expect(fold(run.entries).rotations).toMatchObject([{ ...reacted[0], state: 'done' }, ...reacted.slice(1)]);
    expect(JSON.stringify(run.entries)).not.toContain('second-value');
    const count = run.entries.length;
    expect(await run.rotated({ vault: 'local', key: 'nobody' })).toEqual([]);
    expect(run.entries).toHaveLength(count);
  });

  it('whose secret cannot be had stops nothing: the component goes on with what it has', async () => {
    const { secrets, run } = await up();
    secrets.set(token, notFound);
    const before = run.environment.calls.length;
    const reacted = await run.rotated(secret);
    expect(reacted[0]).toEqual({
      component: '/a',
      path: 'token',
      does: 'restart',
      state: 'kept',
      reason: `not_found: ${notFound.message} (\`config.token\` is ${token})`,
    });
    await turn(run, 3);
    expect(run.environment.calls.slice(before)).toEqual([]);
    expect(run.status()[0]).toMatchObject({ state: 'ready', restarts: 0, lastExit: undefined });
    expect(fold(run.entries).rotations[0]).toMatchObject({
      component: '/a',
      state: 'kept',
      reason: reacted[0]?.reason,
    });
    secrets.set(token, 'third-value');
    expect((await run.rotated(secret))[0]).toMatchObject({ state: 'begun' });
    await turn(run, 5);
    expect(run.environment.given.at(-1)).toEqual({ [token]: 'third-value' });
    expect(fold(run.entries).rotations).toMatchObject([
      { component: '/a', state: 'done' },
      { component: '/b', state: 'failed' },
      { component: '/d', state: 'skipped' },
    ]);
  });

  it('whose new value does not fit stops nothing either', async () => {
    const check = (values: ReadonlyMap<string, string>): string | undefined =>
      values.get(token) === 'short' ? 'secret_invalid: it is too short' : undefined;
    const { secrets, run } = await up({ check });
    secrets.set(token, 'short');
    const before = run.environment.calls.length;
    expect((await run.rotated(secret))[0]).toMatchObject({ state: 'kept', reason: 'secret_invalid: it is too short' });
    await turn(run, 3);
    expect(run.environment.calls.slice(before)).toEqual([]);
    expect(run.status()[0]).toMatchObject({ state: 'ready' });
  });

  it('starts the program with the very values that were looked at', async () => {
    const { secrets, run } = await up();
    secrets.set(token, 'second-value');
    const asked = secrets.asked.filter((one) => one.includes(' /a ')).length;
    await run.rotated(secret);
    secrets.set(token, notFound);
    await turn(run, 5);
    expect(run.environment.given.at(-1)).toEqual({ [token]: 'second-value' });
    expect(secrets.asked.filter((one) => one.includes(' /a '))).toHaveLength(asked + 1);
  });

  it('of one that does not run says so, and that it has the new value at its next start', async () => {
    const crash = { readyAfter: 0, endsAfter: 5, end: { code: 1, signal: null } };
    const settings = {
      components: { '/a': plan.runtime.components['/a'], '/b': { rotation: { tls: 'file' } } },
    } as const;
    const { run, secrets } = await up({ runtime: settings, scripts: { '/a': [crash], '/b': [crash] } });
    await run.clock.advance(5);
    await settle();
    expect(run.status().map(({ state }) => state)).toMatchObject(['restarting', 'restarting', 'ready', 'ready']);
    const asked = secrets.asked.length;
    const reason = 'it does not run, and has the new value at its next start';
    expect(await run.rotated(secret)).toMatchObject([
      { component: '/a', does: 'restart', state: 'skipped', reason },
      { component: '/b', does: 'file', state: 'skipped', reason },
      { component: '/d', state: 'skipped' },
    ]);
    expect(secrets.asked).toHaveLength(asked);
  });

  it('is begun as long as the program that has the old value is there', async () => {
    const { run } = await up({ scripts: { '/a': [{ readyAfter: 0, asked: 'ignores' }, { readyAfter: 0 }] } });
    const states = () => fold(run.entries).rotations[0]?.state;
    await run.rotated(secret);
    await settle();
    expect(states()).toBe('begun');
    await run.clock.advance(499);
    await settle();
    expect(states()).toBe('begun');
    await run.clock.advance(1);
    await turn(run, 3);
    expect(states()).toBe('done');
  });

  it('is done when the component is ready again, and has failed while a start of it has', async () => {
    const { run } = await up({
      scripts: {
        '/a': [{ readyAfter: 0 }, { endsAfter: 0, end: { code: 3, signal: null } }, { readyAfter: 30_000 }],
      },
    });
    const first = () => fold(run.entries).rotations[0];
    await run.rotated(secret);
    await settle();
    expect(first()).toMatchObject({ component: '/a', state: 'failed', reason: expect.stringContaining('3') });
    await run.clock.advance(2_000);
    await settle();
    expect(first()).toMatchObject({ state: 'begun' });
    await run.clock.advance(30_000);
    await settle();
    expect(first()).toMatchObject({ component: '/a', state: 'done' });
    expect(first()).not.toHaveProperty('reason');
  });

  it('that comes while it is being started starts it once more', async () => {
    const { secrets, run } = await up({
      scripts: { '/a': [{ readyAfter: 0 }, { readyAfter: 1_000 }, { readyAfter: 0 }] },
    });
    await run.rotated(secret);
    await settle();
    secrets.set(token, 'newest-value');
    expect(await run.rotated(secret)).toMatchObject([{ state: 'begun' }, {}, {}]);
    for (let turn = 0; turn < 5; turn++) {
      await settle();
      await run.clock.advance(1);
    }
    expect(run.environment.given.at(-1)).toEqual({ [token]: 'newest-value' });
    expect(run.status()[0]).toMatchObject({ state: 'ready', restarts: 0 });
  });

  it('does nothing to a task, nor to what is over, nor to a run that is', async () => {
    const task = component('/a', { bindings: bindings('/a'), restart: 'never' });
    const { run } = await up({
      components: [task, ...components.slice(1)],
      scripts: { '/a': [{ readyAfter: 0, endsAfter: 1_000 }] },
    });
    expect((await run.rotated(secret))[0]).toMatchObject({
      state: 'skipped',
      reason: 'it is a task, which is not started again',
    });
    run.stop('enough', 0);
    await run.outcome;
    const count = run.entries.length;
    expect(await run.rotated(secret)).toEqual([]);
    expect(run.entries).toHaveLength(count);
  });
});

describe('a rotation of a run with delegations', () => {
  const grants = (more: object = {}): PlanRuntime['grants'] => ({
    delegation: 'o.yaml',
    digest: 'sha256:',
    delegations: [
      { id: 'all', subject: '*', gates: ['artifactAccess'], resources: ['secret://local/{token,other}'] },
      { id: 'brief', subject: '/a', gates: ['artifactAccess'], resources: ['*'], ...more },
    ],
  });
  const withGrants = (more?: object) => ({ runtime: { ...plan.runtime, grants: grants(more) } as PlanRuntime });
  const delegated = (runtime: PlanRuntime, resources: readonly string[]) =>
    (runtime.grants?.delegations ?? []).map((one) => (one.id === 'all' ? { ...one, resources } : one));

  it('says on what those stand that are given the new value', async () => {
    const { run } = await up(withGrants());
    await run.rotated(secret);
    const [rotated] = run.entries.filter(({ data }) => 'event' in data && data.event === 'secret-rotated');
    const on = (subject: string, delegation: string) => ({
      gate: 'artifactAccess',
      subject,
      resource: token,
      delegation,
    });
    expect(rotated?.data).toMatchObject({
      authority: expect.arrayContaining([on('/a', 'all'), on('/b', 'all')]),
    });
    expect(JSON.stringify(rotated?.data)).not.toContain('"/d","resource"');
  });

  it.each([
    ['a file', '/b'],
    ['a restart', '/a'],
  ])('gives nobody anything by %s once the right to the secret is gone, and ends the run', async (_, subject) => {
    const { runtime } = withGrants({ resources: ['nothing'] });
    let delegations = delegated(runtime, ['secret://local/*']);
    const { run, secrets } = await up({ runtime, delegation: () => ({ delegations }) });
    delegations = delegations.map((one) =>
      one.id === 'all' ? { ...one, subject: subject === '/a' ? '/b' : '/a' } : one,
    );
    const [asked, calls] = [secrets.asked.length, run.environment.calls.length];
    const reacted = await run.rotated(secret);
    expect(reacted.find(({ component }) => component === subject)).toMatchObject({
      state: 'failed',
      reason: 'what it stands on was taken away',
    });
    expect(secrets.asked.slice(asked).filter((one) => one.includes(` ${subject} `))).toEqual([]);
    expect(run.environment.calls.slice(calls)).not.toContain(`start ${subject} 2`);
    await turn(run, 5);
    expect(await run.outcome).toMatchObject({ state: 'BLOCKED' });
    const { blocked = [] } = (await run.outcome) as { blocked?: readonly { gate: string; subject: string }[] };
    expect(blocked).toContainEqual(expect.objectContaining({ gate: 'authority_missing', subject }));
  });

  it.each([
    ['a file', '/b'],
    ['a restart', '/a'],
  ])('asks for no value for %s where the right goes between the rotation and its turn', async (_, subject) => {
    const { runtime } = withGrants({ resources: ['nothing'] });
    const delegations = delegated(runtime, ['secret://local/*']);
    let looks = Number.NEGATIVE_INFINITY;
    const { run, secrets } = await up({
      runtime,
      delegation: () => ({
        // Both are judged at the rotation, and each again when it is its turn.
        delegations:
          ++looks <= 2
            ? delegations
            : delegations.map((one) => (one.id === 'all' ? { ...one, subject: subject === '/a' ? '/b' : '/a' } : one)),
      }),
    });
    const asked = secrets.asked.length;
    looks = 0;
    const reacted = await run.rotated(secret);
    expect(reacted.find(({ component }) => component === subject)).toMatchObject({ state: 'failed' });
    expect(secrets.asked.slice(asked).filter((one) => one.includes(` ${subject} `))).toEqual([]);
    await turn(run, 5);
    expect(await run.outcome).toMatchObject({ state: 'BLOCKED' });
  });

  it('asks nothing of who has ended: it needs its rights no longer, and the run goes on', async () => {
    const of = (subject: string) => ({
      id: subject.slice(1),
      subject,
      gates: ['artifactAccess' as const],
      resources: ['secret://local/*'],
    });
    let delegations = ['/a', '/b', '/c', '/d'].map(of);
    const runtime = {
      ...plan.runtime,
      grants: { delegation: 'o.yaml', digest: 'sha256:', delegations },
    } as unknown as PlanRuntime;
    const task = component('/b', { bindings: all['/b'] ?? [], restart: 'never' });
    const { run } = await up({
      runtime,
      delegation: () => ({ delegations }),
      components: components.map((one) => (one.moniker === '/b' ? task : one)),
      scripts: { '/b': [{ readyAfter: 0, endsAfter: 1 }] },
    });
    await turn(run, 3);
    expect(run.status()[1]).toMatchObject({ moniker: '/b', state: 'finished' });
    delegations = delegations.filter(({ subject }) => subject !== '/b');
    const reacted = await run.rotated(secret);
    expect(reacted.map(({ component: who, state }) => `${who} ${state}`)).toEqual([
      '/a begun',
      '/b skipped',
      '/d skipped',
    ]);
    await turn(run, 5);
    expect(run.status()[0]).toMatchObject({ state: 'ready' });
  });
});
