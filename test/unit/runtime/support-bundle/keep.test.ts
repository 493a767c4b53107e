import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/base/json.ts';
import { stateOf } from '../../../../src/runtime/authority/state.ts';
import { keptOf, originOf } from '../../../../src/runtime/support-bundle/keep.ts';

const canary = 'tell nobody that the prompt was this';

/** As a run says it of one that was revoked. */
const revokedFor = (id: string, revoked: string): string => {
  const file = { delegations: [] };
  const delegation = { id, subject: '*', gates: [], resources: [] };
  return `\`${id}\` gave it: ${stateOf(delegation, { now: 0, revoked, file, name: 'o.yaml' }).reason}`;
};

/** Everywhere in a document where a person or a program may have said something. */
const saying: readonly JsonValue[] = [
  { components: [{ moniker: '/a', program: { path: '/bin/sh', args: ['-c', canary], env: { TOKEN: canary } } }] },
  { components: [{ config: { object: { prompt: { literal: canary } } }, configSchema: { default: canary } }] },
  { components: [{ metadata: { [canary]: canary }, childTemplates: { x: canary } }] },
  { config: { schema: { properties: { a: { description: canary, default: canary, enum: [canary] } } }, leaves: [] } },
  { policies: [{ findings: [{ message: canary }], origin: { reason: canary }.reason.length }] },
  {
    runtime: {
      profiles: { p: { guidance: canary } },
      probes: { q: { argv: [canary], body: canary, headers: { a: canary } } },
    },
  },
  { data: { event: 'interaction-asked', message: canary, payload: { tasks: [canary] } } },
  { data: { event: 'interaction-answered', reason: canary } },
  { data: { probe: { kind: 'headless_run', summary: canary } } },
  { data: { blocked: [{ gate: 'probe_failed', subject: 'probes.a', reasons: [canary], remedy: 'r' }] } },
  { blocked: [{ gate: 'confirmation_rejected', subject: '/a', reasons: [canary] }] },
  {
    runtimeProbeEvidence: [{ probe: 'a', summary: canary }],
    interactions: [{ id: '1', message: canary, payload: canary }],
  },
  { interactions: [{ id: '1', kind: 'suggest_tasks', message: canary, state: 'rejected', reason: canary }] },
  { action: { type: 'gate.confirm', target: '/a' }, data: { state: 'failed', fault: canary } },
  {
    action: { type: 'probe.run', target: 'probes.a' },
    data: { state: 'failed', fault: canary, probe: { summary: canary } },
  },
  { workspaces: [{ id: 'src', finalize: 'abandoned', reason: canary }] },
  { data: { workspace: { abandoned: canary } } },
  { action: { type: 'workspace.finalize', target: 'src' }, data: { reason: canary } },
  { data: { event: 'authority-ended', delegation: 'd', how: 'revoked', reason: canary } },
  {
    blocked: [{ gate: 'authority_missing', subject: '/a', reasons: ['g: none', revokedFor('d', canary)], remedy: 'r' }],
  },
  { data: { state: 'failed', fault: `g: none; ${revokedFor('d', canary)}`, workspace: { code: 'authority_missing' } } },
  { type: 'progress', data: { event: 'authority-ended', delegation: 'a', how: 'revoked', reason: canary } },
  { data: { event: 'authority-ended', delegation: 'a', how: canary, reason: 'x' } },
  { blocked: [{ gate: 'authority_missing', reasons: ['toolGrant: no', `\`a\` gave it: it was revoked: ${canary}`] }] },
  {
    blocked: [
      { gate: 'authority_missing', reasons: [`\`a\` gave it: since a.yaml cannot be read: line 1: ${canary}`] },
    ],
  },
  { type: 'cancel', data: { reason: canary } },
  { type: 'gate', data: { state: 'CANCELLED', reason: canary } },
  { type: 'intent', action: { type: 'process.stop', target: '/a' }, data: { reason: canary, graceMs: 1 } },
  { aFieldOfNextYear: canary, andAList: [canary, { deep: canary }] },
];

