/** A whole run over an environment in memory: who is stopped, in which order, and what does not begin. */
import { describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import { createBinder } from '../../../../src/runtime/bindings/binder.ts';
import { createRedactor } from '../../../../src/runtime/redactor/redactor.ts';
import { createFakeSecrets } from '../../../support/fake-secrets.ts';
import { component, edge, memoryRun } from '../../../support/run/memory-run.ts';
import { probe, scripted } from '../../../support/run/probers.ts';

type Delegations = NonNullable<PlanRuntime['grants']>['delegations'];

const grants = (expires: Readonly<Record<string, string>>): PlanRuntime => ({
  grants: {
    delegation: 'o.yaml',
    digest: 'sha256:',
    delegations: ['/a', '/b', '/c'].map((subject) => ({
      id: subject.slice(1),
      subject,
      gates: ['networkProfile' as const],
      resources: ['*'],
      ...(expires[subject] === undefined ? {} : { expires: expires[subject] }),
    })),
  },
});

describe('a delegation of a run', () => {
  it('that is over before it begins has nothing begun', async () => {
    const run = memoryRun({
      components: [component('/p'), component('/a', { after: ['/p'] })],
      edges: [edge('/p', '/a')],
      runtime: grants({ '/a': '2029-01-01T00:00:00Z' }),
    });
    expect(await run.outcome).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate: 'authority_missing', subject: '/a' }],
    });
    expect(run.calls).toEqual(['memory: close']);
    expect(run.said()).toEqual([]);
  });

  it('that expires ends what stands on it, consumers first, at its time and not before', async () => {
    const run = memoryRun({
      components: [component('/p'), component('/a', { after: ['/p'] })],
      edges: [edge('/p', '/a')],
      runtime: grants({ '/a': '2030-01-01T00:00:05Z' }),
    });
    await run.clock.advance(4_900);
    expect(run.environment.calls).toEqual(['apply /a', 'start /p 1', 'start /a 1']);
    await run.clock.advance(200);
    expect(await run.outcome).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate: 'authority_missing', subject: '/a' }],
    });
    const stops = run.environment.calls.filter((call) => /^(stop|revoke)/.test(call));
    expect(stops).toEqual(['stop /a 500', 'stop /p 500', 'revoke /a']);
    expect(run.said()).toContain('progress authority-ended');
  });

  it('that expires before its component is to start keeps that one, and all behind it, from starting', async () => {
    const run = memoryRun({
      components: [
        component('/p', { restart: 'never' }),
        component('/a', { after: ['/p'] }),
        component('/b', { after: ['/a'] }),
      ],
      edges: [edge('/p', '/a'), edge('/a', '/b')],
      scripts: { '/p': [{ readyAfter: 0, endsAfter: 8_000 }] },
      runtime: grants({ '/a': '2030-01-01T00:00:05Z' }),
    });
    await run.clock.advance(7_000);
    expect(run.environment.calls).toEqual(['apply /a', 'apply /b', 'start /p 1']);
    await run.clock.advance(2_000);
    expect(await run.outcome).toMatchObject({ state: 'BLOCKED', blocked: [{ subject: '/a' }] });
    expect(run.calls.join()).not.toMatch(/start \/[ab]/);
  });

  it('that is over keeps a program from being started again', async () => {
    const run = memoryRun({
      components: [component('/p'), component('/a', { after: ['/p'], restart: 'always' })],
      edges: [edge('/p', '/a')],
      scripts: { '/a': [{ readyAfter: 0, endsAfter: 4_999 }, { readyAfter: 0 }] },
      runtime: grants({ '/a': '2030-01-01T00:00:05Z' }),
    });
    await run.clock.advance(6_000);
    expect(await run.outcome).toMatchObject({ state: 'BLOCKED' });
    expect(run.calls.filter((call) => call.includes('start /a'))).toHaveLength(1);
  });

  it('of a task that has ended may end too', async () => {
    const run = memoryRun({
      components: [
        component('/p', { restart: 'never' }),
        component('/a', { after: ['/p'], restart: 'never' }),
        component('/c', { restart: 'never' }),
      ],
      edges: [edge('/p', '/a')],
      scripts: {
        '/p': [{ readyAfter: 0, endsAfter: 10 }],
        '/a': [{ readyAfter: 0, endsAfter: 10 }],
        '/c': [{ readyAfter: 0, endsAfter: 9_000 }],
      },
      runtime: grants({ '/a': '2030-01-01T00:00:05Z' }),
    });
    await run.clock.advance(10_000);
    expect(await run.outcome).toMatchObject({ state: 'COMPLETE' });
  });

  it('of a probe that somebody asked for, and that is over, may end too', async () => {
    const plan = grants({});
    const delegations = (plan.grants?.delegations ?? []).map((one) => ({ ...one, resources: ['/*'] }));
    const looking = {
      id: 'looking',
      subject: '*',
      gates: ['artifactAccess' as const],
      resources: ['probes.a'],
      expires: '2030-01-01T00:00:05Z',
    };
    const all = [...delegations, looking];
    const run = memoryRun({
      components: [component('/p'), component('/a', { after: ['/p'] })],
      edges: [edge('/p', '/a')],
      runtime: {
        grants: { delegation: 'o.yaml', digest: 'sha256:', delegations: all },
        probes: { a: probe(false) },
      },
      probers: { test: scripted({}).prober },
    });
    await run.clock.advance(1_000);
    expect(await run.ready).toBe(true);
    expect(await run.probe(['a'])).not.toHaveProperty('refused');
    await run.clock.advance(10_000);
    expect(run.said()).toContain('progress authority-ended');
    expect(run.status().map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(await run.probe(['a'])).toBeDefined();
    expect(await run.outcome).toMatchObject({ state: 'BLOCKED', blocked: [{ gate: 'authority_missing' }] });
  });

  it('that is gone when a component that waited for its place may start has no secret asked for', async () => {
    const secrets = createFakeSecrets({ 'secret://local/k': 'value' });
    const bindings = [{ path: 'k', reference: 'secret://local/k' }];
    let delegations: Delegations = ['/first', '/second'].map((subject) => ({
      id: subject.slice(1),
      subject,
      gates: ['artifactAccess'],
      resources: ['*'],
    }));
    const sandbox = { mode: 'inherit' };
    const run = memoryRun({
      components: ['/first', '/second'].map((moniker) => component(moniker, { restart: 'never', bindings })),
      scripts: { '/first': [{ readyAfter: 0, endsAfter: 10 }] },
      runtime: {
        grants: { delegation: 'o.yaml', digest: 'sha256:', delegations },
        profiles: { default: { sandbox, budget: { agentConcurrency: 1 } } },
      } as unknown as PlanRuntime,
      delegation: () => ({ delegations }),
      secrets: createBinder({
        runId: 'r',
        declared: [],
        bindings: new Map(['/first', '/second'].map((moniker) => [moniker, bindings])),
        open: async () => secrets,
        redactor: createRedactor([]),
      }),
    });
    for (let at = 0; at < 9; at++) {
      await new Promise((done) => setTimeout(done, 0));
      await run.clock.advance(1);
    }
    expect(run.environment.calls).toEqual(['start /first 1']);
    delegations = delegations.slice(0, 1);
    for (let at = 0; at < 9; at++) {
      await new Promise((done) => setTimeout(done, 0));
      await run.clock.advance(1);
    }
    expect(await run.outcome).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate: 'authority_missing', subject: '/second' }],
    });
    expect(secrets.asked).toEqual(['secret://local/k /first k component']);
  });
});
