/** Programs are given their secrets at every start: what is asked for when, and what becomes of a start that cannot have them. */
import { describe, expect, it } from 'vitest';
import { createBinder } from '../../../../src/runtime/bindings/binder.ts';
import { createRedactor } from '../../../../src/runtime/redactor/redactor.ts';
import { createFakeSecrets, type FakeSecrets, notFound } from '../../../support/fake-secrets.ts';
import { component, edge, type MemoryRunOptions, memoryRun } from '../../../support/run/memory-run.ts';

const reference = 'secret://local/token';
const bindings = [{ path: 'auth', reference }];
const bound = component('/a', { bindings });
const crash = { readyAfter: 0, endsAfter: 5, end: { code: 1, signal: null } };

function begin(secrets: FakeSecrets, more: Partial<MemoryRunOptions> = {}, deadlineMs = 60_000) {
  const redactor = createRedactor([]);
  const declared = [{ path: 'auth', consumers: ['/a'], reference }];
  const binder = createBinder({
    runId: 'r',
    declared,
    bindings: new Map([['/a', bindings]]),
    open: async () => secrets,
    redactor,
    deadlineMs,
  });
  return { redactor, run: memoryRun({ components: [bound, component('/b')], ...more, secrets: binder }) };
}

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

describe('a start with secrets', () => {
  it('asks when it is its turn, tells the redactor, and hands the value to that start alone', async () => {
    const secrets = createFakeSecrets({ [reference]: 'canary-1234' });
    const { run, redactor } = begin(secrets);
    await settle();
    await run.clock.advance(0);
    expect(await run.ready).toBe(true);
    expect(secrets.asked).toEqual([`${reference} /a auth component`]);
    expect(secrets.consumers).toEqual([{ type: 'component', id: '/a', path: 'auth', run: 'r' }]);
    expect(redactor.redact('say canary-1234')).toBe('say [secret]');
    expect(run.environment.given.filter((one) => Object.keys(one).length > 0)).toEqual([
      { [reference]: 'canary-1234' },
    ]);
    expect(run.entries.find(({ actionId, type }) => actionId === 'secret.bind' && type === 'outcome')).toMatchObject({
      data: { state: 'succeeded', secrets: [{ path: 'auth', consumers: ['/a'], reference }] },
    });
    expect(JSON.stringify(run.entries)).not.toContain('canary');
    run.stop('enough', 0);
    await run.outcome;
    expect(secrets.isClosed()).toBe(true);
  });

  it('asks again at every restart, so that the program gets what is current', async () => {
    const secrets = createFakeSecrets({ [reference]: 'first-value' });
    const { run } = begin(secrets, { scripts: { '/a': [crash, { readyAfter: 0 }] } });
    await settle();
    await run.clock.advance(0);
    secrets.set(reference, 'second-value');
    await run.clock.advance(5_000);
    await settle();
    expect(run.environment.given.flatMap((one) => Object.values(one))).toEqual(['first-value', 'second-value']);
  });

  it('is refused the first time that a secret cannot be had, and the run with it', async () => {
    const { run } = begin(createFakeSecrets({ [reference]: notFound }), {
      components: [bound, component('/c', { after: ['/a'] })],
      edges: [edge('/a', '/c')],
    });
    await settle();
    await run.clock.advance(0);
    expect(await run.ready).toBe(false);
    expect(await run.outcome).toEqual({
      state: 'BLOCKED',
      blocked: [
        {
          gate: 'secret_unresolved',
          subject: '/a',
          reasons: [`not_found: vault \`local\` has no secret of this key (\`config.auth\` is ${reference})`],
          remedy: notFound.remedy,
        },
      ],
    });
    expect(run.environment.calls.filter((call) => call.startsWith('start'))).toEqual([]);
  });

  it('is tried again when a later one cannot have it, until it may be restarted no more', async () => {
    const secrets = createFakeSecrets({ [reference]: 'first-value' });
    const { run } = begin(secrets, { scripts: { '/a': [crash, { readyAfter: 0 }] } });
    await settle();
    await run.clock.advance(0);
    secrets.set(reference, notFound);
    for (let i = 0; i < 3; i++) {
      await run.clock.advance(1_500);
      await settle();
    }
    expect(run.status()[0]).toMatchObject({ state: 'restarting', lastExit: expect.stringContaining('not_found: ') });
    secrets.set(reference, 'found-again');
    for (let i = 0; i < 3; i++) {
      await run.clock.advance(30_000);
      await settle();
    }
    expect(run.status()[0]).toMatchObject({ state: 'ready' });
    expect(run.environment.given.flatMap((one) => Object.values(one))).toEqual(['first-value', 'found-again']);
  });

  it('that hangs holds up nobody else, and a stop of the run ends it', async () => {
    const secrets = createFakeSecrets({ [reference]: 'hangs' });
    const { run } = begin(secrets);
    await settle();
    await run.clock.advance(0);
    await settle();
    expect(run.environment.calls).toContain('start /b 1');
    run.stop('enough', 0);
    expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'enough' });
    expect(secrets.abandoned()).toBe(1);
    expect(run.said().filter((line) => line.includes('process.start:/a'))).toEqual([]);
  });

  it('that hangs is given up in time', async () => {
    const { run } = begin(createFakeSecrets({ [reference]: 'hangs' }), {}, 10);
    expect(await run.outcome).toMatchObject({
      state: 'BLOCKED',
      blocked: [
        { reasons: [expect.stringMatching(/^provider_unavailable: vault `local` did not answer within 0.01 s/)] },
      ],
    });
  });

  it('of a task leaves nothing in doubt: what is killed while it asks was never begun', async () => {
    const task = component('/a', { restart: 'never', bindings });
    const { run } = begin(createFakeSecrets({ [reference]: 'hangs' }), { components: [task] });
    await settle();
    await run.clock.advance(0);
    await settle();
    expect(run.said().filter((line) => line.includes('/a'))).toEqual([]);
    run.stop('enough', 0);
    await run.outcome;
  });

  it('does not tell what the provider threw', async () => {
    const broken = createFakeSecrets({});
    const { run } = begin({ ...broken, resolve: () => Promise.reject(new TypeError('canary-1234')) });
    expect(await run.outcome).toMatchObject({
      blocked: [{ reasons: [expect.stringMatching(/^provider_error: .*TypeError/)] }],
    });
    expect(JSON.stringify([await run.outcome, run.entries])).not.toContain('canary');
  });
});
