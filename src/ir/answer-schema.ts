/** The body of an answer, in version 1 and 2 of the protocol. `decodeAnswer` of phase 5 reads it, and tells what is wrong in its own words. */
import { type Static, type TObject, Type } from '@sinclair/typebox';
import { AnswerProgram, nothing, nullOr, orNull } from './answer-program-schema.ts';
import {
  anything,
  byName,
  Kind,
  kinds,
  list,
  literals,
  name,
  number,
  objectOrNull,
  optional,
  shownOrNull,
  strict,
  text,
} from './wire-build.ts';

const AnswerSlot = strict('AnswerSlot', 'A named input of the interposer.', {
  kind: Kind,
  profile: optional(shownOrNull('must be that of the edge; null or absent for none')),
  optional: optional(Type.Boolean({ description: 'may stay without an edge; false unless given' })),
  multiple: optional(Type.Boolean({ description: 'takes any number of edges; false unless given' })),
});
const AnswerProvide = strict('AnswerProvide', 'A named output of the interposer.', {
  kind: Kind,
  profile: optional(shownOrNull('must be that of the edge; null or absent for none')),
  endpoint: optional(
    shownOrNull('name of an endpoint of the program; needed, though an answer without it is told so later'),
  ),
});
const AnswerResource = strict('AnswerResource', 'Storage of the interposer.', {
  kind: literals(kinds, 'only `storage` has a use'),
  params: optional(
    nullOr(
      strict('AnswerResourceParams', 'Texts without `${…}`.', {
        size: optional(orNull('such as `10Gi`')),
        retention: optional(orNull('how long it is kept')),
        sharing: optional(orNull('who else may use it')),
      }),
    ),
  ),
});

const Interposer = strict('Interposer', 'The component to insert.', {
  program: optional(
    Type.Unsafe<Static<typeof AnswerProgram> | null>({
      anyOf: [AnswerProgram, nothing],
      description: 'what it runs; needed, though an answer without it is told so later',
    }),
  ),
  config: optional(objectOrNull('like that of a child of the scope: `${config.x}` is the scope’s `x`')),
  config_schema: optional(objectOrNull('JSON Schema of `config`; needed with it')),
  slots: optional(byName(AnswerSlot, 'inputs, by name')),
  provides: optional(byName(AnswerProvide, 'outputs, by name')),
  resources: optional(byName(AnswerResource, 'storage, by name')),
  metadata: optional(anything('kept as it is')),
});

const Attachment = strict('Attachment', 'An edge that the interposer is put on.', {
  target: number('id of a binding, import or export of this question; written without point and exponent'),
  interposer_slot: name('where the edge comes in'),
  interposer_provide: name('where it goes on'),
});

const attachments = list(Attachment, 'at least one, though an answer without is told so later');
const Interposition = strict('Interposition', 'A component, and the edges to put it on.', {
  interposer: Interposer,
  attachments,
  reason: optional(orNull('a sentence that the plan repeats')),
});

const Finding = strict('Finding', 'A remark about the scope.', {
  severity: literals(['error', 'warning', 'info'] as const, '`error` fails the compile'),
  message: Type.String({ pattern: '\\S', description: 'what to tell the author' }),
  edge: optional(
    Type.Unsafe<number | null>({ ...number('id of the edge that it is about'), type: ['integer', 'null'] }),
  ),
  component: optional(
    Type.Unsafe<number | null>({ ...number('id of the component that it is about'), type: ['integer', 'null'] }),
  ),
  code: optional(shownOrNull('a name of the policy’s own for findings of this sort')),
});

const PolicyAnswer = strict(
  'PolicyAnswer',
  'The body of an answer. A field that is not listed is an error, at every level.',
  {
    interpositions: list(Interposition, 'may be empty: then nothing changes'),
    findings: optional(list(Finding, 'remarks, warnings, and errors that forbid')),
  },
);

const TemplatedInterposition = strict('TemplatedInterposition', 'A template, and the edges to put it on.', {
  template: text('name of a template of this answer'),
  config: optional(objectOrNull('in the place of the `config` of the template, all of it')),
  attachments,
  reason: optional(orNull('a sentence that the plan repeats')),
});

const SharingAnswer = strict(
  'SharingAnswer',
  'The body of an answer in version 2. A field that is not listed is an error, at every level.',
  {
    templates: optional(byName(Interposer, 'interposers, by name; one that nothing names is passed over')),
    interpositions: list(
      Type.Union([Interposition, TemplatedInterposition], { description: 'with an interposer, or with a template' }),
      'may be empty: then nothing changes',
    ),
    findings: optional(list(Finding, 'remarks, warnings, and errors that forbid')),
  },
);

export const policyAnswerSchema: TObject = PolicyAnswer;
export const sharingAnswerSchema: TObject = SharingAnswer;

export type SharingAnswer = Static<typeof SharingAnswer>;
/** An answer as JSON; what is decoded of one is `Answer`. */
export type PolicyAnswer = Static<typeof PolicyAnswer>;
