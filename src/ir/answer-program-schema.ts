/** The program of an interposer, as an answer has it. */
import { type Static, type TObject, type TProperties, type TSchema, type TUnsafe, Type } from '@sinclair/typebox';
import { controls } from '../base/control.ts';
import type { JsonObject } from '../base/json.ts';
import {
  byShown,
  Each,
  each,
  join,
  list,
  type More,
  mountPath,
  number,
  optional,
  protocols,
  shownText,
  strict,
  text,
  textOrNull,
  When,
  when,
} from './wire-build.ts';

/** `null` counts as absent. */
export const orNull: typeof textOrNull = textOrNull;
const textRequired = (field: string): More => ({ properties: { [field]: { type: 'string' } }, required: [field] });
const absent = (field: string): More => ({ properties: { [field]: { type: 'null' } } });

const AnswerArgument = Type.Unsafe<
  | string
  | {
      readonly when?: string | null;
      readonly each?: string | null;
      readonly join?: string | null;
      readonly arg?: string | null;
      readonly argv?: readonly string[] | null;
    }
>({
  title: 'AnswerArgument',
  description: 'One argument, or an object with exactly one of `arg` and `argv`. `join` needs `each` and `arg`.',
  anyOf: [
    text('one argument'),
    Type.Object(
      {
        when: optional(orNull(when)),
        each: optional(orNull(each)),
        join: optional(orNull(join)),
        arg: optional(orNull('one argument')),
        argv: optional(
          Type.Unsafe({ type: ['array', 'null'], items: { type: 'string' }, description: 'several arguments' }),
        ),
      },
      {
        additionalProperties: false,
        anyOf: [
          { ...textRequired('arg'), allOf: [absent('argv')] },
          {
            properties: { argv: { type: 'array' }, arg: { type: 'null' }, join: { type: 'null' } },
            required: ['argv'],
          },
        ],
        if: textRequired('join'),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: textRequired('each'),
      },
    ),
  ],
});

const AnswerVariable = Type.Unsafe<
  | string
  | {
      readonly when?: string | null;
      readonly each?: string | null;
      readonly join?: string | null;
      readonly value: string;
    }
>({
  title: 'AnswerVariable',
  description: 'The value, or an object with it. `each` and `join` go together: a variable holds one text.',
  anyOf: [
    text('the value'),
    Type.Object(
      {
        when: optional(orNull(when)),
        each: optional(orNull(each)),
        join: optional(orNull(join)),
        value: text('the value'),
      },
      {
        additionalProperties: false,
        anyOf: [
          { properties: { each: { type: 'string' }, join: { type: 'string' } }, required: ['each', 'join'] },
          { properties: { each: { type: 'null' }, join: { type: 'null' } } },
        ],
      },
    ),
  ],
});

const AnswerEndpoint = strict('AnswerEndpoint', 'A port on which the interposer listens.', {
  name: Type.String({
    pattern: `^(?:[^$${controls}]|\\$(?!\\{))*$`,
    description: 'provides refer to it; plain, without `${…}`',
  }),
  port: number('to listen on', 65_535),
  protocol: optional(
    Type.Unsafe<(typeof protocols)[number] | null>({ enum: [...protocols, null], description: '`http` unless given' }),
  ),
});
const AnswerNetwork = strict('AnswerNetwork', 'Where the interposer listens.', {
  endpoints: optional(list(AnswerEndpoint, 'every port')),
});

const pieceOf = (fields: TProperties): TObject => Type.Object(fields, { additionalProperties: false });
const pieces = (title: string, description: string, lit: TSchema): TUnsafe<JsonObject> =>
  Type.Unsafe({ title, description, anyOf: [pieceOf({ lit }), ...references] });
const references: readonly TSchema[] = [
  pieceOf({ config: text('path of a config value') }),
  pieceOf({ slot: text('query to a slot'), scope: optional(number('not read')) }),
  pieceOf({ item: text('query to what `each` repeats for') }),
  pieceOf({
    item: text('query to one connection'),
    slot: text('name of the slot'),
    index: number('which connection'),
    scope: optional(number('not read')),
  }),
];
const scopeUnread = '`scope` may be given and is not read: the interposer itself is meant.';
const AnswerPiece = pieces('AnswerPiece', `A part of a text. ${scopeUnread}`, text('as it is'));
const AnswerPathPiece = pieces(
  'AnswerPathPiece',
  `A part of a path, as it is shown. ${scopeUnread}`,
  shownText('as it is; no control character'),
);

