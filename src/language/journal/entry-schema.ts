/** The entries of a journal, version 2: one source for their types and for schemas/journal.schema.json. */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { JsonObject } from '../../base/json.ts';
import { actionStates, actionTypes } from '../../ir/action.ts';
import { interactionKinds } from '../../ir/workspace-status.ts';
import { blocked, digest, grant, optional, record, sizedStorage, stoodOn, text, texts } from './entry-parts.ts';
import { entryVersion } from './entry-version.ts';
import { spent, usageData } from './usage-schema.ts';

/** What `status` and `resume` need to know of an end. */
const ending = {
  exit: optional(text('how the program ended, in words')),
  ran: optional(Type.Boolean({ description: 'false when the program was never started' })),
};

const measured = {
  pid: optional(Type.Integer({ minimum: 1, description: 'of the sandbox, on the machine of the run' })),
  sandbox: optional(digest('of what was measured in the sandbox, in the store')),
  program: optional(digest('of what was executed, in the store')),
  selfCheck: optional(digest('of the statement about the self-check of the sandbox, in the store')),
};

/** What was found, in short; the statement in the store counts. */
const probe = record({
  kind: Type.String(),
  passed: Type.Union([Type.Boolean(), Type.Null()], { description: 'null when it could not be assessed' }),
  outcome: Type.Union(
    ['completed', 'timeout', 'error', 'unstable', 'deferred', 'cancelled'].map((one) =>
      Type.Literal(one as 'completed' | 'timeout' | 'error' | 'unstable' | 'deferred' | 'cancelled'),
    ),
  ),
  summary: text('one line; values of secrets are replaced'),
  durationSeconds: Type.Number({ minimum: 0 }),
  subject: digest('of what was looked at: of the subjects of the statement, as canonical JSON'),
  reused: optional(
    Type.Literal(true, { description: 'it had passed on the same subject before, and was not run again' }),
  ),
});

/** Of a copy of a workspace. */
const workspace = record({
  baseline: optional(digest('of the tree that the source was when the copy was made, in the store')),
  git: optional(digest('of what the repository of the source was then, in the store')),
  identity: optional(text('digest of the environment, profile and sandbox of those who work on it')),
  report: optional(digest('of what was merged, and of what was not, in the store')),
  code: optional(text('why it failed')),
  remedy: optional(text('what the reader can do')),
  abandoned: optional(text('why its changes were given up')),
});

const basis = Type.Union(
  [Type.Literal('no_probes_declared'), Type.Literal('no_probes_required'), Type.Literal('probes_passed')],
  { description: 'by what it was judged' },
);
const blockedBy = Type.Unsafe<readonly Static<typeof blocked>[]>(Type.Array(blocked));

/** What the settings say of a binding when its secret is rotated. */
const reaction = {
  component: text('moniker'),
  path: text('of its config'),
  does: Type.Union([Type.Literal('restart'), Type.Literal('file'), Type.Literal('none')]),
};
const listOf = <T extends TSchema>(of: T) => Type.Unsafe<readonly Static<T>[]>(Type.Array(of));

const state = Type.Union(actionStates.map((one) => Type.Literal(one)));

/** Of the whole run: no action, no attempt. */
const ofRun = <const K extends string, T extends TSchema>(type: K, data: T) =>
  Type.Object({ type: Type.Literal(type), action: Type.Null(), attempt: Type.Null(), data });

const action = record({
  type: Type.Union(actionTypes.map((one) => Type.Literal(one))),
  target: Type.Union([Type.String(), Type.Null()], {
    description: 'a moniker, `exports.NAME`, `probes.NAME`, `workspaces.ID`, or null for the whole run',
  }),
});

const ofAction = <const K extends string, T extends TSchema>(type: K, data: T) =>
  Type.Object({ type: Type.Literal(type), action, attempt: Type.Integer({ minimum: 1 }), data });

