import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { loadMetaschema } from '../../../../src/language/schema/metaschema.ts';
import { checkSchemaProfile, checkSchemaProfileJson } from '../../../../src/language/schema/profile.ts';
import { written } from '../../../support/nodes.ts';

await loadMetaschema();

/** `text of the range: message` of every problem. */
function problems(schema: JsonObject): string[] {
  const source = written(schema);
  return checkSchemaProfile(source.node).map(({ message, range }) => `${source.slice(range)} :: ${message}`);
}
const places = (schema: JsonObject): string[] => problems(schema).map((line) => line.split(' :: ')[0] as string);

describe('what is fine', () => {
  test.each<[string, JsonObject]>([
    ['empty object', { type: 'object' }],
    ['object among other types', { type: ['null', 'object'], properties: { a: { type: 'string' } } }],
    ['unknown annotations', { type: 'object', 'x-owner': 'me', properties: { a: { type: 'string', 'x-note': 1 } } }],
    ['both spellings of the dialect', { $schema: 'http://json-schema.org/draft/2020-12/schema#', type: 'object' }],
    ['required that is not declared', { type: 'object', required: ['ghost'] }],
    ['boolean schemas', { type: 'object', properties: { a: true, b: false } }],
    ['a default of the wrong type', { type: 'object', properties: { a: { type: 'string', default: 5 } } }],
    [
      'references that do not circle',
      {
        type: 'object',
        properties: { a: { $ref: '#/$defs/s' }, b: { $ref: '#/$defs/s' } },
        $defs: { s: { type: 'string', secret: true } },
      },
    ],
    [
      'a property that is called like a keyword',
      {
        type: 'object',
        properties: { not: { type: 'string' }, items: { type: 'string' }, type: { type: 'string' } },
      },
    ],
    [
      'value keywords',
      {
        type: 'object',
        properties: {
          a: { enum: ['not', { anyOf: 1 }], default: { $ref: 'nowhere' }, pattern: '^a$', minLength: 1, format: 'uri' },
        },
      },
    ],
  ])('%s', (_, schema) => {
    expect(problems(schema)).toEqual([]);
  });
});

describe('rule 1: objects say so', () => {
  test('root of another type: the value of `type`', () => {
    expect(places({ type: 'array', properties: { a: {} } })).toEqual(['"array"']);
  });
  test('root without a type: the whole schema', () => {
    const schema = { properties: { a: {} } };
    expect(places(schema)).toEqual([JSON.stringify(schema)]);
  });
  test('nested `properties` or `required` without `type: object`', () => {
    expect(
      places({ type: 'object', properties: { a: { properties: {} }, b: { type: 'string', required: ['x'] } } }),
    ).toEqual(['{"properties":{}}', '"string"']);
  });
});

describe('rule 2: key names', () => {
  test('property: the key, with a proposal', () => {
    const [only, ...more] = problems({ type: 'object', properties: { agent_HF_TOKEN: {} } });
    expect(more).toEqual([]);
    expect(only).toContain('"agent_HF_TOKEN" ::');
    expect(only).toContain('write `agent_hf_token`');
  });
  test('required: the entry', () => {
    expect(places({ type: 'object', required: ['ok', 'ghost__x'] })).toEqual(['"ghost__x"']);
  });
  test.each(['A', '1a', '_a', 'a__b', 'a-b', 'a.b', '', 'é', '__proto__'])('%j is refused', (name) => {
    const properties = Object.fromEntries([[name, {}]]);
    expect(places({ type: 'object', properties })).toEqual([JSON.stringify(name)]);
  });
});

