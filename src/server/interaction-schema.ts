/** What is said and taken about interactions and finalizes, and on the channel of a component; see schema.ts. */
import { type Static, Type } from '@sinclair/typebox';
import type { JsonObject } from '../base/json.ts';
import { list, literals, number, optional, text } from '../ir/wire-build.ts';
import { finalizeStates, interactionKinds, type WorkspaceStatus } from '../ir/workspace-status.ts';

/** One thing that a component has asked for. */
export const InteractionTold = Type.Object({
  id: text('unique within the run'),
  component: text('moniker of who asks'),
  kind: literals(interactionKinds, 'a confirmation is waited for, and suggestions are not'),
  message: text('values of secrets are replaced'),
  payload: optional(Type.Unsafe<JsonObject>({ type: 'object', description: 'likewise' })),
  state: literals(['open', 'accepted', 'rejected'], 'whether it was answered, and how'),
  reason: optional(text('what was said with the answer')),
});
export type InteractionTold = Static<typeof InteractionTold>;

export const InteractionsTold = Type.Object({
  id: text('of the run'),
  interactions: list(InteractionTold, 'in the order in which it was asked'),
});
export type InteractionsTold = Static<typeof InteractionsTold>;

const asking = {
  kind: literals(interactionKinds, 'a confirmation is waited for, and suggestions are not'),
  message: text('at most 8 KiB, without control characters but line breaks and tabs'),
  payload: optional(
    Type.Unsafe<JsonObject>({ type: 'object', description: 'at most 64 KiB as canonical JSON, nested 32 deep' }),
  ),
};

/** On the channel of a component, which tells who it is. */
export const ComponentAsks = Type.Object(asking, { additionalProperties: false });

/** From the operator. */
export const OperatorAsks = Type.Object(
  {
    ...asking,
    component: optional(text('for which one; not needed where only one could be meant')),
  },
  { additionalProperties: false },
);

export const AnswerGiven = Type.Object({ reason: optional(text('one line')) }, { additionalProperties: false });

export const FinalizeRequest = Type.Union([
  Type.Object(
    {
      component: optional(text('a moniker, or the id of a copy; all that are not finalized unless given')),
      retry: Type.Literal(true),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      component: optional(text('a moniker, or the id of a copy; all that are not finalized unless given')),
      abandon: text('why its changes are given up'),
    },
    { additionalProperties: false },
  ),
]);

export const FinalizedTold = Type.Object({
  id: text('of the run'),
  workspaces: Type.Unsafe<WorkspaceStatus[]>(
    Type.Array(
      Type.Object({
        id: text('of the copy'),
        finalize: literals(finalizeStates, 'what became of it'),
      }),
      { description: 'those that were asked for, as they are by now' },
    ),
  ),
});
export type FinalizedTold = Static<typeof FinalizedTold>;

/** `data` of server-sent events on the channel of a component, of itself alone. */
export const componentEvents = {
  run: Type.Object({ id: text('of the run'), component: text('moniker of the one that listens') }),
  state: Type.Object({
    moniker: Type.String(),
    state: literals(
      ['waiting', 'starting', 'ready', 'restarting', 'finished', 'failed', 'stopped'],
      'what it is doing',
    ),
    restarts: number('that its settings made, in this process of the run'),
  }),
  interaction: Type.Object({
    id: text('of what was asked'),
    kind: InteractionTold.properties.kind,
    state: InteractionTold.properties.state,
    reason: InteractionTold.properties.reason,
  }),
} as const;
export type ComponentEventName = keyof typeof componentEvents;
