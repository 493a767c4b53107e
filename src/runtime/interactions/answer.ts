/** What becomes of an answer. Pure, and the same for a run that lives and for one that does not. */
import type { FinalizeState } from '../../ir/workspace-status.ts';
import type { Interaction, InteractionAnswered } from '../journal/interactions.ts';
import { answeredOtherwise, type InteractionFault, notFinalized, unknownInteraction } from './fault.ts';

export interface Answering {
  readonly id: string;
  readonly answer: 'accepted' | 'rejected';
  /** What is said with it. */
  readonly reason?: string | undefined;
}

export type Judged =
  /** It was answered like that before. */
  { readonly known: Interaction } | { readonly record: InteractionAnswered } | { readonly fault: InteractionFault };

/** Rejecting changes nothing of what a workspace is, so it needs none to be finalized. */
export function judgeAnswer(
  run: string,
  all: ReadonlyMap<string, Interaction>,
  { id, answer, reason }: Answering,
  finalizeOf: (moniker: string) => FinalizeState | undefined,
): Judged {
  const known = all.get(id);
  if (!known) return { fault: unknownInteraction(run) };
  if (known.state !== 'open') return known.state === answer ? { known } : { fault: answeredOtherwise(id, known.state) };
  if (answer === 'accepted' && known.kind === 'request_confirmation') {
    const fault = notFinalized(run, known.component, finalizeOf(known.component));
    if (fault) return { fault };
  }
  return {
    record: { event: 'interaction-answered', id, answer, ...(reason === undefined ? {} : { reason }) },
  };
}
