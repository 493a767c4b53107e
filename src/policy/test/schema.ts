/** The published schema of a file of policy tests. */
import type { JsonObject } from '../../base/json.ts';
import { countNames, partNames, severities } from './expect.ts';

const text = (description: string): JsonObject => ({ type: 'string', minLength: 1, description });
const listOf = (items: JsonObject, description: string): JsonObject => ({ type: 'array', items, description });
const ref = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const closed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});

const scenario: JsonObject = {
  description: 'a path from the folder of this file, or the manifest itself',
  oneOf: [{ type: 'string', minLength: 1 }, { type: 'object' }],
};
const config: JsonObject = { type: 'object', description: 'root config, for policies that need its values' };
const policies: JsonObject = {
  type: 'object',
  description: 'policies that run already: URL by name, as with --policy',
  additionalProperties: { type: 'string', pattern: '^[hH][tT][tT][pP][sS]?:' },
};
const count: JsonObject = { type: 'integer', minimum: 1, default: 1, description: 'how many fit; 1 unless given' };
const edge = text('edge id such as `/caller.agent`, or `exports.NAME`');

const definitions = (): JsonObject => ({
  textMatch: {
    oneOf: [
      text('is contained'),
      closed({ contains: text('is contained') }, { required: ['contains'] }),
      closed({ equals: { type: 'string', description: 'is the whole text' } }, { required: ['equals'] }),
      closed({ matches: text('regular expression that is found in the text') }, { required: ['matches'] }),
    ],
  },
  policyName: {
    description: 'entry of a list such as `#redaction.apply`, name under `use`, or scope and name as `/team/redaction`',
    oneOf: [
      { type: 'string', minLength: 1 },
      closed({ policy: text('name of the policy'), scope: text('moniker of the scope') }, { required: ['policy'] }),
    ],
  },
  amount: {
    oneOf: [{ type: 'integer', minimum: 0 }, listOf(edge, 'exactly these edges, in any order')],
  },
  interposer: closed(
    {
      policy: ref('policyName'),
      moniker: text('of the interposer'),
      on: { ...listOf(edge, 'exactly the edges that it sits on'), minItems: 1 },
      reason: ref('textMatch'),
      count,
      ...Object.fromEntries(partNames.map((name) => [name, { description: 'fields that it must have' }])),
    },
    { minProperties: 1 },
  ),
  finding: closed(
    {
      policy: ref('policyName'),
      severity: { enum: [...severities] },
      code: text("the policy's own code"),
      message: ref('textMatch'),
      edge,
      component: text('moniker'),
      count,
    },
    { minProperties: 1 },
  ),
  diagnostic: {
    oneOf: [
      text('code'),
      closed({ code: text('of headgate or of Amber'), message: ref('textMatch'), count }, { minProperties: 1 }),
    ],
  },
  expect: closed({
    edges: {
      type: 'object',
      minProperties: 1,
      description: 'by edge id or `exports.NAME`: its interposers from source to consumer; an empty list means none',
      additionalProperties: listOf(ref('policyName'), 'by policy, or by moniker of the interposer'),
    },
    untouched: {
      description: 'edges without an interposer; `others` means all that `edges` does not name',
      oneOf: [{ const: 'others' }, { ...listOf(edge, 'edges without an interposer'), minItems: 1 }],
    },
    interposers: listOf(ref('interposer'), 'all interposers: one that matches no item fails the test'),
    findings: listOf(ref('finding'), 'all findings: one that matches no item fails the test'),
    errors: listOf(ref('diagnostic'), 'all errors, but findings where `findings` is given; none unless given'),
    warnings: listOf(ref('diagnostic'), 'all warnings; not looked at unless given'),
    policies: {
      type: 'object',
      minProperties: 1,
      description: 'by name: the edges that a policy was shown, and those that it put interposers on',
      additionalProperties: closed({ shown: ref('amount'), matched: ref('amount') }, { minProperties: 1 }),
    },
    counts: closed(Object.fromEntries(countNames.map((name) => [name, { type: 'integer', minimum: 0 }])), {
      minProperties: 1,
    }),
  }),
});

export const policyTestSchema = (): JsonObject => ({
  $id: 'urn:headgate:schema:policy-test:1',
  title: 'headgate policy tests, version 1',
  type: 'object',
  required: ['tests'],
  properties: {
    $schema: { type: 'string', description: 'for editors' },
    version: { const: 1, description: '1 unless given' },
    manifests: {
      type: 'object',
      description: 'manifests by the path at which others find them; they come before files',
      additionalProperties: { type: 'object' },
    },
    scenario,
    config,
    policies,
    tests: {
      type: 'array',
      minItems: 1,
      items: closed(
        {
          name: text('different in one file'),
          scenario,
          config,
          policies,
          expect: { ...ref('expect'), description: 'what must hold; a test that expects nothing fails' },
        },
        { required: ['name', 'expect'] },
      ),
    },
  },
  additionalProperties: false,
  $defs: definitions(),
});
