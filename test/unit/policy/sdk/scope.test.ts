import { describe, expect, it } from 'vitest';
import {
  type Decision,
  definePolicy,
  finding,
  PolicyError,
  type Scope,
  type SelectBy,
} from '../../../../src/policy/sdk/index.ts';
import { request, speaking } from './requests.ts';

/** Runs `look` as a policy does. */
function inScope<T>(look: (scope: Scope) => T): T {
  let seen: T | undefined;
  definePolicy({
    name: 'test',
    decide: (scope): Decision => {
      seen = look(scope);
      return undefined;
    },
  }).answer(request);
  return seen as T;
}

const selected = (by: SelectBy): readonly number[] => inScope((scope) => scope.select(by).edges.map(({ id }) => id));

describe('scope', () => {
  it('joins components, and shows nothing above its root', () => {
    inScope((scope) => {
      expect(scope.root?.moniker).toBe('/team');
      expect(scope.root?.parent).toBeNull();
      expect(scope.root?.children.map(({ moniker }) => moniker)).toEqual(['/team/a', '/team/b.c']);
      expect(scope.component('/team/a')?.parent).toBe(scope.root);
      expect(scope.component('/team/a')?.program).toEqual({ image: 'x', entrypoint: [] });
      expect(scope.component('/')).toBeUndefined();
    });
  });

  it('has bindings, imports and exports in one list, in the order of their numbers', () => {
    inScope((scope) => {
      expect(scope.edges.map(({ id, side, kind, label }) => [id, side, kind, label])).toEqual([
        [0, 'inside', 'a2a', '/team/a.out -> /team/b.c.in'],
        [1, 'import', 'http', '… -> /team/a.search'],
        [2, 'export', 'http', '/team/b.c.page -> …'],
        [3, 'inside', 'storage', '/team/a.disk -> /team/b.c.store'],
        [4, 'inside', 'docker', '/team.docker -> /team/a.engine'],
      ]);
      expect(scope.edges.map(({ from }) => from?.type)).toEqual([
        'provide',
        undefined,
        'provide',
        'resource',
        'framework',
      ]);
      expect(scope.edges.filter(({ interposable }) => interposable).map(({ id }) => id)).toEqual([0, 1, 2]);
      expect(scope.edges[0]?.profile).toBe('v2');
    });
  });
});

describe('select', () => {
  it.each<[SelectBy, readonly number[]]>([
    [{}, [0, 1, 2, 3, 4]],
    [{ kind: 'http' }, [1, 2]],
    [{ kind: ['http', 'a2a'] }, [0, 1, 2]],
    [{ profile: null }, [1, 2, 3, 4]],
    [{ profile: ['v2', 'v3'] }, [0]],
    [{ side: ['import', 'export'] }, [1, 2]],
    [{ component: '/team/a' }, [0, 1, 3, 4]],
    [{ component: '/team' }, [4]],
    [{ component: '/team/*', side: 'export' }, [2]],
    [{ component: '**' }, [0, 1, 2, 3, 4]],
    [{ component: '/team/**' }, [0, 1, 2, 3, 4]],
    [{ component: '/te*' }, [4]],
    [{ from: '/team/a' }, [0, 3]],
    [{ from: '/team/a.out' }, [0]],
    [{ from: '/team/a.*' }, [0, 3]],
    [{ to: ['/team/a.search', '**.store'] }, [1, 3]],
    [{ to: '/team/b.c.in' }, [0]],
    [{ to: '/team/axsearch' }, []],
    [{ where: ({ id }) => id % 2 === 0, kind: ['http', 'docker'] }, [2, 4]],
  ])('%j gives %j', (by, ids) => {
    expect(selected({ ...by, allowEmpty: true })).toEqual(ids);
  });

  it.each<[SelectBy, readonly number[]]>([
    [{ protocol: 'http' }, [0]],
    [{ protocol: ['http', 'https'] }, [0, 2]],
    [{ protocol: 'tcp', kind: 'http' }, [1]],
    [{ protocol: null }, [3]],
    [{ protocol: ['tcp', null] }, [1, 3]],
  ])('%j gives %j of edges that speak http, tcp, https and what is not shown', (by, ids) => {
    const policy = definePolicy({
      name: 'test',
      decide: (scope) => finding('info', JSON.stringify(scope.select(by).edges.map(({ id }) => id))),
    });
    expect(policy.answer(speaking('http', 'tcp', 'https', null)).findings?.[0]?.message).toBe(JSON.stringify(ids));
  });

  it('names the protocol in what it says of a selection that matched nothing', () => {
    const policy = definePolicy({ name: 'test', decide: (scope) => void scope.select({ protocol: ['tcp', null] }) });
    expect(policy.answer(speaking('http')).findings?.[0]?.message).toContain('`protocol tcp or none`');
  });

  it('takes components instead of patterns', () => {
    const ids = inScope((scope) => {
      const a = scope.component('/team/a');
      return a ? [...scope.select({ from: a })].map(({ id }) => id) : [];
    });
    expect(ids).toEqual([0, 3]);
  });

  it('refuses a pattern that no moniker can match', () => {
    expect(() => selected({ component: 'team' })).toThrow('it begins with `/`, such as `/team`, or with `*`');
    expect(() => selected({ to: '' })).toThrow(PolicyError);
  });

  it('tells what matched nothing, in the order of the questions, after the findings of the policy', () => {
    const policy = definePolicy({
      name: 'test',
      decide: (scope) => {
        scope.select({ kind: 'llm', name: 'models' });
        scope.select({ kind: 'mcp', allowEmpty: true });
        scope.select({ kind: ['mcp', 'llm'], to: '/x', profile: null, where: () => true });
        return [];
      },
    });
    expect(policy.answer(request)).toEqual({
      interpositions: [],
      findings: [
        {
          severity: 'warning',
          message: 'the selection `models` matched none of the 5 edges of the scope',
          code: 'empty-selection',
        },
        {
          severity: 'warning',
          message:
            'the selection `kind mcp or llm, profile none, to /x, a further condition` matched none of the 5 edges of the scope',
          code: 'empty-selection',
        },
      ],
    });
    expect(policy.answer(request)).toEqual(policy.answer(JSON.stringify(request)));
  });
});