export const entryContentSchema = Type.Union([
  ofRun(
    'start',
    record({
      plan: digest('`planDigest` of the plan that is run'),
      options: Type.Union([digest('of options.json'), Type.Null()], {
        description: 'null where a version 1 began the run',
      }),
      resumed: Type.Boolean(),
      redo: texts('monikers of tasks that were asked for again'),
      on: optional(text('the place that runs the whole plan; this machine unless given')),
    }),
  ),
  ofRun(
    'progress',
    Type.Union([
      record({ event: Type.Literal('ready'), exports: Type.Record(Type.String(), Type.String()) }),
      record({ event: Type.Literal('torn-end-cut-off'), bytes: Type.Integer() }),
      record({
        event: Type.Literal('secret-rotated'),
        vault: Type.String(),
        key: Type.String(),
        reactions: listOf(record(reaction)),
        authority: optional(stoodOn('what those stand on that are given the new value')),
      }),
      record({
        event: Type.Literal('secret-reacted'),
        vault: Type.String(),
        key: Type.String(),
        reactions: listOf(
          record({
            ...reaction,
            state: Type.Union([
              Type.Literal('begun'),
              Type.Literal('replaced'),
              Type.Literal('skipped'),
              Type.Literal('kept'),
              Type.Literal('failed'),
            ]),
            reason: optional(text('why it was skipped or kept, or failed')),
          }),
        ),
      }),
      record({
        event: Type.Literal('conflict-resolved'),
        copy: text('id of the copy of a workspace'),
        path: text('in the workspace, as it is shown'),
        take: Type.Union([Type.Literal('local'), Type.Literal('remote')], {
          description: 'what the source has, or what the copy has; the next finalize does so',
        }),
      }),
      record({
        event: Type.Literal('interaction-asked'),
        id: text('unique within the run, and the same for as long as there is a journal'),
        component: text('moniker of who asks, as the channel tells it'),
        kind: Type.Union(interactionKinds.map((one) => Type.Literal(one))),
        message: text('values of secrets are replaced'),
        payload: optional(Type.Unsafe<JsonObject>({ type: 'object', description: 'likewise' })),
        key: optional(digest('of the `Idempotency-Key` that came with it')),
      }),
      record({
        event: Type.Literal('interaction-answered'),
        id: Type.String(),
        answer: Type.Union([Type.Literal('accepted'), Type.Literal('rejected')]),
        reason: optional(text('what was said with it')),
      }),
      record({
        event: Type.Literal('authority-ended'),
        delegation: text('its id'),
        how: Type.Union([Type.Literal('expired'), Type.Literal('revoked'), Type.Literal('withdrawn')], {
          description: 'by its time, by the operator of the run, or because it is not in the file any more',
        }),
        reason: text('in words'),
      }),
      record({ event: Type.Literal('judged'), basis }),
      record({ event: Type.Literal('judged'), blocked: blockedBy }),
    ]),
  ),
  ofRun('usage', usageData),
  ofRun('cancel', record({ reason: Type.String(), budget: optional(spent) })),
  ofRun(
    'gate',
    Type.Union([
      record({ state: Type.Literal('COMPLETE'), basis }),
      record({ state: Type.Literal('BLOCKED'), blocked: blockedBy }),
      record({ state: Type.Literal('FAILED'), reasons: texts() }),
      record({
        state: Type.Literal('CANCELLED'),
        reason: Type.String(),
        budget: optional(spent),
      }),
    ]),
  ),
  ofAction(
    'intent',
    record({
      grants: optional(Type.Array(grant)),
      authority: optional(stoodOn('what it stands on; absent for what has no effect')),
      reason: optional(text('why it is ended')),
      graceMs: optional(Type.Integer({ minimum: 0 })),
      waitsFor: optional(texts('ids of interactions that somebody has to answer')),
    }),
  ),
  ofAction(
    'progress',
    record({
      event: Type.Union([Type.Literal('started'), Type.Literal('staged')]),
      ...measured,
      merge: optional(digest('of everything that is going to be changed in the source, in the store; of `staged`')),
      staging: optional(text('name of the folder beside the source where it lies ready; of `staged`')),
    }),
  ),
  ofAction('failure', record({ exit: Type.String() })),
  ofAction(
    'retry',
    record({
      afterMs: Type.Integer({ minimum: 0 }),
      exit: Type.String(),
      restart: Type.Integer({ minimum: 1, description: 'restarts in a row, with this one' }),
      most: Type.Integer({ minimum: 0 }),
    }),
  ),
  ofAction(
    'outcome',
    record({
      state,
      ...ending,
      ...measured,
      fault: optional(text('why it failed')),
      reason: optional(text('why it was skipped')),
      environment: optional(digest('of the facts about where it runs, in the store')),
      evidence: optional(digest('of a statement, in the store')),
      probe: optional(probe),
      blobs: optional(Type.Array(digest('of what a probe left in the store'))),
      workspace: optional(workspace),
      storage: optional(Type.Unsafe<readonly Static<typeof sizedStorage>[]>(Type.Array(sizedStorage))),
      secrets: optional(
        Type.Array(
          record({
            path: text(
              'of the config of the root, of its only consumer where a manifest refers to it, or `slots.NAME`',
            ),
            consumers: texts(),
            reference: optional(text('`secret://VAULT/KEY`, where it is one')),
          }),
        ),
      ),
    }),
  ),
  ofAction(
    'reconciled',
    record({
      state,
      ...ending,
      from: optional(text('where a later process found its end')),
      workspace: optional(workspace),
    }),
  ),
]);

export type EntryContent = Static<typeof entryContentSchema>;

const owner = record({
  pid: Type.Integer({ minimum: 1 }),
  startTime: text('clock ticks after the boot'),
  bootId: Type.String(),
});

/** What every entry has beside its content. */
export const stampSchema = Type.Object({
  version: Type.Literal(entryVersion),
  seq: Type.Integer({ minimum: 0, description: 'from 0, without gaps' }),
  prev: Type.String({
    pattern: '^[0-9a-f]{64}$',
    description: 'hash of the entry before; of the id of the run for the first',
  }),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  at: text('RFC 3339, UTC. Only for people: nothing is ordered or decided by it'),
  actionId: Type.Union([Type.String(), Type.Null()], { description: 'of the action, the same over its attempts' }),
  idempotencyKey: Type.Union([Type.String(), Type.Null()], {
    description: 'the same over the attempts of one action; another one when it was asked for again',
  }),
  owner,
});
export type Stamp = Static<typeof stampSchema>;

export type Entry = EntryContent & Stamp;

/** As published. */
export const journalSchema = {
  $id: 'https://headgate.dev/schemas/journal.schema.json',
  title: 'One line of journal.ndjson',
  allOf: [stampSchema, entryContentSchema],
};
