/** What components have asked for, and what became of it. */
import type { InteractionStatus } from '../../ir/workspace-status.ts';
import type { Entry } from '../../language/journal/entry.ts';

type OfRun<Event extends string> = Extract<
  Extract<Entry, { readonly type: 'progress'; readonly action: null }>['data'],
  { readonly event: Event }
>;
export type InteractionAsked = OfRun<'interaction-asked'>;
export type InteractionAnswered = OfRun<'interaction-answered'>;

export interface Interaction extends InteractionStatus {
  /** Digest of the `Idempotency-Key` that came with it. */
  readonly key?: string;
  /** How often its component had been asked for again by then: what is asked before a task runs again is about what it did before. */
  readonly generation: number;
  /** Characters of what was asked, about. */
  readonly size: number;
}

export interface InteractionFold {
  readonly asked: (data: InteractionAsked, generation: number) => void;
  readonly answered: (data: InteractionAnswered) => void;
  /** By id, in the order in which they were asked. */
  readonly all: ReadonlyMap<string, Interaction>;
}

export function createInteractionFold(): InteractionFold {
  const all = new Map<string, Interaction>();
  return {
    all,
    asked: ({ event: _, ...asked }, generation) => {
      all.set(asked.id, { ...asked, state: 'open', generation, size: sizeOf(asked) });
    },
    answered: ({ id, answer, reason }) => {
      const known = all.get(id);
      if (known) all.set(id, { ...known, state: answer, ...(reason === undefined ? {} : { reason }) });
    },
  };
}

export const sizeOf = ({ message, payload }: Pick<InteractionStatus, 'message' | 'payload'>): number =>
  message.length + (payload === undefined ? 0 : JSON.stringify(payload).length);

/** As it is told. */
export const interactionStatus = ({ key: _, generation: __, size: ___, ...told }: Interaction): InteractionStatus =>
  told;

/** Confirmations that the component has asked for since it was last asked for again. */
export function confirmationsOf(
  { interactions }: { readonly interactions: ReadonlyMap<string, Interaction> },
  component: string,
  generation: number,
): readonly Interaction[] {
  return [...interactions.values()].filter(
    (one) => one.component === component && one.kind === 'request_confirmation' && one.generation === generation,
  );
}
