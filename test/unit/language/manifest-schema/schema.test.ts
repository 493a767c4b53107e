/** The published schema of manifests as editors read it. */
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject, type JsonObject, type JsonValue } from '../../../../src/base/json.ts';
import { manifestSchema } from '../../../../src/language/manifest-schema/manifest.ts';
import { prepareParser } from '../../../../src/phases/1-parse/index.ts';
import { compileSchema, editorKeywords, judge } from '../../../support/manifest-agreement.ts';
import { smallManifests } from '../../../support/manifest-full.ts';
import { fields, unknownFields } from '../../../support/manifest-mutations.ts';
import { type Place, placesOf } from '../../../support/manifest-schema-walk.ts';
import { objectNode } from '../../../support/nodes.ts';
import { fencesOf } from '../../../support/pages.ts';

beforeAll(() => prepareParser('without-ending'));

const places = placesOf(manifestSchema);
const describing = placesOf(manifestSchema, true).filter(
  ({ pointer }) => !pointer.startsWith('/definitions/plainSchema'),
);
const id = manifestSchema['$id'] as string;
const ajv = new Ajv({ strict: false, validateFormats: false, keywords: [...editorKeywords] }).addSchema(
  manifestSchema as object,
);

/** What the schema at a place says of a value. */
function faultsAt({ pointer }: Place, value: JsonValue): readonly string[] {
  const check = ajv.compile({ $ref: `${id}#${encodeURI(pointer)}` });
  return check(value) ? [] : [`${pointer}: ${JSON.stringify(value)}: ${ajv.errorsText(check.errors)}`];
}

describe('the schema', () => {
  test('is draft-07, and every keyword is one', () => {
    expect(manifestSchema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(() => compileSchema(manifestSchema)).not.toThrow();
  });

  test('has nothing that constrains beside a reference: draft-07 would not read it', () => {
    const notes = new Set(['$ref', 'title', 'description', 'deprecated', 'default', 'examples', ...editorKeywords]);
    const faults = places
      .filter(({ schema }) => '$ref' in schema)
      .flatMap(({ pointer, schema }) =>
        Object.keys(schema).flatMap((key) => (notes.has(key) ? [] : [`${pointer}: ${key}`])),
      );
    expect(faults).toEqual([]);
  });

  test('has a user for every definition', () => {
    const used = new Set(places.map(({ schema }) => schema['$ref']));
    const names = Object.keys(manifestSchema['definitions'] as JsonObject);
    expect(names.filter((name) => !used.has(`#/definitions/${name}`))).toEqual([]);
  });

  test('explains every field', () => {
    const told = describing.filter(({ property, schema }) => property !== undefined && schema['doNotSuggest'] !== true);
    expect(told.length).toBeGreaterThan(100);
    expect(told.filter(({ schema }) => !schema['description']).map(({ pointer }) => pointer)).toEqual([]);
  });

  test('explains every pattern that an author can miss', () => {
    const mute = places.filter(
      ({ pointer, schema }) =>
        'pattern' in schema &&
        !('patternErrorMessage' in schema) &&
        !/\/(?:if|anyOf|plainSchema)(?:\/|$)/.test(pointer),
    );
    expect(
      mute.map(({ pointer }) => pointer.split('/').at(-1)).filter((name) => !/^\$|Anchor/.test(name ?? '')),
    ).toEqual([]);
  });

  test('explains every value of a list, where it explains one', () => {
    const uneven = places.filter(
      ({ schema }) =>
        Array.isArray(schema['enumDescriptions']) &&
        schema['enumDescriptions'].length !== (schema['enum'] as readonly JsonValue[]).length,
    );
    expect(uneven).toEqual([]);
  });

  test('proposes only what it accepts', () => {
    const faults = places.flatMap((place) => {
      const { examples, default: fallback } = place.schema;
      const values = [
        ...(Array.isArray(examples) ? (examples as readonly JsonValue[]) : []),
        ...(fallback === undefined ? [] : [fallback]),
      ];
      return place.pointer.includes('/config') ? [] : values.flatMap((value) => faultsAt(place, value));
    });
    expect(faults).toEqual([]);
  });

  test('has snippets that are accepted as they are', () => {
    const found = places.flatMap((place) =>
      ((place.schema['defaultSnippets'] ?? []) as readonly JsonObject[]).map((snippet) => ({
        place,
        body: filled(snippet['body'] as JsonValue),
      })),
    );
    expect(found.length).toBeGreaterThan(15);
    expect(found.flatMap(({ place, body }) => faultsAt(place, body))).toEqual([]);
  });

  test('has examples in its explanations that are accepted', () => {
    const found = describing.flatMap((place) =>
      fencesOf(String(place.schema['markdownDescription'] ?? '')).map((fence) => ({
        place,
        example: parse(fence.text) as JsonObject,
      })),
    );
    expect(found.length).toBeGreaterThan(30);
    const faults = found.flatMap(({ place, example }) => {
      expect(Object.keys(example), place.pointer).toEqual([place.property]);
      return faultsAt(place, example[place.property as string] as JsonValue);
    });
    expect(faults).toEqual([]);
  });
});

/** The places of a snippet with what stands in them. */
function filled(body: JsonValue): JsonValue {
  if (typeof body === 'string')
    return body.replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, '$1').replace(/\$\{\d+:([^}]*)\}/g, '$1');
  if (Array.isArray(body)) return (body as readonly JsonValue[]).map(filled);
  if (!isObject(body)) return body;
  return Object.fromEntries(Object.keys(body).map((key) => [filled(key) as string, filled(body[key] as JsonValue)]));
}

describe('the mutations', () => {
  test('know every field that headgate knows', () => {
    const validate = compileSchema(manifestSchema);
    const known = new Set(
      smallManifests
        .flatMap((manifest) => [...unknownFields(manifest)])
        .flatMap((manifest) => judge(objectNode(manifest), validate).visible)
        .flatMap(({ help }) => [...(/^the fields here are (.*)$/.exec(help ?? '')?.[1] ?? '').matchAll(/`([^`]+)`/g)])
        .map((match) => match[1] as string),
    );
    expect(known.size).toBeGreaterThan(60);
    expect([...known].filter((field) => !fields.includes(field))).toEqual([]);
  });
});
