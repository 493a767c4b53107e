import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/base/json.ts';
import { loadSyntax } from '../../src/language/syntax/parse.ts';
import { decodeAnswer } from '../../src/phases/5-govern/answer.ts';
import { compileSchema, eachChange, fullAnswer, judgeAnswer, odd } from '../support/answer-agreement.ts';

await loadSyntax('json5');

const validate = compileSchema(JSON.parse(readFileSync('schemas/policy-answer.schema.json', 'utf8')) as JsonValue);

function agree(answer: JsonValue): boolean {
  const { accepted, fault } = judgeAnswer(answer, validate);
  if (fault !== undefined) throw new Error(`${fault}\n${JSON.stringify(answer)}`);
  return accepted;
}

test('an answer with every field is accepted by both', () => {
  expect(decodeAnswer(JSON.stringify(fullAnswer)).problems).toEqual([]);
  expect(validate(fullAnswer)).toBe(true);
});

test('decoder and schema agree on every answer that differs from it in one place', () => {
  let [accepted, refused] = [0, 0];
  eachChange(fullAnswer, (answer) => {
    if (agree(answer)) accepted++;
    else refused++;
  });
  expect(accepted).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(2000);
});

test('and on answers that differ in several', () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...odd)) as fc.Arbitrary<JsonValue>;
  const change = fc.tuple(fc.nat({ max: 160 }), value);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const answer = changes.reduce<JsonValue>((tree, [place, by]) => replaceAt(tree, place, by), fullAnswer);
      agree(JSON.parse(JSON.stringify(answer)) as JsonValue);
    }),
    { numRuns: 1500 },
  );
});

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

test('what JSON cannot tell apart is refused by the decoder alone', () => {
  const answer = (target: string): string => JSON.stringify(fullAnswer).replace('"target":0', `"target":${target}`);
  for (const target of ['0.0', '0e0']) {
    expect(validate(JSON.parse(answer(target)))).toBe(true);
    expect(decodeAnswer(answer(target)).problems.map((p) => p.message)).toEqual([
      'expected an integer without point and exponent, found a number',
    ]);
  }
  const twice = `{"interpositions":[],"interpositions":[]}`;
  expect(validate(JSON.parse(twice))).toBe(true);
  expect(decodeAnswer(twice).problems).toHaveLength(1);
});
