import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isObject, type JsonValue } from '../../src/base/json.ts';
import { rootSpace } from '../../src/language/config/compose.ts';
import { decodeAnswer } from '../../src/phases/5-govern/answer.ts';
import { validateAnswer } from '../../src/phases/5-govern/validate/validate-answer.ts';
import { answering, attachment, interposer, targets } from '../unit/phases/5-govern/harness.ts';

const space = rootSpace({ type: 'object', properties: { word: { type: 'string' } } });

/** An answer that uses every corner of the format. */
const rich: JsonValue = {
  interpositions: [
    {
      reason: 'because',
      attachments: [attachment],
      interposer: {
        ...interposer,
        config: { word: '${config.word}', deep: { list: [1, null, true] } },
        config_schema: {
          type: 'object',
          properties: { word: { type: 'string' }, deep: { type: 'object', $ref: '#/$defs/d' } },
          $defs: { d: {} },
        },
        resources: { r: { kind: 'storage', params: { size: '1' } } },
        metadata: { a: [1.5, 'x'] },
        program: {
          image: 'i:${config.word}',
          entrypoint: [
            'a',
            { when: 'config.word', each: 'config.word', join: ',', arg: '${item}' },
            { argv: ['${slots.up.url}'] },
          ],
          env: { A: '1', B: { each: 'slots.up', join: ',', value: '${item.url}' } },
          network: { endpoints: [{ name: 'down', port: 1, protocol: 'http' }] },
          mounts: [
            { kind: 'resource', path: '/r', resource: 'r' },
            {
              kind: 'file',
              path: [
                { lit: '/a' },
                { config: 'word' },
                { slot: 'up', scope: 1 },
                { item: '', scope: 1, slot: 'up', index: 0 },
              ],
              source: { kind: 'config', path: [{ lit: 'word' }] },
              when: { kind: 'slot', query: 'up' },
              each: { kind: 'config', path: 'word' },
            },
          ],
        },
      },
    },
    {
      attachments: [],
      interposer: {
        program: { vm: { image: 'd', cpus: 1, memory_mib: '${config.word}', cloud_init: { user_data: '' } } },
      },
    },
  ],
  findings: [{ severity: 'info', message: 'x', edge: 0, component: 0, code: 'c' }],
};

/** Puts a value at the n-th place of a tree, counted depth first. */
function replaceAt(value: JsonValue, n: number, by: JsonValue): JsonValue {
  let left = n;
  const visit = (node: JsonValue): JsonValue => {
    if (left-- === 0) return by;
    if (Array.isArray(node)) return (node as readonly JsonValue[]).map(visit);
    if (!isObject(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item)]));
  };
  return visit(value);
}

function judge(text: string): void {
  const { answer, problems } = decodeAnswer(text);
  expect(answer === undefined).toBe(problems.length > 0);
  const all = answer ? validateAnswer({ answer, scope: { schema: space.schema, space }, targets }) : problems;
  for (const problem of all) {
    expect(problem.message).not.toBe('');
    expect(problem.path).not.toBe('');
  }
}

test('any text at all', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), judge), { numRuns: 500 });
});

test('an answer with any value at any place', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<JsonValue>('${', '${config.a}', '${slots.x}', '$ref', '', '..', 'item.a', 1e300, -0),
  ) as fc.Arbitrary<JsonValue>;
  fc.assert(
    fc.property(fc.nat({ max: 120 }), value, (place, by) => judge(JSON.stringify(replaceAt(rich, place, by)))),
    { numRuns: 1500 },
  );
});

test('an answer with a piece of text gone or put in', () => {
  const text = JSON.stringify(rich);
  fc.assert(
    fc.property(
      fc.nat({ max: text.length }),
      fc.nat({ max: 5 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
      (start, length, piece) => judge(text.slice(0, start) + piece + text.slice(start + length)),
    ),
    { numRuns: 1000 },
  );
});

test('what JSON.parse takes is JSON here, and the other way round', () => {
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const unit = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\n',
    ' ',
    '1',
    '-',
    '.',
    'e',
    '0',
    'true',
    'null',
    "'",
    '\t',
    'u0041',
  );
  const text = fc.oneof(fc.string({ unit, maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 6 }), fc.json());
  fc.assert(
    fc.property(text, (body) => {
      const isJson = !decodeAnswer(body).problems.some((problem) => problem.rule === 'json');
      expect(isJson).toBe(parses(body));
    }),
    {
      numRuns: 5000,
      examples: [
        ['"\t"'],
        ['"\u2028"'],
        ['\ufeff1'],
        ['\u00a01'],
        ['"\\u12"'],
        ['"\\x"'],
        ['01'],
        ['1.'],
        ['.5'],
        ['+1'],
        ['-'],
        ['//\n1'],
        ['1 /**/'],
      ],
    },
  );
});

test('an answer full of misspelt names is judged', () => {
  const slots = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [`slot${i}`, { kind: 'http', optional: true }]),
  );
  const attachments = Array.from({ length: 5000 }, (_, target) => ({
    target,
    interposer_slot: `slto${target}`,
    interposer_provide: `x${target}`,
  }));
  const args = Array.from({ length: 5000 }, (_, i) => `\${slots.slto${i}.url}\${config.wrod${i}}`);
  const text = answering({ interposer: { ...interposer, slots, program: { path: '/x', args } }, attachments });
  judge(text);
});
