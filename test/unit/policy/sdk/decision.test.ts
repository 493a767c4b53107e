import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/base/json.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { decodeAnswer } from '../../../../src/phases/5-govern/answer.ts';
import {
  type Context,
  type Decision,
  definePolicy,
  finding,
  interposer,
  type PolicyAnswer,
  PolicyError,
  type Scope,
} from '../../../../src/policy/sdk/index.ts';
import { compileSchema } from '../../../support/answer-agreement.ts';
import { request, speaking } from './requests.ts';

await loadSyntax('json5');
const accepts = compileSchema(JSON.parse(readFileSync('schemas/policy-answer.schema.json', 'utf8')) as JsonValue);

/** The answer, which both the decoder and the published schema accept. */
function answerOf(decide: (scope: Scope, context: Context) => Decision, context: Partial<Context> = {}): PolicyAnswer {
  const answer = definePolicy({ name: 'test', decide }).answer(request, context);
  expect(decodeAnswer(JSON.stringify(answer)).problems).toEqual([]);
  expect(accepts(JSON.parse(JSON.stringify(answer))), JSON.stringify(accepts.errors)).toBe(true);
  return answer;
}

const failure = (decide: (scope: Scope) => unknown): unknown => {
  try {
    definePolicy({ name: 'test', decide: decide as never }).answer(request);
    return undefined;
  } catch (error) {
    return error instanceof PolicyError ? `${error.code}: ${error.message}` : error;
  }
};

const relay = { program: { path: '/bin/relay' } };

describe('interposer', () => {
  it('matches slot, provide and endpoint to the edge, and hands over port and upstream', () => {
    expect(answerOf((scope) => interposer(relay).on(scope.select({ kind: 'a2a' })))).toEqual({
      interpositions: [
        {
          interposer: {
            program: {
              path: '/bin/relay',
              args: [],
              env: { PORT: '18400', UPSTREAM_URL: '${slots.upstream.url}' },
              network: { endpoints: [{ name: 'downstream', port: 18_400, protocol: 'http' }] },
            },
            slots: { upstream: { kind: 'a2a', profile: 'v2' } },
            provides: { downstream: { kind: 'a2a', profile: 'v2', endpoint: 'downstream' } },
          },
          attachments: [{ target: 0, interposer_slot: 'upstream', interposer_provide: 'downstream' }],
        },
      ],
    });
  });

  it('takes everything that can be said of it', () => {
    const { interpositions } = answerOf((scope) =>
      interposer({
        program: ({ port, edge, index }) => ({
          image: 'relay:1',
          entrypoint: ['run', `${edge.label} ${index} ${port}`, { when: 'config.key', arg: '--key' }],
          env: { PORT: 'mine', A: { value: 'x', when: 'config.key' } },
          mounts: [{ kind: 'file', path: [{ lit: '/k' }], source: { kind: 'config', path: [{ lit: 'key' }] } }],
          endpoints: [{ name: 'admin', port: 9 }],
        }),
        port: 20_000,
        slot: 'in',
        provide: 'out',
        protocol: 'tcp',
        reason: ({ edge }) => `because of ${edge.id}`,
        config: { key: scope.config('key') },
        configSchema: { type: 'object', properties: { key: { type: 'string' } } },
        metadata: { team: 'x' },
      }).on(scope.select({ side: ['import', 'export'] })),
    );
    expect(interpositions.map((one) => one.attachments)).toEqual([
      [{ target: 1, interposer_slot: 'in', interposer_provide: 'out' }],
      [{ target: 2, interposer_slot: 'in', interposer_provide: 'out' }],
    ]);
    expect(interpositions[1]).toMatchObject({
      reason: 'because of 2',
      interposer: {
        program: {
          image: 'relay:1',
          entrypoint: ['run', '/team/b.c.page -> … 1 20001', { when: 'config.key', arg: '--key' }],
          env: { PORT: 'mine', UPSTREAM_URL: '${slots.in.url}', A: { value: 'x', when: 'config.key' } },
          network: {
            endpoints: [
              { name: 'out', port: 20_001, protocol: 'tcp' },
              { name: 'admin', port: 9, protocol: 'http' },
            ],
          },
        },
        config: { key: '${config.key}' },
        metadata: { team: 'x' },
      },
    });
  });

  it('is not put on an edge that speaks another protocol, and says on how many', () => {
    const leftAlone = (...items: readonly object[]): readonly unknown[] =>
      items.map((item) => ({ severity: 'warning', code: 'other-protocol', ...item }));
    const relayOn = (protocol: 'http' | 'https' | 'tcp' | undefined, behind: readonly (string | null)[]) => {
      const given = { ...relay, ...(protocol ? { protocol } : {}) };
      const decide = (scope: Scope): Decision => interposer(given).on(scope.select({ kind: 'http' }));
      const { interpositions, findings } = definePolicy({ name: 'test', decide }).answer(speaking(...behind));
      const targets = interpositions.map(({ attachments }) => attachments[0]?.target);
      return { targets, findings };
    };
    const one = 'the interposer speaks http (`/p1.out -> /c.in1`)';
    expect(relayOn(undefined, ['http', 'tcp', 'https', null])).toEqual({
      targets: [0, 2, 3],
      findings: leftAlone({ message: `1 of 4 edges speaks plain TCP and was left alone: ${one}`, edge: 1 }),
    });
    expect(relayOn('https', ['http', 'https', null])).toEqual({ targets: [0, 1, 2], findings: undefined });
    expect(relayOn('tcp', ['http', 'tcp', 'https', null])).toEqual({
      targets: [1, 3],
      findings: leftAlone({
        message:
          '2 of 4 edges speak HTTP and were left alone: the interposer speaks tcp (`/p0.out -> /c.in0`, `/p2.out -> /c.in2`)',
      }),
    });
    const many = relayOn(
      undefined,
      Array.from({ length: 7 }, () => 'tcp'),
    );
    expect(many.targets).toEqual([]);
    expect(many.findings?.[0]?.message).toMatch(/^7 of 7 edges .* `\/p4\.out -> \/c\.in4`, and 2 more\)$/);
  });

  it('derives the schema of its config; what is secret in the scope stays so', () => {
    const { interpositions } = answerOf(
      (scope, context) =>
        interposer({
          ...relay,
          config: {
            key: scope.config('key'),
            n: scope.config('deep.n'),
            all: scope.config(''),
            terms: context.config['terms'] ?? null,
            text: 'x ${config.key}',
            on: true,
            many: 1.5,
            map: { a: 1 },
          },
        }).on(scope.select({ kind: 'a2a' })),
      { config: { terms: ['${config.key}'] } },
    );
    expect(interpositions[0]?.interposer.config).toMatchObject({ key: '${config.key}', terms: ['${config.key}'] });
    expect(interpositions[0]?.interposer.config_schema).toEqual({
      type: 'object',
      properties: {
        key: { type: 'string', secret: true },
        n: { type: 'integer' },
        all: expect.objectContaining({ type: 'object' }),
        terms: { type: 'array' },
        text: { type: 'string' },
        on: { type: 'boolean' },
        many: { type: 'number' },
        map: { type: 'object' },
      },
      required: ['key', 'n', 'all', 'terms', 'text', 'on', 'many', 'map'],
    });
  });

  it('counts ports anew for every answer, and on through one', () => {
    const shared = interposer(relay);
    const policy = definePolicy({
      name: 'test',
      decide: (scope) => [shared.on(scope.select({ kind: 'a2a' })), [[shared.on(scope.edges[1] as never)]]],
    });
    const ports = (): readonly unknown[] =>
      policy
        .answer(request)
        .interpositions.map(
          ({ interposer: { program } }) => (program as unknown as { env: { PORT: string } }).env.PORT,
        );
    expect(ports()).toEqual(['18400', '18401']);
    expect(ports()).toEqual(['18400', '18401']);
  });

  it.each<[string, (scope: Scope) => unknown, string]>([
    ['storage', (s) => interposer(relay).on(s.select({ kind: 'storage' })), 'edge: nothing can sit on edge 3'],
    ['docker', (s) => interposer(relay).on(s.edges), 'edge: nothing can sit on edge 3'],
    ['port 0', () => interposer({ ...relay, port: 0 }), 'interposer: the port'],
    [
      'no port left',
      (s) => interposer({ ...relay, port: 65_535 }).on(s.select({ kind: 'http' })),
      'interposer: there is no port',
    ],
    ['names', () => interposer({ ...relay, slot: 'a.b' }), 'interposer: `a.b` cannot be the name'],
    ['one name', () => interposer({ ...relay, slot: 'x', provide: 'x' }), 'interposer: slot and provide are both'],
    [
      'endpoint',
      (s) =>
        interposer({ program: { path: '/x', endpoints: [{ name: 'downstream', port: 1 }] } }).on(
          s.select({ kind: 'a2a' }),
        ),
      'interposer: the endpoint `downstream` is declared already',
    ],
    [
      'a promise',
      async () => undefined,
      'decision: a decision is made of interpositions and findings; `decide` returned a promise',
    ],
    [
      'a builder',
      () => interposer(relay),
      'decision: a decision is made of interpositions and findings; this is an interposer that was put on nothing',
    ],
    ['null', () => [null], 'decision: a decision is made of interpositions and findings; `decide` returned null'],
    ['a text', () => 'x', 'decision: a decision is made of interpositions and findings; `decide` returned a string'],
    ['made by hand', () => ({ type: 'interposition', edge: 1 }), 'decision: '],
  ])('refuses %s', (_name, decide, message) => {
    expect(failure(decide)).toMatch(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  });
});

