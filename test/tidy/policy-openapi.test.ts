import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../src/base/json.ts';
import { protocolVersion } from '../../src/ir/protocol.ts';
import { fullAnswer } from '../support/answer-agreement.ts';

const read = (path: string): JsonObject => JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
const document = read('schemas/policy.openapi.json');
const schemas = (document['components'] as { schemas: Readonly<Record<string, JsonObject>> }).schemas;

/** Every string under the key `$ref`. */
function refsOf(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(refsOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === '$ref' ? [String(item)] : refsOf(item)));
}

describe('schemas/policy.openapi.json', () => {
  it('is a document of OpenAPI 3.1', () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    formats.default(ajv);
    const validate = ajv.compile(read('test/fixtures/openapi-schema-3.1.json'));
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    const { paths: _, ...broken } = document;
    expect(validate({ ...broken, paths: { '/': { post: { responses: { ok: {} } } } } })).toBe(false);
  });

  it('is of the version that is spoken', () => {
    expect((document['info'] as JsonObject)['version']).toBe(protocolVersion);
    for (const name of ['request', 'answer']) {
      expect(read(`schemas/policy-${name}.schema.json`)['$id']).toBe(
        `urn:headgate:schema:policy-${name}:${protocolVersion}`,
      );
    }
  });

  it('refers to what is there, and has nothing that nobody refers to', () => {
    const used = new Set(refsOf(document));
    const there = Object.keys(schemas).map((name) => `#/components/schemas/${name}`);
    expect([...used].sort()).toEqual([...there].sort());
  });

  it('has the schemas that are published on their own', () => {
    const inDocument = (value: JsonValue): JsonValue =>
      JSON.parse(JSON.stringify(value).replaceAll('#/$defs/', '#/components/schemas/'));
    for (const [name, file] of [
      ['PolicyRequest', 'policy-request'],
      ['PolicyAnswer', 'policy-answer'],
    ] as const) {
      const { $schema: _, $id: __, $defs, ...root } = read(`schemas/${file}.schema.json`);
      expect(schemas[name]).toEqual(inDocument(root));
      for (const [title, definition] of Object.entries($defs as JsonObject)) {
        expect(schemas[title], title).toEqual(inDocument(definition));
      }
    }
  });

  it('compiles, each schema by itself', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
    ajv.addSchema({ $id: 'doc', components: { schemas } }, undefined, false, false);
    ajv.addKeyword('components');
    const accepts = (name: string, value: JsonValue): boolean =>
      ajv.compile({ $ref: `doc#/components/schemas/${name}` })(value);
    for (const name of Object.keys(schemas)) expect(accepts(name, 12n as never), name).toBe(false);
    expect(accepts('PolicyAnswer', fullAnswer)).toBe(true);
    expect(accepts('PolicyFailure', { error: 'x' })).toBe(true);
  });

  it('describes every field', () => {
    const silent: string[] = [];
    const visit = (schema: JsonValue, at: string): void => {
      if (Array.isArray(schema)) {
        for (const [i, item] of (schema as readonly JsonValue[]).entries()) visit(item, `${at}[${i}]`);
        return;
      }
      if (!isObject(schema)) return;
      for (const [key, item] of Object.entries(schema)) {
        if (key !== 'properties' || !isObject(item)) visit(item, `${at}.${key}`);
        else
          for (const [field, one] of Object.entries(item)) {
            const told = isObject(one) && (one['description'] !== undefined || one['$ref'] !== undefined);
            // A condition repeats a field, and a tag says what it is by its value.
            const isPlain = isObject(one) && (one['const'] !== undefined || Object.keys(one).join() === 'type');
            if (!told && !isPlain) silent.push(`${at}.${field}`);
            visit(one, `${at}.${field}`);
          }
      }
    };
    visit(schemas as JsonObject, '');
    expect(silent).toEqual([]);
  });
});
