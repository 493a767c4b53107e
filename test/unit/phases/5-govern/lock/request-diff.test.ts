import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../../src/base/json.ts';
import { diffRequests } from '../../../../../src/phases/5-govern/lock/request-diff.ts';

const http = { kind: 'http', profile: null };

const component = (id: number, moniker: string, more: JsonObject = {}): JsonObject => ({
  id,
  moniker,
  parent: id === 0 ? null : 0,
  children: [],
  program: { path: '/bin/true', args: [] },
  slots: {},
  ...more,
});
const binding = (id: number, from: readonly [number, string], to: readonly [number, string]): JsonObject => ({
  id,
  from: { Component: { component: from[0], name: from[1] } },
  to: { component: to[0], name: to[1] },
  capability: http,
});
const request = (parts: { readonly [list: string]: readonly JsonObject[] }): JsonValue => ({
  scope: { components: [], bindings: [], imports: [], exports: [], ...parts },
});

const before = request({
  components: [component(0, '/'), component(1, '/api'), component(2, '/web')],
  bindings: [binding(0, [1, 'data'], [2, 'data'])],
  exports: [{ id: 1, from: { Component: { component: 2, name: 'site' } }, capability: http }],
});

describe('the difference of two requests', () => {
  it('is empty for equal ones, whatever their numbers', () => {
    const renumbered = request({
      components: [component(3, '/'), component(7, '/web', { parent: 3 }), component(9, '/api', { parent: 3 })],
      bindings: [binding(8, [9, 'data'], [7, 'data'])],
      exports: [{ id: 4, from: { Component: { component: 7, name: 'site' } }, capability: http }],
    });
    expect(diffRequests(before, before)).toEqual([]);
    expect(diffRequests(before, renumbered)).toEqual([]);
  });

  it('tells what came and went by moniker and edge', () => {
    const after = request({
      components: [component(0, '/'), component(1, '/cache'), component(2, '/web')],
      bindings: [binding(0, [1, 'data'], [2, 'data']), binding(1, [1, 'data'], [2, 'more'])],
      exports: [],
    });
    expect(diffRequests(before, after)).toEqual([
      '- component /api',
      '+ component /cache',
      '~ edge /web.data: from /cache.data, was /api.data',
      '+ edge /web.more from /cache.data (http)',
      '- edge /web.site -> outside (http)',
    ]);
  });

  it('tells what changed in a component, to the second step', () => {
    const changed = component(1, '/api', {
      program: { path: '/bin/false', args: [] },
      slots: { db: { kind: 'http' } },
      config: { a: 1 },
      digest: 'sha256:new',
    });
    const after = request({ ...parts(before), components: [component(0, '/'), changed, component(2, '/web')] });
    expect(diffRequests(before, after)).toEqual(['~ component /api: config, program.path, slots.db added']);
  });

  it('says that only the manifest changed where nothing else did', () => {
    const after = request({
      ...parts(before),
      components: [component(0, '/'), component(1, '/api', { digest: 'sha256:new' }), component(2, '/web')],
    });
    expect(diffRequests(before, after)).toEqual(['~ component /api: manifest']);
  });

  it('tells imports, types and connections of a slot that takes several apart', () => {
    const hub = component(2, '/hub', { slots: { peers: { kind: 'http', multiple: true } } });
    const base = [component(0, '/'), component(1, '/a'), hub];
    const old = request({
      components: base,
      bindings: [binding(0, [1, 'x'], [2, 'peers']), binding(1, [1, 'y'], [2, 'peers'])],
      imports: [{ id: 2, to: { component: 1, name: 'in' }, capability: http }],
    });
    const now = request({
      components: base,
      bindings: [binding(0, [1, 'x'], [2, 'peers']), binding(1, [1, 'z'], [2, 'peers'])],
      imports: [{ id: 2, to: { component: 1, name: 'in' }, capability: { kind: 'mcp', profile: 'p' } }],
    });
    expect(diffRequests(old, now)).toEqual([
      '~ edge /a.in: mcp:p, was http',
      '- edge /hub.peers[/a.y] (http)',
      '+ edge /hub.peers[/a.z] (http)',
    ]);
  });

  it.each([null, 1, 'x', [], {}, { scope: null }, { scope: { components: [1], bindings: [{}], exports: {} } }])(
    'takes %j for a graph without anything it does not have',
    (odd) => {
      expect(() => diffRequests(odd as JsonValue, before)).not.toThrow();
      expect(diffRequests(odd as JsonValue, before)).toContain('+ component /api');
    },
  );
});

const parts = (value: JsonValue): { readonly [list: string]: readonly JsonObject[] } =>
  (value as { scope: { readonly [list: string]: readonly JsonObject[] } }).scope;
