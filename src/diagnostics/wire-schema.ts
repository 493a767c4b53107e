/** What `check --format json` prints: one source for the published schema. Ranges are 0-based, columns UTF-16, as in LSP. */
import { type Static, type TObject, Type } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;
const Position = Type.Object({ line: Type.Integer({ minimum: 0 }), character: Type.Integer({ minimum: 0 }) }, closed);
const Range = Type.Object({ start: Position, end: Position }, closed);
const Fix = Type.Object(
  {
    title: Type.String({ description: 'an order: "write `slots.api`"' }),
    kind: Type.Union([Type.Literal('safe'), Type.Literal('remove'), Type.Literal('suggest')], {
      description:
        '`safe` changes no meaning or only repairs; `remove` takes away what the author wrote; `suggest` is a guess',
    }),
    edits: Type.Array(Type.Object({ file: Type.String(), range: Range, newText: Type.String() }, closed), {
      description: 'all of them or none; apart from each other, and all told of the text as it is',
    }),
  },
  closed,
);
const count = Type.Integer({ minimum: 0 });

const WireDiagnostics = Type.Object(
  {
    version: Type.Literal(1),
    diagnostics: Type.Array(
      Type.Object(
        {
          code: Type.String({ description: '`phase/kebab-name`' }),
          aliases: Type.Array(Type.String(), {
            description: 'the code of the reference implementation for the same fault, and old names',
          }),
          severity: Type.Union([
            Type.Literal('error'),
            Type.Literal('warning'),
            Type.Literal('info'),
            Type.Literal('hint'),
          ]),
          message: Type.String(),
          rule: Type.Optional(
            Type.String({ description: "of a policy's finding: the policy, and its own name for the rule" }),
          ),
          label: Type.Optional(Type.String({ description: 'what the marks of the range mean' })),
          file: Type.String({
            description: 'relative to the working directory, or an URL; empty when the problem is in no file',
          }),
          range: Range,
          focus: Type.Optional(
            Type.Unsafe<Static<typeof Range>>({
              ...Range,
              description: 'the smallest text to edit, where `range` is more; inside of it',
            }),
          ),
          related: Type.Array(Type.Object({ message: Type.String(), file: Type.String(), range: Range }, closed)),
          help: Type.Optional(Type.String()),
          fixes: Type.Optional(
            Type.Array(Fix, { description: 'changes that would mend it, the best first; each stands for itself' }),
          ),
        },
        closed,
      ),
    ),
    summary: Type.Object({ errors: count, warnings: count, infos: count, hints: count }, closed),
    checked: Type.Optional(
      Type.Object(
        {
          scenarios: count,
          leftOut: Type.Array(Type.Object({ file: Type.String(), reason: Type.String() }, closed), {
            description: 'files with something of a manifest that were not checked',
          }),
        },
        { ...closed, description: 'what a search of folders came to; absent when none was searched' },
      ),
    ),
  },
  { ...closed, $id: 'urn:headgate:schema:diagnostics:1', title: 'headgate diagnostics, version 1' },
);

export const diagnosticsSchema: TObject = WireDiagnostics;
export type WireDiagnostics = Static<typeof WireDiagnostics>;
