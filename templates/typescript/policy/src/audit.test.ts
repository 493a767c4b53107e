/** The policy as a function: no process, no HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from './audit.ts';
import type { Binding, Scope } from './wire.ts';

const scope = (...bindings: readonly Binding[]): Scope => ({
  components: [
    { id: 1, moniker: '/notes' },
    { id: 2, moniker: '/web' },
  ],
  bindings,
});
const edge = (id: number, kind = 'http'): Binding => ({
  id,
  from: { Component: { component: 1, name: 'notes' } },
  to: { component: 2, name: 'notes' },
  capability: { kind, profile: null },
});

test('puts a recorder on an HTTP edge', () => {
  const [one] = answer(scope(edge(7))).interpositions;
  assert.deepEqual(
    one?.attachments.map(({ target }) => target),
    [7],
  );
  assert.equal(one?.interposer.program.env['EDGE'], '/web.notes');
  assert.equal(one?.reason, 'what /web.notes asks over HTTP is recorded');
});

test('leaves edges of other kinds alone', () => {
  assert.deepEqual(answer(scope(edge(7, 'mcp'))), { interpositions: [] });
});

test('leaves an edge alone that speaks plain TCP, and says so', () => {
  const database = {
    id: 1,
    moniker: '/notes',
    provides: { notes: { endpoint: 'sql' } },
    program: { network: { endpoints: [{ name: 'sql', protocol: 'tcp' as const }] } },
  };
  const { interpositions, findings } = answer({ components: [database], bindings: [edge(7)] });
  assert.deepEqual(interpositions, []);
  assert.deepEqual(
    findings?.map((finding) => [finding.code, finding.edge]),
    [['not-recorded', 7]],
  );
});

test('gives every recorder a port of its own', () => {
  const { interpositions } = answer(scope(edge(7), edge(8)));
  const ports = interpositions.map(({ interposer }) => interposer.program.network.endpoints[0]?.port);
  assert.equal(new Set(ports).size, 2);
});
