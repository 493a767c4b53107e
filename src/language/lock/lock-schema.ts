/** The text of a lock: one source for schemas/lock.schema.json and for what decides whether a lock fits. */
import { type TObject, type TProperties, Type } from '@sinclair/typebox';
import { lockSchema, lockVersion } from './format.ts';

const record = <T extends TProperties>(fields: T, description?: string): TObject<T> =>
  Type.Object(fields, { additionalProperties: false, ...(description === undefined ? {} : { description }) });
const text = (description: string) => Type.String({ description });
/** As `isDigest` has it. */
const digest = (description: string) =>
  Type.String({ pattern: '^sha256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$', description });

const file = record({ name: text('path from the folder of the root manifest'), digest: digest('of its bytes') });

const source = record({
  name: text('as the plan names it'),
  digest: digest('of its content'),
  kind: Type.Union([Type.Literal('manifest'), Type.Literal('sidecar')]),
});

const program = record({
  name: text('file that a program is started from'),
  digest: Type.Union([digest('of its bytes'), Type.Null()], { description: 'null where there was no such file' }),
  kind: Type.Literal('program'),
});

const remote = record(
  {
    url: text('as it was asked for'),
    loaded: text('where redirects led'),
    digest: digest('of the recorded text'),
    format: Type.Union([Type.Literal('yaml'), Type.Literal('json5')]),
  },
  'a manifest from the network',
);

const policy = record(
  {
    scope: text('moniker'),
    policy: text('reference in the list'),
    key: digest('of the content that decides the answer'),
    policyDigest: digest('of what the policy is'),
    requestDigest: digest('of the recorded question'),
    answerDigest: digest('of the recorded answer'),
    files: Type.Array(file, { description: 'of its program' }),
    sandbox: text('how it ran when it was asked'),
    protocol: Type.Optional(
      Type.Literal('2', { description: 'version of the answer, where it is not that of the lock' }),
    ),
  },
  'one question and its answer',
);

export const lockFileSchema: TObject = Type.Object(
  {
    schema: Type.Literal(lockSchema),
    version: Type.Literal(lockVersion),
    protocol: text('version in which policies were asked'),
    root: text('name of the root manifest'),
    sources: Type.Array(Type.Union([source, program])),
    remotes: Type.Array(remote),
    policies: Type.Array(policy),
  },
  {
    $id: 'https://headgate.dev/schemas/lock.schema.json',
    title: 'headgate.lock, version 1',
    additionalProperties: false,
  },
);
