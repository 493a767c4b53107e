/** Answers are read in two ways, without places and with them: the verdicts are the same, and so is what is read. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/base/json.ts';
import type { Answer } from '../../src/ir/answer.ts';
import type { SyntaxNode } from '../../src/ir/syntax.ts';
import { fits } from '../../src/language/generated/answer.js';
import { loadSyntax } from '../../src/language/syntax/parse.ts';
import { plainJson } from '../../src/language/syntax/plain-json.ts';
import { toJson } from '../../src/language/syntax/to-json.ts';
import { decodeAnswer, judgeAnswer, plainAnswer } from '../../src/phases/5-govern/answer.ts';
import { compileSchema, eachChange, fullAnswer, odd } from '../support/answer-agreement.ts';

await loadSyntax('json5');

const schema = compileSchema(JSON.parse(readFileSync('schemas/policy-answer.schema.json', 'utf8')) as JsonValue);

/** Without the one number that has a point. */
const full = JSON.parse(JSON.stringify(fullAnswer).replace('[1.5]', '[15]')) as JsonObject;

const isNode = (value: object): value is SyntaxNode =>
  'kind' in value && 'range' in value && /^(?:object|array|string|number|boolean|null)$/.test(String(value.kind));

/** What an answer says, wherever that stands. */
function said(answer: Answer): unknown {
  const plain = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(plain);
    if (isNode(value)) return toJson(value);
    const entries = Object.entries(value).filter(([key]) => !/^(?:node|range|nameRange|keyRange)$/.test(key));
    return entries.map(([key, item]) => [key, plain(item)]);
  };
  return plain(answer);
}

/** Whether it was read without places. */
function agree(text: string): boolean {
  const quick = plainAnswer(text);
  const whole = decodeAnswer(text).answer;
  if (quick) expect(whole && said(whole), text).toEqual(said(quick));
  // What is right and has nothing odd in its text is read in the quick way.
  else if (plainJson(text)) expect(whole, text).toBeUndefined();
  return quick !== undefined;
}

test('an answer with every field is read without places', () => {
  expect(agree(JSON.stringify(full))).toBe(true);
});

test('one that differs from it in one place is read in both ways, or in neither', () => {
  let [count, quick, other] = [0, 0, 0];
  eachChange(full, (answer) => {
    // Every seventh: policy-schema.test.ts goes through all of them.
    if (count++ % 7 > 0) return;
    expect(fits(answer)).toBe(schema(answer));
    if (agree(JSON.stringify(answer))) quick++;
    else other++;
  });
  expect(quick).toBeGreaterThan(70);
  expect(other).toBeGreaterThan(300);
});

test('and one that differs in several', () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...odd)) as fc.Arbitrary<JsonValue>;
  const change = fc.tuple(fc.nat({ max: 160 }), value);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const answer = changes.reduce<JsonValue>((tree, [place, by]) => replaceAt(tree, place, by), full);
      agree(JSON.stringify(answer));
    }),
    { numRuns: 1500 },
  );
});

test('interposers that differ from the one before in a few places, or in the order of keys', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(...odd),
    fc.string(),
  ) as fc.Arbitrary<JsonValue>;
  const change = fc.record({ place: fc.nat({ max: 60 }), by: value, turns: fc.boolean() });
  const [{ interposer }] = full['interpositions'] as unknown as readonly [{ readonly interposer: JsonValue }];
  let [quick, other] = [0, 0];
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 2 }), { minLength: 2, maxLength: 4 }), (all) => {
      const interposers = all.map((changes) =>
        changes.reduce<JsonValue>(
          (tree, { place, by, turns }) => (turns ? turnedAt(tree, place) : replaceAt(tree, place, by)),
          interposer,
        ),
      );
      if (agree(JSON.stringify({ interpositions: interposers.map((one) => ({ interposer: one, attachments: [] })) })))
        quick++;
      else other++;
    }),
    { numRuns: 1500 },
  );
  expect(quick).toBeGreaterThan(100);
  expect(other).toBeGreaterThan(100);
});

/** With the keys of an object, or the items of a list, the other way round. */
function turnedAt(value: JsonValue, n: number): JsonValue {
  const places: JsonValue[] = [];
  const collect = (node: JsonValue): void => {
    places.push(node);
    if (typeof node === 'object' && node !== null) for (const item of Object.values(node)) collect(item as JsonValue);
  };
  collect(value);
  const node = places[n] ?? null;
  if (typeof node !== 'object' || node === null) return value;
  const turned = Array.isArray(node) ? [...node].reverse() : Object.fromEntries(Object.entries(node).reverse());
  return replaceAt(value, n, turned as JsonValue);
}

/** Puts a value at the n-th place of a tree, counted depth first. */
function replaceAt(value: JsonValue, n: number, by: JsonValue): JsonValue {
  let left = n;
  const visit = (node: JsonValue): JsonValue => {
    if (left-- === 0) return by;
    if (Array.isArray(node)) return (node as readonly JsonValue[]).map(visit);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item)]));
  };
  return visit(value);
}