export const nullOr = (schema: TSchema): TUnsafe<JsonObject | null> =>
  Type.Unsafe({ anyOf: [schema, { type: 'null' }], description: schema.description ?? '' });
const absolute = Type.String({
  pattern: `^(?:/(?!\\.\\.(?:/|$))[^/${controls}]*)+$`,
  description: mountPath,
});
const AnswerMount = Type.Unsafe<JsonObject>({
  title: 'AnswerMount',
  description: 'What is mounted. Only `file` is read strictly; the others may hold further fields.',
  anyOf: [
    Type.Object(
      {
        kind: Type.Literal('file', { description: 'a file with a config value in it' }),
        path: list(AnswerPathPiece, 'where; absolute'),
        source: Type.Object(
          { kind: Type.Literal('config'), path: list(AnswerPiece, 'path of the config value') },
          { description: 'what stands in it' },
        ),
        when: optional(nullOr(When)),
        each: optional(nullOr(Each)),
      },
      { additionalProperties: false },
    ),
    Type.Object({ kind: Type.Literal('slot'), path: absolute, slot: shownText('storage that is bound to it') }),
    Type.Object({ kind: Type.Literal('resource'), path: absolute, resource: shownText('storage of its own') }),
    Type.Object({ kind: Type.Literal('framework'), path: absolute, capability: shownText('of the runtime') }),
  ],
});

type AnswerProcess = {
  readonly env?: Readonly<Record<string, Static<typeof AnswerVariable>>>;
  readonly network?: Static<typeof AnswerNetwork> | null;
  readonly mounts?: readonly JsonObject[];
};

const command = (description: string): TSchema =>
  Type.Unsafe({ anyOf: [list(AnswerArgument), text('split into words like a shell does it')], description });
const sizes = (description: string): TSchema =>
  Type.Unsafe({ anyOf: [number('a number', 4_294_967_295), { type: 'string' }], description });
export const nothing: { readonly type: 'null' } = { type: 'null' };
const process = {
  env: optional(byShown(AnswerVariable, 'by name')),
  network: optional(nullOr(AnswerNetwork)),
  mounts: optional(list(AnswerMount, 'what is mounted')),
};

type ProgramOfAnswer =
  | ({ readonly path: string; readonly args?: string | readonly Static<typeof AnswerArgument>[] } & AnswerProcess)
  | ({
      readonly image: string;
      readonly entrypoint?: string | readonly Static<typeof AnswerArgument>[];
    } & AnswerProcess)
  | { readonly vm: JsonObject };

export const AnswerProgram: TUnsafe<ProgramOfAnswer> = Type.Unsafe({
  title: 'AnswerProgram',
  description:
    'As in the question; `args` and `entrypoint` may also be one text. Exactly one of `path`, `image` and `vm`.',
  anyOf: [
    Type.Object(
      {
        path: text('a program on the machine'),
        args: optional(command('behind the path')),
        ...process,
        image: optional(Type.Unsafe(nothing)),
        vm: optional(Type.Unsafe(nothing)),
        entrypoint: optional(Type.Unsafe(nothing)),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        image: text('a container image'),
        entrypoint: optional(command('what runs in it')),
        ...process,
        path: optional(Type.Unsafe(nothing)),
        vm: optional(Type.Unsafe(nothing)),
        args: optional(Type.Unsafe(nothing)),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        vm: strict('AnswerVm', 'A virtual machine.', {
          image: text('a disk image'),
          cpus: sizes('number, or a text with `${config.…}`'),
          memory_mib: sizes('MiB, or a text with `${config.…}`'),
          network: optional(nullOr(AnswerNetwork)),
          mounts: optional(list(AnswerMount, 'what is mounted')),
          cloud_init: optional(
            nullOr(
              strict('AnswerCloudInit', 'For the first boot.', {
                user_data: optional(orNull('a text')),
                vendor_data: optional(orNull('a text')),
              }),
            ),
          ),
          egress: optional(
            Type.Unsafe({
              enum: ['none', 'optional', null],
              description: 'whether it may reach the network; `none` unless given',
            }),
          ),
        }),
        ...Object.fromEntries(
          ['image', 'path', 'args', 'entrypoint', 'env', 'network', 'mounts'].map((field) => [
            field,
            optional(Type.Unsafe(nothing)),
          ]),
        ),
      },
      { additionalProperties: false },
    ),
  ],
});
