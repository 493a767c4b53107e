/** What a run's own interface says and takes: one source for types, for what is sent, and for schemas/control.openapi.json. */
import { type Static, Type } from '@sinclair/typebox';
import { permissionModes, runtimeModes } from '../ir/profile-choices.ts';
import { list, literals, map, nullable, number, optional, text, textOrNull } from '../ir/wire-build.ts';
import { journalSchema } from '../language/journal/entry-schema.ts';
import { budgetsTold } from './budget-schema.ts';
import { InteractionTold } from './interaction-schema.ts';
import { maxGraceMs } from './stop-request.ts';
import { WorkspaceStatus } from './workspace-schema.ts';

const Blocked = Type.Object({
  gate: text('what closed'),
  subject: text('of what: a moniker, a slot, `run`'),
  reasons: list(Type.String()),
  remedy: text('what the reader can do'),
});

const SizedStorage = Type.Object({
  id: Type.String(),
  target: text('absolute, where its user finds it'),
  size: text('as the manifest has it'),
  limit: literals(['enforced', 'metered'], 'by the kernel, or by looking'),
});

const permissions = (description: string) => literals(permissionModes, description);

const ProfileSummary = Type.Object({
  name: textOrNull('null where none is declared'),
  mode: literals(runtimeModes, 'of runtime'),
  sandbox: text('the name of a sandbox, or `inherit`, or `none`'),
  permissions: Type.Object({
    configured: permissions('as the settings have it'),
    effective: permissions('what counts in this run'),
  }),
  worker: optional(text('that was chosen')),
  selfCheck: optional(
    Type.Object({
      passed: nullable(Type.Boolean(), 'null when something could not be tried'),
      statement: text('digest of the evidence, in the store'),
    }),
  ),
});

const ComponentSummary = Type.Object({
  moniker: Type.String(),
  task: Type.Boolean(),
  state: literals(
    ['starting', 'ready', 'restarting', 'finished', 'failed', 'stopped', 'skipped', 'unknown'],
    'what it is doing',
  ),
  pid: nullable(Type.Integer({ minimum: 1 }), 'of its sandbox, while it is ready'),
  restarts: number('that its settings made'),
  lastExit: textOrNull('how it ended last, in words'),
  profile: optional(ProfileSummary),
});

const CompletionBasis = literals(
  ['no_probes_declared', 'no_probes_required', 'probes_passed'],
  'by what a run that is COMPLETE was judged',
);

export const ProbeReport = Type.Object({
  probe: text('its name'),
  kind: Type.String(),
  passed: Type.Union([Type.Boolean(), Type.Null()], { description: 'null when it could not be assessed' }),
  outcome: literals(
    ['completed', 'timeout', 'error', 'unstable', 'deferred', 'cancelled'],
    'what became of the probe itself',
  ),
  summary: text('what was found, in one line'),
  durationSeconds: Type.Number({ minimum: 0 }),
  subjectDigest: text('of what was looked at: plan, programs, files, place'),
  statement: text('digest of the in-toto Statement, which is in the store'),
});

export const RunStatus = Type.Object({
  version: Type.Literal(1),
  id: Type.String(),
  state: literals(
    ['RUNNING', 'INTERRUPTED', 'COMPLETE', 'BLOCKED', 'FAILED', 'CANCELLED', 'CORRUPT'],
    'what the run is doing, or how it ended',
  ),
  pid: nullable(Type.Integer({ minimum: 1 }), 'of the process that runs it'),
  startedAt: textOrNull('RFC 3339'),
  endedAt: textOrNull('RFC 3339'),
  exports: map(Type.String(), 'URLs by name, while it runs'),
  components: list(ComponentSummary),
  storage: list(SizedStorage, 'with a size'),
  reasons: list(Type.String(), 'why it is blocked, failed or corrupt'),
  blocked: list(Blocked, 'what closed, and what would open it'),
  warnings: list(
    Blocked,
    'what would be refused next, of a run that goes on: a start of an edited program, and `resume`',
  ),
  completionBasis: optional(CompletionBasis),
  runtimeProbeEvidence: list(ProbeReport, 'the newest of each probe, by name; read back from the store and verified'),
  ...budgetsTold,
  rotations: optional(
    list(
      Type.Object({
        at: text('RFC 3339, UTC'),
        vault: Type.String(),
        key: Type.String(),
        component: text('moniker'),
        path: text('of its config'),
        does: literals(['restart', 'file', 'none'], 'what the settings say'),
        state: literals(
          ['begun', 'done', 'replaced', 'skipped', 'kept', 'failed'],
          'what became of it; a restart is `begun` until the component is ready again, and `done` then',
        ),
        reason: optional(text('why it was skipped or kept, or failed')),
      }),
      'what was done about secrets that were rotated: the newest of each binding; absent where none was',
    ),
  ),
  workspaces: list(WorkspaceStatus, 'copies of workspaces that the run works on, by id'),
  interactions: list(InteractionTold, 'that components have asked for, in the order in which it was asked'),
  verdict: optional(
    Type.Object(
      {
        state: literals(
          ['signed', 'unsigned', 'missing', 'stale', 'corrupt'],
          'as it says; whether it holds is what `verify-run` finds out',
        ),
        keyid: textOrNull('of the key that it says it was signed with'),
      },
      { description: 'of a run that is over: the statement in its folder' },
    ),
  ),
});
export type RunStatus = Static<typeof RunStatus>;