describe('004 redacted diagnostics: what a bundle keeps of a document', () => {
  const cases = saying.map((document) => [JSON.stringify(document).slice(0, 70), document] as const);
  it.each(cases)('is nothing that anybody said: %s', (_, document) => {
    expect(JSON.stringify(keptOf(document))).not.toContain(canary);
  });

  it('is names, states, digests, numbers, and why headgate closed a gate', () => {
    const document = {
      seq: 3,
      type: 'gate',
      actionId: 'task.run:/a',
      data: {
        state: 'BLOCKED',
        blocked: [{ gate: 'program_missing', subject: '/a', reasons: ['no /bin/x'], remedy: 'install it' }],
      },
      owner: { pid: 7, startTime: '12', bootId: 'b' },
    };
    expect(keptOf(document)).toEqual(document);
    const ended = { event: 'authority-ended', delegation: 'd', how: 'expired', reason: 'it expired at 2030' };
    expect(keptOf(ended)).toMatchObject({ delegation: 'd', reason: 'it expired at 2030' });
    expect(keptOf({ gate: 'authority_missing', reasons: ['g: none', revokedFor('d', canary)] })).toMatchObject({
      reasons: ['g: none', '`d` gave it: it was revoked: [left out: 36 characters]'],
    });
    expect(keptOf({ program: { path: '/bin/sh', args: ['a', 'b'], env: { B: '1', A: '2' } } })).toEqual({
      program: { path: '/bin/sh', args: '[left out: 2 entries]', env: ['A', 'B'] },
    });
    expect(keptOf({ config: { schema: { a: 1 }, leaves: [{ path: 'token', env: 'X_TOKEN', secret: true }] } })).toEqual(
      {
        config: { schema: '[left out: 1 key]', leaves: [{ path: 'token', env: 'X_TOKEN', secret: true }] },
      },
    );
  });

  it('is how authority ended and why it is missing, as far as nobody typed it', () => {
    const ended = { event: 'authority-ended', delegation: 'a', how: 'revoked', reason: 'tell nobody' };
    expect(keptOf({ type: 'progress', data: ended })).toEqual({
      type: 'progress',
      data: { ...ended, reason: '[left out: 11 characters]' },
    });
    const reasons = ['toolGrant: no delegation gives `x` any more', '`a` gave it: it was revoked: tell: nobody'];
    expect(keptOf({ gate: 'authority_missing', subject: '/a', reasons })).toEqual({
      gate: 'authority_missing',
      subject: '/a',
      reasons: [reasons[0], '`a` gave it: it was revoked: [left out: 12 characters]'],
    });
    const expired = ['`b` gave it: it expired at 2030-01-01T00:00:10Z'];
    expect(keptOf({ gate: 'authority_missing', reasons: expired })).toEqual({
      gate: 'authority_missing',
      reasons: expired,
    });
  });

  it('is what was used up of which budget, and why headgate itself ended a run', () => {
    const budgets = [{ profile: 'p', budget: 'modelCalls', used: 3, limit: 4, kept: 'metered', unmeasured: 1 }];
    expect(keptOf({ type: 'usage', data: { budgets } })).toEqual({ type: 'usage', data: { budgets } });
    const budget = { budget: 'modelCalls', profile: 'p', component: '/a', used: 4, limit: 4 };
    const spent = { state: 'CANCELLED', reason: 'budget: 4 calls are all that profile `p` allows', budget };
    expect(keptOf({ type: 'gate', data: spent })).toEqual({ type: 'gate', data: spent });
    for (const reason of ['asked to stop', 'interrupted', 'aborted', 'the run ends', 'secret v/app/k was rotated']) {
      expect(keptOf({ type: 'cancel', data: { reason } })).toEqual({ type: 'cancel', data: { reason } });
      expect(keptOf({ type: 'intent', data: { reason } })).toEqual({ type: 'intent', data: { reason } });
    }
  });

  it('is where a URL leads, and neither its user nor its path nor its query', () => {
    expect(originOf('https://me:pw@example.com:8443/hook/T0K3N?key=1#x')).toBe('https://example.com:8443');
    expect(originOf('secret://local/app/url')).toBe('secret://local/app/url');
    expect(originOf(canary)).toBe('[left out: 36 characters]');
    expect(keptOf({ exports: { web: 'http://127.0.0.1:8080/x' } })).toEqual({
      exports: { web: 'http://127.0.0.1:8080' },
    });
  });
});
