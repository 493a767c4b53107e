import { describe, expect, it } from 'vitest';
import type { Tried } from '../../../../src/ports/environment.ts';
import { component, edge, type MemoryRun, type MemoryRunOptions, memoryRun } from '../../../support/run/memory-run.ts';

const reached: Tried = { what: 'edge', target: '/a.b#0', found: 'open' };
const refused: Tried = { what: 'provide', target: '/a:80', found: 'refused ECONNREFUSED' };
const through: Tried = { what: 'provide', target: '/b:80', found: 'open' };

const proving = (tried: MemoryRunOptions['tried'], more: Partial<MemoryRunOptions> = {}): MemoryRun =>
  memoryRun({
    components: [component('/a', { after: ['/b'] }), component('/b')],
    edges: [edge('/b', '/a')],
    ...(tried ? { tried } : {}),
    proveEnforcement: true,
    ...more,
  });
const evidenceOf = (run: MemoryRun): { readonly predicate: Record<string, unknown>; readonly matrix: unknown } => {
  const entry = run.entries.find(({ type, actionId }) => type === 'outcome' && actionId === 'enforcement.prove');
  const digest = entry?.type === 'outcome' ? entry.data.evidence : undefined;
  const { predicate } = run.kept(digest ?? '') as { readonly predicate: Record<string, unknown> };
  return {
    predicate,
    matrix: run.kept((predicate['blobs'] as readonly { readonly digest: string }[])[0]?.digest ?? ''),
  };
};

describe('enforcement.prove', () => {
  it('tries from every sandbox, one after the other, once every service is ready', async () => {
    const run = proving({ '/a': [reached], '/b': [refused] }, { scripts: { '/a': [{ readyAfter: 100 }] } });
    await run.clock.advance(50);
    expect(run.calls.join()).not.toContain('prove');
    await run.clock.advance(100);
    expect(run.environment.calls.filter((call) => call.startsWith('prove'))).toEqual(['prove /a', 'prove /b']);
    expect(run.said()).toContain('outcome enforcement.prove succeeded');
    expect(evidenceOf(run)).toMatchObject({
      predicate: { passed: true, summary: '2 of 2 rows are as the plan says' },
      matrix: {
        rows: [
          { from: '/a', ...reached },
          { from: '/b', ...refused },
        ],
        untried: [],
      },
    });
    run.stop('over', 0);
    expect(await run.outcome).toEqual({ state: 'CANCELLED', reason: 'over' });
  });

  it('a difference ends the run as BLOCKED, with the rows, and everything is taken back', async () => {
    const run = proving({ '/a': [{ ...reached, found: 'closed' }, through], '/b': [refused] });
    await run.clock.advance(1_000);
    expect(await run.outcome).toMatchObject({
      state: 'BLOCKED',
      blocked: [
        {
          gate: 'enforcement_differs',
          reasons: [
            'from /a: edge /a.b#0 is to be reached, and was found closed',
            'from /a: provide /b:80 is to be refused, and was found open',
          ],
        },
      ],
    });
    expect(run.environment.calls).toEqual(expect.arrayContaining(['stop /a 500', 'stop /b 500', 'revoke /a', 'close']));
    expect(evidenceOf(run).predicate['passed']).toBe(false);
  });

  it('where nobody could look, it is not assessed, which is not the same as passed', async () => {
    const run = proving({ '/a': [reached] });
    await run.clock.advance(10);
    expect(evidenceOf(run)).toMatchObject({ predicate: { passed: null }, matrix: { untried: ['/b'] } });
    run.stop('over', 0);
    await run.outcome;
  });

  it('is not done unless asked for, nor where a service never was ready', async () => {
    const without = memoryRun({ components: [component('/a')] });
    await without.clock.advance(10);
    without.stop('over', 0);
    await without.outcome;
    const failing = proving(
      {},
      {
        components: [component('/a', { restarts: 0 })],
        edges: [],
        scripts: { '/a': [{ endsAfter: 1, end: { code: 1, signal: null } }] },
      },
    );
    await failing.clock.advance(100);
    await failing.outcome;
    for (const run of [without, failing]) expect([...run.calls, ...run.said()].join()).not.toMatch(/prove/);
  });

  it.each([
    ['edge', 'open', true],
    ['edge', 'closed', false],
    ['edge', 'refused ECONNREFUSED', false],
    ['edge', 'own', false],
    ['ended-edge', 'closed', true],
    ['ended-edge', 'open', false],
    ['external-edge', 'closed', true],
    ['external-edge', 'refused ECONNREFUSED', false],
    ['egress', 'status 200', true],
    ['egress', 'status 502', true],
    ['egress', 'status 403', false],
    ['egress', 'silent', false],
    ['other-egress', 'status 403', true],
    ['other-egress', 'status 200', false],
    ['other-egress', 'refused ECONNREFUSED', false],
    ['provide', 'own', true],
    ['export', 'open', false],
    ['loopback', 'closed', false],
    ['address', 'refused ENETUNREACH', true],
    ['socket', 'refused ENOENT', true],
    ['outside', 'silent', false],
    ['outside', '', false],
  ])('%s found %s: %s', async (what, found, isSo) => {
    const run = proving({ '/a': [{ what, target: 't', found }], '/b': [refused] });
    await run.clock.advance(1_000);
    expect(evidenceOf(run).predicate['passed']).toBe(isSo);
    run.stop('over', 0);
    await run.outcome;
  });
});