export const LogLine = Type.Object({
  at: text('RFC 3339, UTC'),
  moniker: Type.String(),
  stream: literals(['stdout', 'stderr'], 'where the program wrote it'),
  text: text('values of secrets are replaced'),
});
export type LogLine = Static<typeof LogLine>;

export const StopRequest = Type.Object(
  { graceMs: optional(number('milliseconds for each program to end by itself', maxGraceMs)) },
  { additionalProperties: false },
);

export const ProbeRequest = Type.Object(
  { probes: optional(list(Type.String(), 'their names; all of them unless given')) },
  { additionalProperties: false },
);

/** With a verdict where the run has one. */
export const Probed = Type.Object({
  id: Type.String(),
  probes: list(ProbeReport, 'of those that were run, by name'),
  completionBasis: optional(CompletionBasis),
  blocked: optional(list(Blocked, 'what keeps the run from being complete')),
});
export type Probed = Static<typeof Probed>;

export const Stopping = Type.Object({ id: Type.String(), state: Type.Literal('STOPPING') });
export type Stopping = Static<typeof Stopping>;

/** With the id of the run. */
export const Ended = Type.Union(
  [
    Type.Object({ id: Type.String(), state: Type.Literal('COMPLETE'), basis: CompletionBasis }),
    Type.Object({ id: Type.String(), state: Type.Literal('BLOCKED'), blocked: list(Blocked) }),
    Type.Object({ id: Type.String(), state: Type.Literal('FAILED'), reasons: list(Type.String()) }),
    Type.Object({ id: Type.String(), state: Type.Literal('CANCELLED'), reason: Type.String() }),
  ],
  { description: 'How the run ended.' },
);
export type Ended = Static<typeof Ended>;

export const EvidenceTold = Type.Object({
  id: text('of the run'),
  runtimeProbeEvidence: list(ProbeReport, 'the newest of each probe, by name'),
});
export type EvidenceTold = Static<typeof EvidenceTold>;

export const RotatedSecret = Type.Object(
  {
    vault: text('its name in the settings'),
    key: text('within the vault'),
    identity: optional(
      text(
        'of the vault, by where it keeps things; then the name does not matter, which may be that of another one here',
      ),
    ),
  },
  { additionalProperties: false },
);

export const Rotated = Type.Object({
  id: text('of the run'),
  vault: Type.String(),
  key: Type.String(),
  reactions: list(
    Type.Object({
      component: text('moniker'),
      path: text('of its config'),
      does: literals(['restart', 'file', 'none'], 'what the settings say'),
      state: literals(
        ['begun', 'replaced', 'skipped', 'kept', 'failed'],
        '`begun` is a restart, which takes its time: events tell how it goes; `kept` says that the new value cannot be had or does not fit',
      ),
      reason: optional(text('why it was skipped or kept, or failed')),
    }),
    'of every component that is bound to it',
  ),
});
export type Rotated = Static<typeof Rotated>;

export const VaultsHealth = Type.Object({
  id: text('of the run'),
  vaults: list(
    Type.Object({
      vault: text('its name in the settings'),
      status: literals(['ready', 'warning', 'error', 'coming_soon', 'disabled'], 'whether it can be used'),
      code: text('a name for what is so'),
      message: Type.String(),
      guidance: list(Type.String(), 'what the caller can do'),
    }),
    'that something of the run is bound to, by name',
  ),
});
export type VaultsHealth = Static<typeof VaultsHealth>;

export const Fault = Type.Object({
  code: text('a name for this sort of fault'),
  message: text('what is wrong'),
  remedy: text('what the caller can do'),
  state: optional(
    literals(
      ['pending', 'in_flight', 'failed', 'unknown'],
      'of `workspace_not_finalized`: what is known of the finalize',
    ),
  ),
  retryable: optional(
    Type.Boolean({ description: 'of `workspace_not_finalized`: whether the same request may do later by itself' }),
  ),
});
export type Fault = Static<typeof Fault>;

export const RunEvent = Type.Object({
  id: text('of the run'),
  lastEventId: Type.Integer({ minimum: -1, description: 'entries up to this one come before; -1 for none' }),
});
export type RunEvent = Static<typeof RunEvent>;

export const StateEvent = Type.Object({
  moniker: Type.String(),
  state: literals(
    ['waiting', 'starting', 'ready', 'restarting', 'finished', 'failed', 'stopped'],
    'what the component is doing',
  ),
  pid: optional(Type.Integer({ minimum: 1, description: 'of its sandbox' })),
  restarts: number('that its settings made, in this process of the run'),
  lastExit: optional(text('how it ended last, in words')),
});
export type StateEvent = Static<typeof StateEvent>;

export const ReadyEvent = Type.Object({ exports: map(Type.String(), 'URLs by name') });
export type ReadyEvent = Static<typeof ReadyEvent>;

export const DroppedEvent = Type.Object({
  reason: Type.String(),
  lastEventId: Type.Integer({ minimum: -1, description: 'the last entry that was sent: go on from here' }),
});
export type DroppedEvent = Static<typeof DroppedEvent>;

/** `data` of server-sent events, by the name of the event. */
export const events = {
  run: RunEvent,
  entry: journalSchema,
  state: StateEvent,
  ready: ReadyEvent,
  end: Ended,
  dropped: DroppedEvent,
} as const;
export type EventName = keyof typeof events;
