/** `config_schema`: the profile of JSON Schema 2020-12 that a config may be described in, and the plain dialect for what is not read. */
import { doc, implies, matching, type Properties, ref, type Schema, without } from './build.ts';
import * as P from './patterns.ts';

const types = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null'];
const whole: Schema = { type: 'integer', minimum: 0 };
const anchor: Schema = { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' };
const texts: Schema = { type: 'array', items: { type: 'string' }, uniqueItems: true };
const text = (words?: string): Schema => ({ type: 'string', ...(words === undefined ? {} : doc(words)) });
const number = (words: string): Schema => ({ type: 'number', ...doc(words) });
const count = (words: string): Schema => ({ ...whole, ...doc(words) });
const flag = (words: string): Schema => ({ type: 'boolean', ...doc(words) });

/** Allowed, and not proposed. */
const seldom = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, { doNotSuggest: true, ...schema }]));

/** Keywords that mean the same in both; `node` is what stands where a schema is wanted. */
function keywords(node: string): Properties {
  const schema = (words?: string): Schema => ref(node, words === undefined ? {} : doc(words));
  const group = (words: string): Schema => ({ type: 'object', ...doc(words), additionalProperties: schema() });
  const list = (words: string): Schema => ({ type: 'array', minItems: 1, ...doc(words), items: schema() });
  return {
    type: {
      ...doc('Type of the value, or a list of types.', 'type: string'),
      anyOf: [{ enum: types }, { type: 'array', minItems: 1, uniqueItems: true, items: { enum: types } }],
    },
    title: text('A short name for people.'),
    description: text('What the value is for.'),
    default: doc('Taken where no value is given.'),
    properties: group('The keys of the object, by name.'),
    required: { ...texts, ...doc('Keys that must have a value.', 'required: [title]') },
    items: schema('What every element of the list is.'),
    enum: { type: 'array', ...doc('The values that are allowed.') },
    minimum: number('Not less than this.'),
    maximum: number('Not more than this.'),
    exclusiveMinimum: number('More than this.'),
    exclusiveMaximum: number('Less than this.'),
    multipleOf: { ...number('A multiple of this.'), exclusiveMinimum: 0 },
    minLength: count('At least this many characters.'),
    maxLength: count('At most this many characters.'),
    pattern: { ...text('A regular expression that is found in the text.'), format: 'regex' },
    format: text('What the text is, for people: it is not checked.'),
    minItems: count('At least this many elements.'),
    maxItems: count('At most this many elements.'),
    uniqueItems: flag('No two elements are equal.'),
    contains: schema('One element at least is so.'),
    minContains: count('How many elements `contains` asks for.'),
    maxContains: count('How many elements `contains` allows.'),
    prefixItems: list('What the first elements are, one by one.'),
    minProperties: count('At least this many keys.'),
    maxProperties: count('At most this many keys.'),
    allOf: list('All of these hold.'),
    $ref: text('A schema of this `config_schema`, as `#/$defs/NAME`.'),
    $defs: group('Schemas that `$ref` can name.'),
    definitions: { ...group('The older spelling of `$defs`.'), deprecated: true },
    examples: { type: 'array', ...doc('Values for people to see.') },
    deprecated: flag('Out of use.'),
    readOnly: flag('Not to be set.'),
    writeOnly: flag('Not to be read.'),
    $comment: text('A note for people who write schemas.'),
    ...seldom({
      contentEncoding: text(),
      contentMediaType: text(),
      contentSchema: { allOf: [ref('plainSchema')] },
      dependencies: { type: 'object', additionalProperties: { anyOf: [ref('plainSchema'), texts] } },
      $id: { type: 'string', pattern: '^[^#]*#?$' },
      $schema: text(),
      $anchor: anchor,
      $dynamicAnchor: anchor,
      $recursiveAnchor: anchor,
      $vocabulary: { type: 'object', additionalProperties: { type: 'boolean' } },
    }),
  };
}

const group: Schema = { type: 'object', additionalProperties: ref('plainSchema') };
const several: Schema = { type: 'array', minItems: 1, items: ref('plainSchema') };

/** The dialect itself. It holds where headgate does not read on: in `contentSchema` and `dependencies`. */
export const plainSchema: Schema = {
  type: ['object', 'boolean'],
  properties: {
    ...keywords('plainSchema'),
    additionalProperties: ref('plainSchema'),
    patternProperties: group,
    propertyNames: ref('plainSchema'),
    dependentSchemas: group,
    dependentRequired: { type: 'object', additionalProperties: texts },
    anyOf: several,
    oneOf: several,
    not: ref('plainSchema'),
    if: ref('plainSchema'),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: ref('plainSchema'),
    else: ref('plainSchema'),
    $dynamicRef: { type: 'string' },
    $recursiveRef: { type: 'string' },
  },
};

const forbidden = [
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
];

const key = matching(
  P.configKey,
  'A config key is a-z, then a-z, 0-9 and single `_`: it becomes the name of an environment variable.',
);

const profile: Properties = {
  ...keywords('configNode'),
  properties: {
    type: 'object',
    ...doc('The keys of the config, by name.', 'properties:\n  title: { type: string, default: Welcome }'),
    propertyNames: key,
    additionalProperties: ref('configNode'),
  },
  required: {
    ...texts,
    items: { type: 'string', ...key },
    ...doc('Keys that must have a value.', 'required: [title]'),
  },
  secret: flag('Only the running scenario may see the value.'),
  additionalProperties: flag('Whether other keys are allowed.'),
  $ref: {
    ...text('A schema of this `config_schema`, as `#/$defs/NAME`.'),
    ...matching('^#(?:/|$)', 'Only `#` and `#/…`.'),
  },
  $schema: {
    type: 'string',
    doNotSuggest: true,
    ...matching(
      String.raw`^https?://json-schema\.org/draft/2020-12/schema#?$`,
      'Only https://json-schema.org/draft/2020-12/schema.',
    ),
  },
};

const known = without(
  forbidden,
  'Not in a config_schema: which keys there are would depend on values that are not known yet.',
);

const allowsObject: Schema = {
  required: ['type'],
  properties: { type: { anyOf: [{ const: 'object' }, { type: 'array', contains: { const: 'object' } }] } },
};

/** Every keyword that means something in a config schema, those that are refused among them. */
export const schemaKeywords: ReadonlySet<string> = new Set([...Object.keys(profile), ...forbidden]);

export const configNode: Schema = {
  type: ['object', 'boolean'],
  properties: profile,
  allOf: [known, implies({ anyOf: [{ required: ['properties'] }, { required: ['required'] }] }, allowsObject)],
};

export const configSchema: Schema = {
  type: ['object', 'null'],
  ...doc(
    'Which config this component takes, as JSON Schema 2020-12 without what depends on values. `secret: true` marks what only the running scenario may see.',
    'config_schema:\n  type: object\n  properties:\n    title: { type: string, default: Welcome }\n  required: [title]',
  ),
  properties: profile,
  allOf: [known, implies({ type: 'object' }, allowsObject)],
  defaultSnippets: [
    {
      label: 'object',
      body: { type: 'object', properties: { '${1:key}': { type: '${2|string,integer,boolean,array,object|}' } } },
    },
  ],
};
