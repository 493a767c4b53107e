/** References to secrets in composed config: nobody looks into them, and nothing is put together with them. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { ConfigSpace } from '../../../../src/ir/config.ts';
import { composeJsonConfig, lookupValue, rootSpace, toLiteral } from '../../../../src/language/config/compose.ts';
import { givenFaults, givenReferencePaths } from '../../../../src/language/config/given.ts';
import { literalReferences, referencesAt } from '../../../../src/language/config/literal-references.ts';
import { eachItems, presence } from '../../../../src/language/config/presence.ts';
import { readRootConfig } from '../../../../src/language/config/root-config.ts';
import { secretLeaves } from '../../../../src/language/config/secret-paths.ts';

const schema: JsonObject = {
  type: 'object',
  properties: {
    token: { type: 'string' },
    port: { type: 'integer' },
    db: { type: 'object', properties: { user: { type: 'string' }, pass: { type: 'string' } }, required: ['user'] },
    hosts: { type: 'array', items: { type: 'string' } },
  },
};
const space: ConfigSpace = {
  schema,
  value: {
    kind: 'literal',
    value: { token: 'secret://v/t', port: 'secret://v/p', db: 'secret://v/db', hosts: ['a', 'secret://v/h'] },
  },
};
const compose = (authored: JsonObject, policy = false) =>
  composeJsonConfig({
    authored,
    parent: space,
    schema: { type: 'object', additionalProperties: true, properties: { x: {} } },
    policy,
  });

describe('a reference that a manifest writes', () => {
  it('is handed on as a whole', () => {
    expect(compose({ x: '${config.token}' })).toEqual({
      value: { kind: 'literal', value: { x: 'secret://v/t' } },
      problems: [],
    });
  });

  it('does not become a part of a text', () => {
    const { problems } = compose({ x: 'Bearer ${config.token}' });
    expect(problems).toMatchObject([{ kind: 'interpolation' }]);
    expect(problems[0]?.message).toContain('holds a reference to a secret, and cannot stand inside a text');
    expect(compose({ x: 'all: ${config.hosts}' }).problems).toHaveLength(1);
  });

  it('is not looked into', () => {
    expect(lookupValue(space, 'db.user')).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(lookupValue(space, 'db')).toMatchObject({ ok: true });
    expect(referencesAt(space, 'db.user')).toEqual(['secret://v/db']);
    expect(referencesAt(space, 'hosts')).toEqual(['secret://v/h']);
    expect(referencesAt(space, 'none')).toEqual([]);
  });

  it('is handed to a policy in symbols as the name of it', () => {
    expect(compose({ x: '$${config.token}' }, true).value).toEqual({
      kind: 'object',
      entries: { x: { kind: 'symbolic', text: '${config.token}' } },
    });
  });

  it('is there, and known when the scenario runs', () => {
    expect(presence(space, 'token', null)).toBe('present');
    expect(eachItems(space, 'hosts')).toEqual({ kind: 'runtime' });
    expect(eachItems(space, 'token')).toEqual({ kind: 'runtime' });
    expect(toLiteral(space.value)).toBeUndefined();
    expect(literalReferences(space.value).map(({ pointer }) => pointer.join('/'))).toEqual([
      'token',
      'port',
      'db',
      'hosts/1',
    ]);
  });
});

describe('a reference in the root config', () => {
  it('is read from file and environment, for a value of any type', () => {
    const env = { HEADGATE_CONFIG_PORT: 'secret://v/p', HEADGATE_CONFIG_HOSTS: '["secret://v/h"]' };
    const file = { db: 'secret://v/db', token: 'secret://v/t' };
    expect(readRootConfig({ schema, needed: [''], env, file })).toEqual({
      config: { port: 'secret://v/p', hosts: ['secret://v/h'], db: 'secret://v/db', token: 'secret://v/t' },
      missing: [],
      problems: [],
    });
    expect(givenReferencePaths(schema, { env, file })).toEqual(['db', 'token', 'hosts', 'port']);
  });

  it('is told where it cannot be read, by its place or by its variable', () => {
    const env = {
      HEADGATE_CONFIG_PORT: 'secret://v',
      AMBER_CONFIG_HOSTS: '["a", "secret://w/h"]',
      HEADGATE_CONFIG_TOKEN: 'plain',
    };
    const found = givenFaults(schema, { env, file: { db: { pass: 'inline', user: 'secret://v/' } } }, ['v']);
    expect(found.map(({ fault, ...at }) => [fault.kind, 'name' in at ? at.name : at.pointer.join('.')])).toEqual([
      ['invalid', 'db.user'],
      ['unknown-vault', 'AMBER_CONFIG_HOSTS'],
      ['invalid', 'HEADGATE_CONFIG_PORT'],
    ]);
  });

  it('is secret where it is the default', () => {
    const withDefault = {
      type: 'object',
      properties: { a: { type: 'string', default: 'secret://v/a' }, b: { type: 'string' } },
    };
    expect(secretLeaves(withDefault, [{ space: rootSpace(withDefault) }])).toEqual(['a']);
  });
});