describe('finding', () => {
  it('points at edges and components', () => {
    expect(
      answerOf((scope) => [
        finding('info', 'of all'),
        finding('warning', 'of an edge', { edge: scope.edges[1] as never, code: 'x' }),
        [finding('error', 'of a component', { component: scope.components[2] as never })],
        finding('info', 'by number', { edge: 0, component: 0 }),
      ]).findings,
    ).toEqual([
      { severity: 'info', message: 'of all' },
      { severity: 'warning', message: 'of an edge', edge: 1, code: 'x' },
      { severity: 'error', message: 'of a component', component: 2 },
      { severity: 'info', message: 'by number', edge: 0, component: 0 },
    ]);
  });

  it('says something, and how bad it is', () => {
    expect(() => finding('info', ' ')).toThrow('must say something');
    expect(() => finding('fatal' as never, 'x')).toThrow('error, warning or info');
  });
});

describe('policy', () => {
  it('hands over what is known of the question', () => {
    let seen: Context | undefined;
    const policy = definePolicy({
      name: 'test',
      decide: (_scope, context) => {
        seen = context;
      },
    });
    expect(policy.answer(request)).toEqual({ interpositions: [] });
    expect(seen).toEqual({ protocol: '1', scope: '', policy: '', config: {} });
    policy.answer(request, { policy: '#a.b', config: { x: 1 } });
    expect(seen).toEqual({ protocol: '1', scope: '', policy: '#a.b', config: { x: 1 } });
  });

  it('has a name and a function', () => {
    expect(() => definePolicy({ name: ' ', decide: () => undefined })).toThrow(PolicyError);
    expect(() => definePolicy({ name: 'x' } as never)).toThrow('`decide(scope, context)`');
  });
});
