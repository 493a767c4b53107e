/** options.json in the folder of a run: one source for schemas/options.schema.json and for what decides whether it fits. */
import { type TObject, Type } from '@sinclair/typebox';

export const optionsSchema: TObject = Type.Object(
  {
    sourceFolder: Type.String({ description: 'absolute; names of sources in the plan are relative to it' }),
    root: Type.Optional(
      Type.String({
        description: 'absolute; the folder that every source and program lies in, where that is not `sourceFolder`',
      }),
    ),
    externals: Type.Record(Type.String(), Type.String(), {
      description: 'slot of the root → URL, or `secret://VAULT/KEY` of one',
    }),
    exportPorts: Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 65_535 }), {
      description: 'export → port that it is at',
    }),
    noSandbox: Type.Optional(Type.Boolean({ description: 'programs whose profile says so run without a sandbox' })),
    on: Type.Optional(
      Type.Object(
        {
          kind: Type.Union([Type.Literal('compose'), Type.Literal('kubernetes')]),
          namespace: Type.Optional(Type.String()),
          context: Type.Optional(Type.String({ description: 'of the kubeconfig; its own unless given' })),
          yes: Type.Optional(
            Type.Boolean({ description: 'what is no longer in the plan is taken away without asking' }),
          ),
        },
        { description: 'where it runs, where that is not this machine' },
      ),
    ),
    components: Type.Optional(
      Type.Object({}, { description: 'how components run, in a run of a headgate that kept it here' }),
    ),
  },
  { $id: 'https://headgate.dev/schemas/options.schema.json', title: 'options.json of a run' },
);