test('a text with pieces gone or put in', () => {
  const text = JSON.stringify(full);
  const piece = fc.constantFrom(
    '"',
    ':',
    ',',
    '{',
    '}',
    '1',
    '.',
    'e',
    '-',
    '\\u0061',
    '\\ud800',
    '__proto__',
    '"x":1,',
    ' ',
  );
  fc.assert(
    fc.property(fc.nat({ max: text.length }), fc.nat({ max: 3 }), piece, (start, length, put) => {
      agree(text.slice(0, start) + put + text.slice(start + length));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a field that is given twice', '{"interpositions":[],"interpositions":[]}'],
  ['the same, one of them with an escape', '{"interpositions":[],"interposition\\u0073":[]}'],
  ['a whole number with a point', '{"interpositions":[],"findings":[{"severity":"info","message":"x","edge":0.0}]}'],
  ['one with an exponent', '{"interpositions":[],"findings":[{"severity":"info","message":"x","edge":1e0}]}'],
  ['half of a character', '{"interpositions":[],"findings":[{"severity":"info","message":"\\ud800"}]}'],
  ['more values than the other takes', `{"interpositions":[],"findings":[${'0,'.repeat(500_000)}0]}`],
  [
    'a text that is nested too deep',
    `{"interpositions":[{"interposer":{"metadata":${'['.repeat(201)}${']'.repeat(201)}},"attachments":[]}]}`,
  ],
])('%s is left to the other', (_, text) => {
  expect(plainAnswer(text)).toBeUndefined();
  const { answer, problems } = judgeAnswer(text, () => []);
  expect(answer).toBeUndefined();
  expect(problems).toEqual(decodeAnswer(text).problems);
});

test.each([
  [
    'a number that is not whole, where any value may stand',
    '{"interpositions":[{"interposer":{"metadata":1.5},"attachments":[]}]}',
  ],
  [
    'keys that an object has in another order',
    '{"interpositions":[{"interposer":{"metadata":{"b":1,"2":1,"1":1}},"attachments":[]}]}',
  ],
  ['a number that loses digits', '{"interpositions":[{"interposer":{"metadata":9007199254740993},"attachments":[]}]}'],
])('%s is read with places', (_, text) => {
  expect(plainAnswer(text)).toBeUndefined();
  expect(judgeAnswer(text, () => []).answer).toEqual(decodeAnswer(text).answer);
});

test('interposers that are written alike are one, and each attachment is its own', () => {
  const text = JSON.stringify({
    interpositions: [0, 1, 2].map((target) => ({
      interposer: { metadata: target === 1 ? 'other' : 'same' },
      attachments: [{ target, interposer_slot: 'up', interposer_provide: 'down' }],
    })),
  });
  expect(agree(text)).toBe(true);
  const [first, second, third] = plainAnswer(text)?.interpositions ?? [];
  expect(first?.interposer).toBe(third?.interposer);
  expect(first?.interposer).not.toBe(second?.interposer);
});

test('what an interposer has from the one before is one with it, and nothing else is', () => {
  const interposer = (path: string, slots: object) => ({
    program: { path, args: ['-v', { when: 'slots.up', arg: '${slots.up.url}' }], network: { endpoints: [] } },
    slots,
  });
  const [up, turned] = [
    { up: { kind: 'http' }, b: { kind: 'http' } },
    { b: { kind: 'http' }, up: { kind: 'http' } },
  ];
  const interposers = [interposer('/a', up), interposer('/b', up), interposer('/c', turned)];
  const text = JSON.stringify({ interpositions: interposers.map((one) => ({ interposer: one, attachments: [] })) });
  expect(agree(text)).toBe(true);
  const [first, second, third] = plainAnswer(text)?.interpositions.map((one) => one.interposer) ?? [];
  expect(second?.slots).toBe(first?.slots);
  expect(second?.manifestProgram?.endpoints).toBe(first?.manifestProgram?.endpoints);
  expect(second?.program).not.toEqual(first?.program);
  expect(Object.keys(third?.slots ?? {})).toEqual(['b', 'up']);
  expect(third?.slots).toEqual(second?.slots);
});

test('a fault in any of them is found', () => {
  const right = { program: { path: '/bin/a' }, slots: { up: { kind: 'http' } } };
  for (const wrong of [{ program: {} }, { slots: { up: { kind: 'x' } } }, { program: { path: '${' } }, 7]) {
    const list = [right, right, wrong, right, wrong].map((interposer) => ({ interposer, attachments: [] }));
    expect(agree(JSON.stringify({ interpositions: list }))).toBe(false);
  }
  expect(agree(JSON.stringify({ interpositions: [right, right].map((i) => ({ interposer: i, other: 1 })) }))).toBe(
    false,
  );
});

test('what breaks a rule is told with its place', () => {
  const text = '{\n "interpositions": [{"interposer": {}, "attachments": []}]}';
  const rule = ({
    interpositions,
    source,
  }: Answer): [] | [{ rule: 'V1'; path: string; message: string; line: number }] =>
    source.text === text && interpositions.length === 1
      ? [{ rule: 'V1', path: 'x', message: 'm', line: interpositions[0]?.node?.range.start ?? 0 }]
      : [];
  expect(judgeAnswer(text, rule).problems).toEqual([{ rule: 'V1', path: 'x', message: 'm', line: 22 }]);
});
