/** Probes and completion in `runtime` of the plan: every default written out. */
import { type Static, type TProperties, Type } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;

export const probeKinds = ['api_smoke', 'headless_run', 'render_hash', 'sim_trace'] as const;
export type ProbeKind = (typeof probeKinds)[number];

/** The bytes that it had when the plan was made are in `sources` under this name. */
const File = Type.String({ description: 'name of a file of kind `probe` in `sources`' });
const Argv = Type.Array(Type.String(), {
  minItems: 1,
  description: 'the program and its arguments; no shell reads them',
});
const Moniker = Type.String({ pattern: '^/', description: 'moniker of the component whose place it runs in' });
const Path = Type.String({ pattern: '^/', description: 'of the URL' });

const probe = <const K extends ProbeKind, P extends TProperties>(kind: K, properties: P) =>
  Type.Object(
    { kind: Type.Literal(kind), required: Type.Boolean({ description: 'the run needs it to pass' }), ...properties },
    closed,
  );

const Status = Type.Integer({ minimum: 100, maximum: 599 });
const Texts = Type.Record(Type.String(), Type.String());
const Budget = Type.Optional(Type.Integer({ minimum: 1, description: 'seconds that it may take; 60 unless given' }));

const Expectation = Type.Object(
  {
    status: Type.Optional(
      Type.Union([
        Status,
        Type.Array(Status, { minItems: 2, maxItems: 2, description: 'from and to, both of them too' }),
      ]),
    ),
    headers: Type.Optional(Texts),
    schema: Type.Optional(File),
    maxMs: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { ...closed, description: 'what must come back; any status from 200 to 399 unless given' },
);

const Request = Type.Object(
  {
    method: Type.String(),
    path: Path,
    headers: Type.Optional(Texts),
    body: Type.Optional(Type.String()),
    expect: Expectation,
  },
  closed,
);

const Target = Type.Union(
  [
    Type.Object({ export: Type.String() }, closed),
    Type.Object({ edge: Type.String({ description: 'id of an edge: asked as its consumer asks' }) }, closed),
    Type.Object(
      { provide: Type.String({ description: 'a component and its provide, such as `/responder.a2a`' }) },
      closed,
    ),
  ],
  { description: 'who is asked' },
);

const ApiSmoke = probe('api_smoke', {
  target: Target,
  requests: Type.Array(Request, { minItems: 1 }),
  ready: Type.Optional(
    Type.String({
      pattern: '^/',
      description: 'path that is asked until somebody answers; that of the first GET unless given',
    }),
  ),
  startupSeconds: Type.Integer({ minimum: 1, description: 'how long it may take until something answers' }),
});

const HeadlessRun = probe('headless_run', {
  component: Moniker,
  argv: Argv,
  cwd: Type.Optional(Type.String({ description: 'seen from the folder of its manifest, which it is unless given' })),
  env: Type.Optional(Texts),
  stdin: Type.Optional(File),
  budgetSeconds: Type.Integer({ minimum: 1 }),
  expectExit: Type.Integer({ minimum: 0, maximum: 255 }),
});

const RenderHash = probe('render_hash', {
  export: Type.String(),
  path: Path,
  viewport: Type.Array(Type.Integer({ minimum: 1 }), {
    minItems: 2,
    maxItems: 2,
    description: 'width and height in pixels',
  }),
  deviceScaleFactor: Type.Optional(Type.Integer({ minimum: 1, maximum: 4, description: '1 unless given' })),
  waitFor: Type.Optional(Type.String({ description: 'a CSS selector that has to match before it is drawn' })),
  golden: Type.Optional(File),
  hash: Type.Optional(
    Type.String({
      pattern: '^sha256:[0-9a-f]{64}$',
      description: 'of the decoded pixels, in place of a golden picture',
    }),
  ),
  maxDifferingPixels: Type.Integer({ minimum: 0 }),
  budgetSeconds: Budget,
});

const SimTrace = probe('sim_trace', {
  component: Moniker,
  argv: Argv,
  ticks: Type.Integer({ minimum: 1 }),
  document: File,
  invariants: Type.Object(
    {
      monotonic: Type.Optional(Type.String({ description: 'a field that only grows' })),
      minChanges: Type.Optional(Type.Integer({ minimum: 0, description: 'different states at least' })),
      terminal: Type.Optional(
        Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
          description: 'fields of the last state',
        }),
      ),
    },
    closed,
  ),
  traceHash: Type.Optional(Type.String({ pattern: '^sha256:[0-9a-f]{64}$', description: 'of the bytes of the trace' })),
  budgetSeconds: Budget,
});

export const PlanProbe = Type.Union([ApiSmoke, HeadlessRun, RenderHash, SimTrace]);

/** A kind that the program around headgate brings, as `RunOptions.probeRunners`; its fields mean something to that program alone. */
const OwnProbe = Type.Object({
  kind: Type.String({ pattern: '^[a-z][a-z0-9_./-]*$', not: { enum: [...probeKinds] } }),
  required: Type.Boolean({ description: 'the run needs it to pass' }),
});

/** As `probes` of the plan has it. Whoever knows a kind reads the fields of that kind. */
export const AnyProbe = Type.Unsafe<PlanProbe>(Type.Union([...PlanProbe.anyOf, OwnProbe]));

export const PlanCompletion = Type.Object(
  {
    requires: Type.Array(Type.String(), { description: 'probes that must pass, sorted' }),
    // biome-ignore lint/suspicious/noThenProperty: the file calls it so, and it is never a function
    then: Type.Union([Type.Literal('stop'), Type.Literal('stay')], { description: 'what becomes of services' }),
  },
  { ...closed, description: 'when the run is over; absent where it is not over before its components are' },
);

export type ProbeTarget = Static<typeof Target>;
export type ApiRequest = Static<typeof Request>;
export type ApiSmokeProbe = Static<typeof ApiSmoke>;
export type HeadlessRunProbe = Static<typeof HeadlessRun>;
export type RenderHashProbe = Static<typeof RenderHash>;
export type SimTraceProbe = Static<typeof SimTrace>;
export type PlanProbe = Static<typeof PlanProbe>;
export type PlanCompletion = Static<typeof PlanCompletion>;
