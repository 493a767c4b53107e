/** Random schemas of the config profile, and values that often fit them. */
import fc from 'fast-check';
import { isObject, type JsonObject, type JsonValue } from '../../src/base/json.ts';

const keys = ['a', 'b', 'c_d', 'e1'] as const;
const key = fc.constantFrom(...keys);
const words = fc.constantFrom('', 'a', 'ab', 'abc', '😀', '1', 'true');
const small = fc.integer({ min: -3, max: 4 });

export const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(words, small, fc.constantFrom(null, true, false, 0.5, 1.5)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof({ weight: 9, arbitrary: key }, { weight: 1, arbitrary: fc.constantFrom('zz', '__proto__') }),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ) as fc.Arbitrary<JsonValue>,
})).value;

export const configValue: fc.Arbitrary<JsonObject> = fc.dictionary(key, jsonValue, {
  maxKeys: 4,
  noNullPrototype: true,
});

type Members = Readonly<Record<string, JsonValue>>;
const optional = (members: Record<string, fc.Arbitrary<JsonValue>>): fc.Arbitrary<JsonObject> =>
  fc.record(members, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonObject>;

/** References lead to definitions with a smaller number, so that there are no circles. */
function node(refs: readonly string[]): fc.Arbitrary<JsonValue> {
  const count = fc.integer({ min: 0, max: 3 });
  const scalar = fc.oneof(
    optional({
      type: fc.constant('string'),
      minLength: count,
      maxLength: count,
      pattern: fc.constantFrom('^a', 'b$', '^.$'),
    }),
    optional({
      type: fc.constantFrom('integer', 'number'),
      minimum: small,
      maximum: small,
      exclusiveMinimum: small,
      exclusiveMaximum: small,
      multipleOf: fc.constantFrom(1, 2, 0.5),
    }),
    optional({
      type: fc.constantFrom<JsonValue>('boolean', 'null', ['string', 'null'], ['integer', 'string', 'array']),
    }),
    optional({ enum: fc.array(jsonValue, { minLength: 1, maxLength: 3 }) }),
    optional({ const: jsonValue }),
  );
  return fc.letrec<{ node: JsonValue; object: JsonObject }>((tie) => ({
    object: objectNode(tie('node')),
    node: fc
      .oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.oneof(
          { weight: 8, arbitrary: scalar },
          { weight: 1, arbitrary: fc.boolean() },
          ...(refs.length ? [{ weight: 5, arbitrary: fc.constantFrom(...refs).map(($ref) => ({ $ref })) }] : []),
        ),
        tie('object'),
        // Not both: beside `prefixItems`, ajv 8.20 takes an empty list for one that contains something.
        optional({
          type: fc.constant('array'),
          items: tie('node'),
          prefixItems: fc.array(tie('node'), { minLength: 1, maxLength: 2 }),
          minItems: count,
          maxItems: count,
          uniqueItems: fc.boolean(),
        }),
        optional({
          type: fc.constant('array'),
          items: tie('node'),
          contains: tie('node'),
          minContains: count,
          maxContains: count,
        }),
        fc
          .tuple(
            objectNode(tie('node')),
            fc.array(tie('object'), { minLength: 1, maxLength: 2 }),
            refs.length ? fc.option(fc.constantFrom(...refs)) : fc.constant(null),
          )
          .map(([base, allOf, $ref]): Members => ({ ...base, allOf, ...($ref === null ? {} : { $ref }) })),
      )
      .chain(
        (schema: JsonValue): fc.Arbitrary<JsonValue> =>
          isObject(schema)
            ? optional({ default: jsonValue, secret: fc.boolean() }).map((more) => ({
                ...more,
                ...schema,
              }))
            : fc.constant(schema),
      ) as fc.Arbitrary<JsonValue>,
  })).node;
}

function objectNode(member: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc
    .tuple(
      fc.dictionary(key, member, { maxKeys: 4, noNullPrototype: true }),
      optional({
        required: fc.uniqueArray(key, { maxLength: 2 }),
        additionalProperties: fc.boolean(),
        minProperties: fc.constant(1),
        maxProperties: fc.constant(3),
      }),
      fc.constantFrom<JsonValue>('object', ['object', 'null']),
    )
    .map(([properties, more, type]) => ({ type, properties: { ...properties }, ...more }));
}

/** A root schema with definitions. */
export const configSchema: fc.Arbitrary<JsonObject> = fc
  .tuple(
    node([]),
    node(['#/$defs/d0']),
    node(['#/$defs/d0', '#/$defs/d1']),
    objectNode(node(['#/$defs/d0', '#/$defs/d1', '#/$defs/d2'])),
  )
  .map(([d0, d1, d2, root]) => ({ ...root, type: 'object', $defs: { d0, d1, d2 } }));