test('rule 3: another dialect', () => {
  expect(places({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' })).toEqual([
    '"http://json-schema.org/draft-07/schema#"',
  ]);
});

describe('rule 4: references', () => {
  test.each(['#token', 'other.json', 'https://example.org/s', '#/$defs/none', '#/type', '#/%zz'])('%s', ($ref) => {
    expect(places({ type: 'object', properties: { a: { $ref } } })).toEqual([JSON.stringify($ref)]);
  });
  test('escapes are understood', () => {
    expect(
      problems({ type: 'object', properties: { a: { $ref: '#/$defs/x~1y%20z' } }, $defs: { 'x/y z': true } }),
    ).toEqual([]);
  });
  test('what is referred to is held to the rules wherever it stands', () => {
    expect(
      places({ type: 'object', 'x-shared': { a: { not: {} } }, properties: { a: { $ref: '#/x-shared/a' } } }),
    ).toEqual(['"not"']);
  });
});

test('rule 5: additionalProperties and secret are booleans', () => {
  expect(
    places({ type: 'object', additionalProperties: { type: 'string' }, properties: { a: { secret: 'yes' } } }),
  ).toEqual(['{"type":"string"}', '"yes"']);
});

describe('rule 6: forbidden keywords, the key', () => {
  test.each([
    'anyOf',
    'oneOf',
    'not',
    'if',
    'then',
    'else',
    'patternProperties',
    'propertyNames',
    'dependentSchemas',
    'dependentRequired',
    'unevaluatedProperties',
    'unevaluatedItems',
    '$dynamicRef',
    '$recursiveRef',
  ])('%s', (keyword) => {
    expect(places({ type: 'object', properties: { a: { [keyword]: 5 } } })).toEqual([JSON.stringify(keyword)]);
  });
});

test('rule 7: the walk', () => {
  const bad = { not: true };
  expect(
    places({
      type: 'object',
      properties: { a: bad },
      $defs: { d: bad },
      definitions: { e: bad },
      allOf: [bad],
      items: bad,
      contains: bad,
      prefixItems: [bad],
    }),
  ).toHaveLength(7);
});

describe('rule 9: the metaschema', () => {
  test.each<[string, JsonObject, string]>([
    ['type', { type: 42 }, '42'],
    ['type name', { type: 'strin' }, '"strin"'],
    ['one of several types', { type: ['string', 5] }, '5'],
    ['types twice', { type: ['string', 'string'] }, '["string","string"]'],
    ['items as a list', { items: [{}] }, '[{}]'],
    ['required twice', { type: 'object', required: ['a', 'a'] }, '["a","a"]'],
    ['required of numbers', { type: 'object', required: [5] }, '5'],
    ['negative length', { minLength: -1 }, '-1'],
    ['zero step', { multipleOf: 0 }, '0'],
    ['a member that is no schema', { type: 'object', properties: { b: 5 } }, '5'],
    ['empty allOf', { allOf: [] }, '[]'],
    ['$ref that is not text', { $ref: 5 }, '5'],
  ])('%s', (_, a, place) => {
    expect(places({ type: 'object', properties: { a } })).toEqual([place]);
  });
  test('properties as a list at the root', () => {
    expect(problems({ type: 'object', properties: [] })).toEqual([
      '[] :: `properties` must be an object of schemas by name',
    ]);
  });
  test('a pattern that is not a regular expression', () => {
    expect(
      places({ type: 'object', properties: { a: { pattern: '(' }, b: { pattern: '\\p{Lu}' }, c: { pattern: '\\-' } } }),
    ).toEqual(['"("', '"\\\\-"']);
  });
});

describe('circles', () => {
  const tree = (children: JsonObject): JsonObject => ({
    type: 'object',
    properties: { top: { $ref: '#/$defs/n' } },
    $defs: { n: { type: 'object', properties: { name: { type: 'string' }, children } } },
  });
  test('through a property', () => {
    const found = problems(tree({ $ref: '#/$defs/n' }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('"#/$defs/n" :: `$defs.n.properties.children.$ref` leads back to itself');
    expect(found[0]).toContain('cannot be analysed');
  });
  test('through items, allOf, and itself', () => {
    expect(problems(tree({ type: 'array', items: { $ref: '#/$defs/n' } }))).toHaveLength(1);
    expect(problems(tree({ allOf: [{ $ref: '#/$defs/n' }] }))).toHaveLength(1);
    expect(problems({ type: 'object', properties: { a: { $ref: '#/properties/a' } } })).toHaveLength(1);
    expect(problems({ type: 'object', properties: { a: { $ref: '#' } } })).toHaveLength(1);
  });
  test('of two definitions, and of unused ones: once', () => {
    expect(places({ type: 'object', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } })).toHaveLength(1);
  });
  test('that closes at a place inside itself', () => {
    const schema = {
      type: 'object',
      $defs: { d: { $ref: '#/x/properties/z' } },
      x: { type: 'object', properties: { z: { type: 'object', properties: { q: { $ref: '#/x' } } } } },
    };
    expect(places(schema)).toHaveLength(1);
  });
  test('a definition inside the definition it refers to is no circle', () => {
    expect(problems({ type: 'object', $defs: { a: { type: 'object', $defs: { b: { $ref: '#/$defs/a' } } } } })).toEqual(
      [],
    );
  });
});

describe('size', () => {
  test('a schema that doubles with every level', () => {
    const $defs: Record<string, JsonObject> = { d0: { type: 'string' } };
    for (let i = 1; i <= 40; i++) {
      $defs[`d${i}`] = {
        type: 'object',
        properties: { l: { $ref: `#/$defs/d${i - 1}` }, r: { $ref: `#/$defs/d${i - 1}` } },
      };
    }
    const [only, ...more] = problems({ type: 'object', properties: { a: { $ref: '#/$defs/d40' } }, $defs });
    expect(more).toEqual([]);
    expect(only).toContain('too many to analyse');
  });
  test('a chain of 20,000 references ends in a message, not in a stack overflow', () => {
    const $defs: Record<string, JsonObject> = { d0: { type: 'string' } };
    for (let i = 1; i <= 20_000; i++) $defs[`d${i}`] = { $ref: `#/$defs/d${i - 1}` };
    expect(
      checkSchemaProfileJson({ type: 'object', properties: { a: { $ref: '#/$defs/d20000' } }, $defs }),
    ).toMatchObject([{ pointer: [], message: expect.stringContaining('too many to analyse') }]);
  });
});

test('all problems, in the order of the text, and as pointers', () => {
  const schema = {
    type: 'object',
    secret: 1,
    properties: { B: {}, c: { type: 5 }, d: { $ref: 'x' } },
    required: ['Q'],
  };
  expect(places(schema)).toEqual(['1', '"B"', '5', '"x"', '"Q"']);
  expect(checkSchemaProfileJson(schema).map(({ pointer }) => pointer)).toEqual(
    expect.arrayContaining([
      ['secret'],
      ['properties', 'B'],
      ['properties', 'c', 'type'],
      ['properties', 'd', '$ref'],
      ['required', 0],
    ]),
  );
});
