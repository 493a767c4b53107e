/** Version 2 of a plan's file: the same plan, with what components have alike held once. For schemas/plan-v2.schema.json. */
import { type TObject, type TSchema, Type } from '@sinclair/typebox';
import { deploymentPlanSchema, planComponentSchema } from './plan-schema.ts';

const closed = { additionalProperties: false } as const;
const { version: _, components: __, ...others } = deploymentPlanSchema.properties;

/** Null may stand in the place of the whole value. */
const mayStandInShared: readonly string[] = ['configSchema', 'program', 'provides', 'resources', 'slots'];

const fields = Object.fromEntries(
  Object.entries(planComponentSchema.properties).map(([name, schema]): [string, TSchema] => [
    name,
    mayStandInShared.includes(name) ? Type.Union([schema, Type.Null()]) : schema,
  ]),
);

const place =
  '^/(?:(?:slots|provides|resources)|(?:program|config|configSchema|childTemplates|metadata)(?:/(?:[^~/]|~[01])*)*)$';

const FoldedComponent = Type.Object(
  {
    ...fields,
    shared: Type.Optional(
      Type.Record(Type.String({ pattern: place }), Type.Integer({ minimum: 0 }), {
        ...closed,
        minProperties: 1,
        description:
          'JSON pointer (RFC 6901) into this component, where null stands → place in the list `shared` of the plan of what belongs there',
      }),
    ),
  },
  closed,
);

const FoldedPlan = Type.Object(
  {
    ...others,
    version: Type.Literal(2),
    planDigest: Type.String({ description: 'that of the same plan in version 1' }),
    components: Type.Array(FoldedComponent),
    shared: Type.Array(Type.Unknown({ not: { type: 'null' }, description: 'any JSON value but null' }), {
      minItems: 1,
      description: 'each is named by at least one component',
    }),
  },
  { ...closed, $id: 'urn:headgate:schema:plan:2', title: 'headgate deployment plan, version 2' },
);

export const foldedPlanSchema: TObject = FoldedPlan;
