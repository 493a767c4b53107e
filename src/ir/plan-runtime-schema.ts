/** `runtime` of the plan: what the settings say of how it runs. */
import { type Static, Type } from '@sinclair/typebox';
import { PlanGrants } from './plan-grants-schema.ts';
import { AnyProbe, PlanCompletion } from './plan-probe-schema.ts';
import { PlanProfile, PlanSandbox } from './plan-profile-schema.ts';
import { PlanVault } from './plan-vault-schema.ts';
import { PlanWorkspace } from './plan-workspace-schema.ts';
import { runtimeBounds } from './runtime-bounds.ts';

const closed = { additionalProperties: false } as const;

const amount = (name: keyof typeof runtimeBounds, description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: runtimeBounds[name], description }));

const ComponentRuntime = Type.Object(
  {
    restart: Type.Optional(
      Type.Union([Type.Literal('always'), Type.Literal('on-failure'), Type.Literal('never')], {
        description:
          'when a program that ended is started again: `never` makes it a task, whose effect is had once; `on-failure` unless given',
      }),
    ),
    restarts: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: runtimeBounds.restarts,
        description: 'restarts in a row before it is given up; 8 unless given',
      }),
    ),
    readySeconds: amount(
      'readySeconds',
      'how long its ports may take to open, each time that it is started; 60 unless given',
    ),
    limits: Type.Optional(
      Type.Object(
        {
          cpuSeconds: amount('cpuSeconds', 'CPU time of one process'),
          wallSeconds: amount('wallSeconds', 'time from a start of the component on; it is not started again then'),
          memoryMiB: amount('memoryMiB', 'resident memory of all its processes together; 4096 unless given'),
          processes: amount('processes', 'processes at a time; 128 unless given'),
        },
        { ...closed, description: 'what it may use up before it is ended' },
      ),
    ),
    egress: Type.Optional(
      Type.Array(Type.String({ pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[^\\s:/]+):(\\d+|\\*)$' }), {
        description: '`host:port` of what it may reach outside of the scenario; nothing unless given',
      }),
    ),
    profile: Type.Optional(Type.String({ description: 'a name in `profiles`' })),
    environment: Type.Optional(Type.String({ description: 'where it runs; `local` unless given' })),
    workspace: Type.Optional(Type.String({ description: 'a name in `workspaces`: its copy is at /workspace' })),
    control: Type.Optional(Type.Literal(true, { description: 'it may talk to its own run' })),
    image: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$',
        description: 'what its program runs in where components are containers; that of its manifest unless given',
      }),
    ),
    replicas: amount('replicas', 'how many of it run under Kubernetes; one unless given'),
    rotation: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([Type.Literal('restart'), Type.Literal('file')], {
          description: 'it is restarted, or the file that the value is mounted as is replaced while it runs',
        }),
        {
          description:
            'what happens when a secret is rotated, by the path of the config that refers to it; nothing where there is no entry',
        },
      ),
    ),
  },
  closed,
);

export const PlanRuntime = Type.Object(
  {
    components: Type.Optional(
      Type.Record(Type.String({ pattern: '^/' }), ComponentRuntime, {
        description: 'how components run, by moniker; those that nothing was said of are not there',
      }),
    ),
    profiles: Type.Optional(Type.Record(Type.String(), PlanProfile, { description: 'by name; used ones only' })),
    sandboxes: Type.Optional(Type.Record(Type.String(), PlanSandbox, { description: 'by name; used ones only' })),
    probes: Type.Optional(Type.Record(Type.String(), AnyProbe, { description: 'by name' })),
    completion: Type.Optional(PlanCompletion),
    vaults: Type.Optional(Type.Record(Type.String(), PlanVault, { description: 'where secrets are kept, by name' })),
    workspaces: Type.Optional(
      Type.Record(Type.String(), PlanWorkspace, { description: 'what components work on, by name; used ones only' }),
    ),
    grants: Type.Optional(PlanGrants),
  },
  { ...closed, description: 'what the settings say of running; absent where they say nothing' },
);

/** What the settings say of how one component runs. */
export type ComponentRuntime = Static<typeof ComponentRuntime>;
export type PlanRuntime = Static<typeof PlanRuntime>;
