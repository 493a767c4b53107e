/** The policy as a function: no process, no HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyRequest } from 'headgate/policy';
import { policy } from './policy.ts';

/** The parts of a question that the policy looks at. */
const question = (scope: object): PolicyRequest =>
  ({
    scope: {
      components: [
        { id: 1, moniker: '/notes' },
        { id: 2, moniker: '/web' },
      ],
      bindings: [],
      imports: [],
      exports: [],
      ...scope,
    },
  }) as unknown as PolicyRequest;

const edge = (id: number, kind: string): object => ({
  id,
  from: { Component: { component: 1, name: 'notes' } },
  to: { component: 2, name: 'notes' },
  capability: { kind, profile: null },
});

test('puts a recorder on an edge between two components', () => {
  const { interpositions, findings } = policy.answer(question({ bindings: [edge(7, 'http')] }));
  assert.deepEqual(
    interpositions.map(({ attachments, reason }) => [attachments.map(({ target }) => target), reason]),
    [[[7], 'what goes over /notes.notes -> /web.notes is recorded']],
  );
  assert.equal(findings, undefined);
});

test('leaves an edge alone that speaks plain TCP, and says so', () => {
  const network = { endpoints: [{ name: 'sql', port: 1, protocol: 'tcp' }] };
  const database = {
    id: 1,
    moniker: '/notes',
    provides: { notes: { kind: 'http', profile: null, endpoint: 'sql' } },
    program: { path: '/db', args: [], network },
  };
  const components = [database, { id: 2, moniker: '/web' }];
  const { interpositions, findings } = policy.answer(question({ components, bindings: [edge(7, 'http')] }));
  assert.deepEqual(interpositions, []);
  assert.deepEqual(
    findings?.map((one) => [one.code, one.edge]),
    [['other-protocol', 7]],
  );
});

test('takes the kinds from its config', () => {
  const bindings = [edge(7, 'http'), edge(8, 'mcp')];
  const { interpositions } = policy.answer(question({ bindings }), { config: { kinds: ['mcp'] } });
  assert.deepEqual(
    interpositions.flatMap(({ attachments }) => attachments.map(({ target }) => target)),
    [8],
  );
});

test('tells which edges it leaves alone, and that there was nothing to record', () => {
  const { findings } = policy.answer(question({ imports: [edge(3, 'http')] }));
  assert.deepEqual(
    findings?.map(({ code, edge: id }) => [code, id]),
    [
      ['not-recorded', 3],
      ['empty-selection', undefined],
    ],
  );
});
