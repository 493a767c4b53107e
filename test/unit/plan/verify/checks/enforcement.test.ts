import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../src/base/json.ts';
import { type Files, type Forged, forgeRun } from '../../../../support/run/run-folder.ts';
import { verify } from '../../../../support/run/verified.ts';

describe('the matrix of edges', () => {
  const outside = ['/task', '/web'].map((from) => ({
    from,
    what: 'outside',
    target: 'o',
    found: 'refused ENETUNREACH',
  }));
  interface Matrix {
    readonly rows?: readonly JsonObject[];
    readonly untried?: readonly string[];
    readonly passed?: boolean | null;
    readonly predicate?: JsonObject;
    readonly state?: string;
    readonly subject?: string;
  }
  /** With an edge from /task to /web besides. */
  const proved = ({
    rows = [],
    untried = [],
    passed = true,
    predicate = {},
    state = 'succeeded',
    subject,
  }: Matrix): Forged => {
    const matrix = Buffer.from(JSON.stringify({ rows: [...outside, ...rows], untried }));
    const name = createHash('sha256').update(matrix).digest('hex');
    return {
      plan: withEdge,
      evidence: (which, value) =>
        which === 'proved'
          ? {
              ...value,
              subject: [
                (value['subject'] as JsonObject[])[0] as JsonObject,
                { name: 'matrix', digest: { sha256: subject ?? name } },
              ],
              predicate: {
                probeKind: 'enforcement.prove',
                passed,
                blobs: [{ name: 'matrix', digest: `sha256:${name}` }],
                ...predicate,
              },
            }
          : value,
      files: (files) => files.set(`evidence/${name}`, matrix),
      said: (said, put) => [
        ...said.slice(0, 8),
        { type: 'intent', action: { type: 'enforcement.prove', target: null }, attempt: 1, data: {} },
        {
          type: 'outcome',
          action: { type: 'enforcement.prove', target: null },
          attempt: 1,
          data: { state, evidence: put('proved') },
        },
        ...said.slice(8),
      ],
    };
  };
  const edge = { from: '/web', what: 'edge', target: '/web.up#0', found: 'open' };

  it('is verified, and told with what it says', () => {
    const { refused, predicate } = verify(forgeRun(proved({ rows: [edge] })));
    expect(refused).toEqual([]);
    expect(predicate?.['enforcement']).toMatchObject({ passed: true });
    expect(refusedOf(proved({ rows: [edge], passed: null, untried: ['/task'] }))).toEqual([]);
  });

  const refusedOf = (forged: Forged): readonly string[] =>
    verify(forgeRun(forged)).refused.map(({ gate, reasons }) => `${gate}: ${reasons.join()}`);

  it.each<[string, Matrix, RegExp]>([
    ['that does not have an edge of the plan', {}, /nobody tried edge \/web\.up#0/],
    [
      'that holds a difference, and says that it passed',
      { rows: [edge, { ...edge, found: 'closed' }] },
      /its rows say false/,
    ],
    [
      'that holds a way around, and says that it passed',
      { rows: [edge, { from: '/task', what: 'provide', target: '/web:80', found: 'open' }] },
      /its rows say false/,
    ],
    [
      'with a difference, in a run that is COMPLETE',
      { rows: [{ ...edge, found: 'closed' }], passed: false, state: 'failed' },
      /from \/web: edge \/web\.up#0 is to be reached, and was found closed/,
    ],
    ['that skipped a component, and says that it passed', { rows: [edge], untried: ['/task'] }, /its rows say null/],
    ['that is about another matrix', { rows: [edge], subject: '00' }, /is about another matrix/],
    ['with a row that is none', { rows: [edge, { from: 7 }] }, /is not a matrix of edges/],
  ])('%s is refused', (_, matrix, wanted) => {
    expect(refusedOf(proved(matrix)).join('\n')).toMatch(wanted);
    expect(refusedOf(proved(matrix)).join('\n')).toMatch(/enforcement_differs/);
  });

  it('from which a component is missing is refused', () => {
    const forged = proved({ rows: [edge, ...outside.map((row) => ({ ...row, from: '/web' }))] });
    const less = { ...forged, files: (files: Files) => forged.files?.(files) };
    expect(refusedOf(less)).toEqual([]);
    const only = proved({ rows: [edge] });
    expect(refusedOf({ ...only, plan: (plan) => withThird(withEdge(plan)) }).join()).toMatch(
      /nobody tried anything from \/third/,
    );
  });
});

/** /web asks /task for something. */
function withEdge(plan: JsonObject): JsonObject {
  const [task, web] = plan['components'] as [JsonObject, JsonObject];
  const capability = { kind: 'http', profile: null };
  const endpoints = [{ name: 'up', port: 80, protocol: 'http' }];
  const program = { ...(task['program'] as JsonObject), network: { endpoints } };
  return {
    ...plan,
    components: [
      { ...task, program, provides: { up: { ...capability, endpoint: 'up' } } },
      { ...web, slots: { up: { ...capability, optional: false, multiple: false } } },
    ],
    edges: [
      {
        id: '/web.up',
        hop: null,
        from: { kind: 'component', component: '/task', provide: 'up' },
        to: { component: '/web', slot: 'up' },
        capability,
        protocol: 'http',
        weak: false,
        origin: { kind: 'manifest', source: 'scenario', pointer: '' },
      },
    ],
  };
}

function withThird(plan: JsonObject): JsonObject {
  const [task, web] = plan['components'] as [JsonObject, JsonObject];
  return { ...plan, components: [task, web, { ...web, moniker: '/third' }] };
}
