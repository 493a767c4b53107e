/** What entries of the journal are made of. */
import { type Static, type TObject, type TProperties, Type } from '@sinclair/typebox';
import { gates } from '../../ir/authority.ts';

export const text = (description: string) => Type.String({ description });
export const digest = (description: string) => Type.String({ pattern: '^sha256:', description });
export const record = <T extends TProperties>(fields: T): TObject<T> =>
  Type.Object(fields, { additionalProperties: false });
export const optional = Type.Optional;
export const texts = (description?: string) =>
  Type.Unsafe<readonly string[]>(Type.Array(Type.String(), description === undefined ? {} : { description }));

export const blocked = record({
  gate: text('what closed'),
  subject: text('of what: a moniker, a slot, `run`'),
  reasons: texts(),
  remedy: text('what the reader can do'),
});

export const grant = Type.Union([
  record({ kind: Type.Literal('edge'), edge: Type.String() }),
  record({ kind: Type.Literal('storage'), id: Type.String() }),
  record({ kind: Type.Literal('egress'), to: texts() }),
  record({ kind: Type.Literal('export'), name: Type.String(), edge: Type.String() }),
  record({ kind: Type.Literal('control') }),
  record({ kind: Type.Literal('container'), image: Type.String() }),
  record({
    kind: Type.Literal('cache'),
    key: digest('of environment, profile and sandbox of its user'),
    bytes: Type.Integer({ minimum: 1, description: 'all that it may hold' }),
  }),
]);

const stood = record({
  gate: Type.Union(gates.map((gate) => Type.Literal(gate))),
  subject: text('moniker of whose right it is'),
  resource: text('what it is a right to'),
  delegation: text('id of the delegation that gives it; `plan` where the settings name no file of delegations'),
});

export const stoodOn = (description: string) =>
  Type.Unsafe<readonly Static<typeof stood>[]>(Type.Array(stood, { description }));

export const sizedStorage = record({
  id: Type.String(),
  target: text('absolute, where its user finds it'),
  size: text('as the manifest has it'),
  limit: Type.Union([Type.Literal('enforced'), Type.Literal('metered')]),
});
