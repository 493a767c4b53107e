/**
 * The deployment plan, version 1: one source for the type and for schemas/plan.schema.json. Everything is sorted, nothing depends
 * on the machine: no absolute path, no time, no host name, no value of a secret.
 */
import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';
import { PlanRuntime } from './plan-runtime-schema.ts';

const closed = { additionalProperties: false } as const;
const text = (description: string): ReturnType<typeof Type.String> => Type.String({ description });
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const Digest = Type.String({ pattern: '^sha256:[A-Za-z0-9+/]{43}=$', description: '`sha256:` and base64' });
const Json = Type.Unknown({ description: 'any JSON value' });

const ManifestOrigin = Type.Object(
  {
    kind: Type.Literal('manifest'),
    source: text('name of the manifest, or of the scenario IR, in `sources`'),
    pointer: text('JSON pointer (RFC 6901) into it'),
  },
  closed,
);
const PolicyOrigin = Type.Object(
  {
    kind: Type.Literal('policy'),
    source: text('manifest whose list names the policy'),
    pointer: text('the list entry'),
    scope: text('moniker of the scope'),
    policy: text('the reference in the list'),
    policyDigest: Digest,
    requestDigest: Digest,
    answerDigest: Digest,
    interposition: Type.Integer({ minimum: 0, description: 'index in the answer' }),
    attachment: Type.Optional(Type.Integer({ minimum: 0, description: 'index in the interposition' })),
    edges: Type.Optional(Type.Array(text('edge id'), { description: 'edges that this interposer sits on' })),
    reason: Type.Optional(text('as the policy gave it')),
  },
  closed,
);
const PlanOrigin = Type.Union([ManifestOrigin, PolicyOrigin]);

const Capability = Type.Object({ kind: text('capability kind'), profile: nullable(Type.String()) }, closed);

const PlanSource = Type.Union([
  Type.Object({ kind: Type.Literal('component'), component: text('moniker'), provide: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('resource'), component: text('moniker'), resource: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('framework'), authority: text('moniker'), capability: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('external'), slot: text('slot of the root') }, closed),
]);

const PlanComponent = Type.Object(
  {
    moniker: text('absolute path'),
    digest: Digest,
    origin: PlanOrigin,
    manifest: nullable(text('name of its manifest in `sources`; null for interposers')),
    program: nullable(Json),
    config: Type.Unknown({
      description:
        'composed config as a tree of {literal}, {root: path into the root config}, {text: [string | {root}]}, {object}, {array}',
    }),
    configSchema: nullable(Json),
    slots: Type.Record(
      Type.String(),
      Type.Object(
        { kind: Type.String(), profile: nullable(Type.String()), optional: Type.Boolean(), multiple: Type.Boolean() },
        closed,
      ),
    ),
    provides: Type.Record(
      Type.String(),
      Type.Object({ kind: Type.String(), profile: nullable(Type.String()), endpoint: nullable(Type.String()) }, closed),
    ),
    resources: Type.Record(Type.String(), Json),
    childTemplates: Json,
    metadata: Json,
  },
  closed,
);

const PlanEdge = Type.Object(
  {
    id: text('`/caller.agent`, or `/hub.peers[/a.out]`; the hops of a spliced edge share the id of the logical edge'),
    hop: nullable(
      Type.Integer({ minimum: 0, description: 'position in the chain from the source; null when not spliced' }),
    ),
    from: PlanSource,
    to: Type.Object({ component: text('moniker'), slot: Type.String() }, closed),
    capability: Capability,
    protocol: nullable(text('of the endpoint behind the source; null where there is none')),
    weak: Type.Boolean(),
    origin: PlanOrigin,
  },
  closed,
);

