/** Profiles and sandboxes in `runtime` of the plan: only those that a component uses, and every choice made. */
import { type Static, Type } from '@sinclair/typebox';
import { permissionModes, profileTypes, runtimeModes, sandboxModes } from './profile-choices.ts';
import { runtimeBounds } from './runtime-bounds.ts';

const closed = { additionalProperties: false } as const;
const oneOf = <const T extends readonly string[]>(values: T, description: string, options: object = {}) =>
  Type.Union(
    values.map((value) => Type.Literal(value as T[number])),
    { description, ...options },
  );
const count = (minimum: number, description: string) => Type.Optional(Type.Integer({ minimum, description }));

const Worker = Type.Object(
  {
    agent: Type.Optional(Type.String({ description: 'the worker that was chosen' })),
    chosenBy: Type.Optional(oneOf(['agent', 'preferred', 'allowed'], 'which list it was chosen from')),
    provider: Type.Optional(Type.String({ description: 'of models' })),
    model: Type.Optional(Type.String()),
    capabilities: Type.Optional(Type.Array(Type.String(), { description: 'sorted' })),
  },
  { ...closed, description: 'who works, and with what' },
);

export const PlanProfile = Type.Object(
  {
    type: Type.Optional(oneOf(profileTypes, 'whose machine and whose model it is')),
    runtime: Type.Object({ mode: oneOf(runtimeModes, 'how much is measured', { default: 'default' }) }, closed),
    sandbox: Type.Object(
      {
        mode: oneOf(sandboxModes, 'where its programs run'),
        ref: Type.Optional(Type.String({ description: 'a name in `sandboxes`, exactly with mode `ref`' })),
      },
      closed,
    ),
    permissions: oneOf(permissionModes, 'what its worker may do unasked, as configured'),
    guidance: Type.Optional(Type.String({ description: 'what the program is told' })),
    worker: Type.Optional(Worker),
    budget: Type.Optional(
      Type.Object(
        {
          wallClockSeconds: count(1, 'time'),
          cpuGpuComputeSeconds: count(1, 'time of processors'),
          sandboxMemoryBytes: count(1, 'memory of its sandboxes'),
          localDiskBytes: count(1, 'room on the disk'),
          agentConcurrency: count(0, 'agents at a time'),
          connectorCalls: count(0, 'calls of connectors'),
          modelCalls: count(0, 'model calls'),
          tokens: count(0, 'tokens of models'),
        },
        { ...closed, description: 'what it may use up' },
      ),
    ),
  },
  closed,
);

export const PlanSandbox = Type.Object(
  {
    processes: Type.Optional(Type.Integer({ minimum: 1, maximum: runtimeBounds.processes })),
    memoryMiB: Type.Optional(Type.Integer({ minimum: 1, maximum: runtimeBounds.memoryMiB })),
    cacheMiB: Type.Optional(
      Type.Integer({ minimum: 1, maximum: runtimeBounds.memoryMiB, description: 'a cache that survives the run' }),
    ),
    egress: Type.Optional(Type.Array(Type.String(), { description: '`host:port`, sorted' })),
    tools: Type.Optional(Type.Array(Type.String(), { description: 'programs that must be there, sorted' })),
  },
  { ...closed, description: 'what is wider inside it' },
);

export type PlanProfile = Static<typeof PlanProfile>;
export type PlanSandbox = Static<typeof PlanSandbox>;
export type PlanWorker = Static<typeof Worker>;
