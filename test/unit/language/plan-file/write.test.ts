import { expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/base/json.ts';
import { canonicalText } from '../../../../src/base/quick-json.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { unfoldPlan } from '../../../../src/language/plan-file/unfold.ts';
import { planFileText } from '../../../../src/language/plan-file/write.ts';
import { foldPlan } from '../../../support/folded-plan.ts';

const planOf = (components: readonly JsonObject[]): JsonObject => ({ schema: 'headgate.plan', version: 1, components });
const component = (n: number, more: JsonObject): JsonObject => ({
  moniker: `/c${n}`,
  program: null,
  config: { literal: {} },
  slots: {},
  ...more,
});
const many = (count: number, more: (n: number) => JsonObject): JsonObject =>
  planOf(Array.from({ length: count }, (_, n) => component(n, more(n))));
const shared = (folded: JsonObject): readonly JsonValue[] => folded['shared'] as readonly JsonValue[];
const first = (folded: JsonObject): JsonObject => (folded['components'] as readonly JsonObject[])[0] as JsonObject;
const plan = (document: JsonObject): DeploymentPlan => document as unknown as DeploymentPlan;
const source = 'const long = true;\n'.repeat(100);

it('holds once what components have alike', () => {
  const program = { path: '/bin/a', args: ['-c', source] };
  const folded = foldPlan(many(20, () => ({ program: structuredClone(program) })));
  expect(folded).toMatchObject({ schema: 'headgate.plan', version: 2 });
  expect(shared(folded)).toEqual([program]);
  expect(first(folded)).toEqual(component(0, { program: null, shared: { '/program': 0 } }));
});

it('holds a text once where what is around it differs, and nothing of it twice', () => {
  const folded = foldPlan(many(20, (n) => ({ program: { path: '/bin/a', args: ['-c', source, `${n}`] } })));
  expect(shared(folded)).toEqual([source]);
  expect(first(folded)).toMatchObject({
    program: { path: '/bin/a', args: ['-c', null, '0'] },
    shared: { '/program/args/1': 0 },
  });
});

it('holds a text once that stands in equal programs, in others, and in config', () => {
  const folded = foldPlan(
    many(40, (n) => ({
      program: { args: [source, n < 10 ? 'same' : `${n}`] },
      config: { literal: { 'a/b': { '~': source } } },
    })),
  );
  expect(canonicalText(folded).split(JSON.stringify(source))).toHaveLength(2);
  expect(first(folded)['shared']).toEqual({ '/config/literal/a~1b/~0': 0, '/program/args/0': 0 });
});

it('holds a field once as a whole that has the same text twice', () => {
  const program = { path: '/bin/a', args: [source, source] };
  const folded = foldPlan(many(20, () => ({ program: structuredClone(program) })));
  expect(shared(folded)).toEqual([program]);
  expect(first(folded)['shared']).toEqual({ '/program': 0 });
});

it('leaves what has a fixed form whole', () => {
  const slots = { [`up${'p'.repeat(300)}`]: { kind: 'x'.repeat(300), profile: null } };
  const folded = foldPlan(many(200, (n) => ({ slots: n % 2 === 0 ? slots : { ...slots, a: slots } })));
  expect(Object.keys(first(folded)['shared'] as JsonObject)).toEqual(['/slots']);
});

it.each([
  ['nothing is repeated', many(50, (n) => ({ program: { path: `/bin/${'x'.repeat(500)}${n}` } }))],
  ['what is repeated is short', many(5_000, () => ({ program: { path: '/bin/true' } }))],
  ['too little is repeated', many(3, () => ({ program: { args: [source] } }))],
])('stays in version 1, byte by byte, where %s', (_, document) => {
  expect(planFileText(plan(document))).toBe(`${canonicalText(document)}\n`);
});

it('is in version 2 from the number of components on at which that saves 1 MiB', () => {
  const long = source.repeat(50);
  const of = (count: number): JsonObject => many(count, () => ({ program: { args: [long] } }));
  const folds = (count: number): boolean => planFileText(plan(of(count))).includes('"version":2');
  const counts = [...Array(30).keys()].map((n) => n + 1);
  const from = counts.find(folds) ?? 0;
  const saved = canonicalText(of(from)).length - planFileText(plan(of(from))).length;
  expect(saved).toBeGreaterThan(1_000_000);
  expect((from - 2) * long.length).toBeLessThan(1024 * 1024);
  expect(counts.slice(from - 1).every(folds)).toBe(true);
});

it('gives the same bytes whichever objects are one and the same, and in whichever order keys stand', () => {
  const one = { path: '/bin/a', args: [source] };
  const same = many(20, () => ({ program: one }));
  const equal = many(20, () => ({ program: { args: [source], path: '/bin/a' } }));
  expect(canonicalText(foldPlan(equal))).toBe(canonicalText(foldPlan(same)));
});

it.each([
  ['of version 2', { version: 2 }],
  ['with a field `shared`', { shared: [] }],
  ['without a list of components', { components: {} }],
  ['with a component that is none', { components: [null] }],
])('leaves a document %s alone', (_, more) => {
  const document = { ...many(20, () => ({ program: { args: [source] } })), ...more } as JsonObject;
  expect(foldPlan(document)).toEqual(document);
});

it('gives components that have something alike one object for it when it is unfolded', () => {
  const folded = foldPlan(many(20, () => ({ program: { args: [source] } })));
  const unfolded = unfoldPlan(JSON.parse(canonicalText(folded)) as JsonObject);
  const components = ('plan' in unfolded ? unfolded.plan['components'] : []) as readonly JsonObject[];
  expect(components).toHaveLength(20);
  expect(new Set(components.map(({ program }) => program)).size).toBe(1);
});

it('holds ten thousand texts of one object once each', { timeout: 120_000 }, () => {
  const texts = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`T${i}`, `${i}`.padEnd(300, 'x')]));
  const document = many(2, (n) => ({ program: { path: '/bin/a', env: { ...texts, N: `${n}` } } }));
  const folded = foldPlan(document);
  expect(shared(folded)).toHaveLength(10_000);
  expect(unfoldPlan(folded)).toEqual({ plan: document });
});