describe('references to the config of the scope', () => {
  it.each([
    ['key', '${config.key}'],
    ['deep.n', '${config.deep.n}'],
    ['free.anything', '${config.free.anything}'],
    ['', '${config}'],
  ])('%s', (path, reference) => {
    expect(inScope((scope) => scope.config(path))).toBe(reference);
  });

  it('refuses what the scope has not', () => {
    expect(() => inScope((scope) => scope.config('kye'))).toThrow(
      'the config of the scope has no `kye`; its keys are `key`, `deep`, `free`',
    );
    expect(() => inScope((scope) => scope.config('deep.m'))).toThrow(PolicyError);
  });
});

describe('a question that is none', () => {
  const { answer } = definePolicy({ name: 'test', decide: () => undefined });
  const scope = { components: [], bindings: [], imports: [], exports: [] };
  it.each([
    ['{', 'the body is no JSON'],
    ['[]', 'the body is not an object'],
    ['{}', '`scope` is missing'],
    ['{"scope": 1}', '`scope` is not an object'],
    ['{"scope": {"components": []}}', '`scope.bindings` is missing'],
    [JSON.stringify({ scope: { ...scope, components: [{}] } }), '`scope.components[0].id` is not a number'],
    [JSON.stringify({ scope: { ...scope, imports: [{ id: 1.5 }] } }), '`scope.imports[0].capability` is missing'],
    [
      JSON.stringify({
        scope: { ...scope, imports: [{ id: 0, capability: { kind: 'http' }, to: { component: 9, name: 'x' } }] },
      }),
      'edge 0 names component 9, which is not in the scope',
    ],
    [
      JSON.stringify({
        scope: { ...scope, exports: [{ id: 0, capability: { kind: 'http' }, from: { Elsewhere: {} } }] },
      }),
      '`scope.exports[0].from` is none of `Component`, `Resource` and `Framework`',
    ],
  ])('%s', (text, message) => {
    expect(() => answer(text)).toThrow(message);
    expect(() => answer(text)).toThrow(expect.objectContaining({ name: 'PolicyError', code: 'request' }));
  });

  it('is not one with further fields', () => {
    const more = { version: 9, scope: { ...scope, names: [], components: [{ id: 3, moniker: '/', new: true }] } };
    expect(answer(JSON.stringify(more))).toEqual({ interpositions: [] });
  });
});