const PlanPolicy = Type.Object(
  {
    scope: text('moniker'),
    policy: text('reference in the list'),
    use: text('name of the `use` entry'),
    manifest: text('name of its manifest in `sources`'),
    mode: Type.Union([Type.Literal('enforce'), Type.Literal('warn'), Type.Literal('shadow')], {
      description: 'as the settings have it',
    }),
    manifestDigest: Digest,
    requestDigest: Digest,
    answerDigest: Type.Union([Digest, Type.Null()], { description: 'null for a policy in shadow that failed' }),
    edgesShown: Type.Integer({ minimum: 0 }),
    edgesMatched: Type.Integer({ minimum: 0 }),
    interposers: Type.Array(text('moniker')),
    findings: Type.Array(
      Type.Object(
        {
          severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('info')], {
            description: 'as it counts',
          }),
          said: Type.Optional(
            Type.Union([Type.Literal('error'), Type.Literal('warning')], {
              description: 'as the policy said it, where its mode makes less of it',
            }),
          ),
          message: Type.String(),
          code: Type.Optional(Type.String()),
          edge: Type.Optional(Type.String()),
          component: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
    sandbox: text('`bubblewrap`, `none`, or `running` for a policy that was running already; as recorded when frozen'),
    grants: Type.Object(
      {
        secrets: Type.Array(text('config path, or reference to a secret of a vault'), {
          description: 'secrets whose values it reads: of root config, and those that manifests name',
        }),
        usage: Type.Optional(
          Type.Literal(true, { description: 'its interposers may tell the run what a model was used for' }),
        ),
      },
      closed,
    ),
    shadow: Type.Optional(
      Type.Object(
        {
          interposers: Type.Array(text('moniker')),
          edges: Type.Array(
            Type.Object({ id: text('edge id'), through: Type.Array(text('moniker, from the source on')) }, closed),
          ),
        },
        { ...closed, description: 'what a policy in shadow would have done' },
      ),
    ),
  },
  closed,
);

const ConfigLeaf = Type.Object(
  {
    path: Type.String(),
    env: text('environment variable that sets it'),
    secret: Type.Boolean({ description: 'the root or a component that gets the value declares it secret' }),
    required: Type.Boolean({ description: 'must be given before anything starts' }),
    consumers: Type.Array(text('moniker')),
  },
  closed,
);

const DeploymentPlan = Type.Object(
  {
    schema: Type.Literal('headgate.plan'),
    version: Type.Literal(1),
    planDigest: Type.String({ description: 'sha256 over the RFC 8785 bytes of the plan without this field' }),
    scenario: Type.Object(
      { root: text('name of the root manifest'), digest: Digest, languageVersions: Type.Array(Type.String()) },
      closed,
    ),
    sources: Type.Array(
      Type.Union([
        Type.Object(
          {
            name: text('relative to the folder of the root manifest, without the ending of a manifest file'),
            digest: Digest,
            kind: Type.Union([Type.Literal('manifest'), Type.Literal('sidecar'), Type.Literal('ir')], {
              description: '`ir`: the scenario IR that was compiled; the manifests beside it were not read',
            }),
          },
          closed,
        ),
        Type.Object(
          {
            name: text('file that a program is started from, relative to the folder of the root manifest'),
            digest: Type.Union([Digest, Type.Null()], {
              description: 'of its bytes; null when there was no such file, or it came from the network',
            }),
            kind: Type.Literal('program'),
          },
          closed,
        ),
        Type.Object(
          {
            name: text('file that a probe reads, relative to the folder of the root manifest'),
            digest: Digest,
            kind: Type.Literal('probe'),
          },
          closed,
        ),
        Type.Object(
          {
            name: text('file of what the operator has delegated, relative to the folder of the root manifest'),
            digest: Digest,
            kind: Type.Literal('delegation'),
          },
          closed,
        ),
      ]),
    ),
    components: Type.Array(PlanComponent),
    edges: Type.Array(PlanEdge),
    exports: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          capability: Capability,
          protocol: nullable(Type.String()),
          from: Type.Object({ component: text('moniker'), provide: Type.String() }, closed),
          origin: PlanOrigin,
        },
        closed,
      ),
    ),
    externals: Type.Array(
      Type.Object(
        { slot: Type.String(), capability: Capability, required: Type.Boolean(), edges: Type.Array(text('edge id')) },
        closed,
      ),
    ),
    config: Type.Object({ schema: nullable(Json), leaves: Type.Array(ConfigLeaf) }, closed),
    storage: Type.Array(
      Type.Object(
        {
          id: text('`/a.resources.db`'),
          params: Json,
          edges: Type.Array(text('edge id')),
          mountedByOwner: Type.Boolean(),
        },
        closed,
      ),
    ),
    policies: Type.Array(PlanPolicy),
    runtime: Type.Optional(PlanRuntime),
  },
  { ...closed, $id: 'urn:headgate:schema:plan:1', title: 'headgate deployment plan, version 1' },
);

export const deploymentPlanSchema: TObject = DeploymentPlan;
export const planComponentSchema: TObject = PlanComponent;

export type DeploymentPlan = Static<typeof DeploymentPlan>;
export type PlanOrigin = Static<typeof PlanOrigin>;
export type PlanComponent = Static<typeof PlanComponent>;
export type PlanEdge = Static<typeof PlanEdge>;
export type PlanPolicy = Static<typeof PlanPolicy>;
export type PlanSource = Static<typeof PlanSource>;
