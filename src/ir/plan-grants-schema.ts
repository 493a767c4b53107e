/** On whose authority a run acts, in `runtime` of the plan. */
import { type Static, Type } from '@sinclair/typebox';
import { gates } from './authority.ts';

const closed = { additionalProperties: false } as const;

const PlanDelegation = Type.Object(
  {
    id: Type.String({ description: 'unique in the file' }),
    subject: Type.String({ description: 'a moniker, or `*` for every component' }),
    gates: Type.Array(Type.Union(gates.map((gate) => Type.Literal(gate))), {
      description: 'in the order of the table',
    }),
    resources: Type.Array(Type.String(), { description: 'patterns, sorted' }),
    expires: Type.Optional(Type.String({ description: 'RFC 3339, UTC; it holds until then' })),
  },
  closed,
);

export const PlanGrants = Type.Object(
  {
    delegation: Type.String({ description: 'the file, seen from the folder of the root manifest; in `sources` too' }),
    digest: Type.String({ pattern: '^sha256:[A-Za-z0-9+/]{43}=$', description: 'of its bytes' }),
    delegations: Type.Array(PlanDelegation, { description: 'by id' }),
  },
  { ...closed, description: 'what the operator has delegated; absent where a run stands on its plan alone' },
);

export type PlanGrants = Static<typeof PlanGrants>;
