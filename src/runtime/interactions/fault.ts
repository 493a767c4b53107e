/** Why an interaction is not taken, or not answered. */
import type { FinalizeState } from '../../ir/workspace-status.ts';

export interface InteractionFault {
  readonly code:
    | 'too_many_interactions'
    | 'idempotency_key_reused'
    | 'component_unknown'
    | 'interaction_unknown'
    | 'interaction_answered'
    | 'workspace_not_finalized'
    | 'verdict_signed'
    | 'run_over';
  readonly message: string;
  readonly remedy: string;
  /** Of `workspace_not_finalized`: what is known of the finalize of the workspace of whoever asks. */
  readonly state?: 'pending' | 'in_flight' | 'failed' | 'unknown';
  /** Of `workspace_not_finalized`: whether the same request may do later, without a command that does something about it. */
  readonly retryable?: boolean;
}

export const runOver = (run: string): InteractionFault => ({
  code: 'run_over',
  message: `run ${run} is over, or is ending`,
  remedy: `\`headgate interactions ${run}\` lists what was asked, and \`headgate accept ${run} ID\` answers it`,
});

export const unknownInteraction = (run: string): InteractionFault => ({
  code: 'interaction_unknown',
  message: 'nothing was asked with this id',
  remedy: `\`headgate interactions ${run}\` lists what was asked`,
});

export const answeredOtherwise = (id: string, state: string): InteractionFault => ({
  code: 'interaction_answered',
  message: `interaction ${id} was ${state} already, and is not answered twice`,
  remedy: 'nothing is left to do; who needs another answer has to ask again',
});

/** Undefined where a request for confirmation may be accepted. */
export function notFinalized(
  run: string,
  component: string,
  finalize: FinalizeState | undefined,
): InteractionFault | undefined {
  const [why, remedy, retryable] = unfinalized(run, component)[finalize ?? 'succeeded'];
  if (finalize === undefined || finalize === 'succeeded' || finalize === 'abandoned') return undefined;
  const message = `the workspace of ${component} is not finalized: ${why}`;
  return { code: 'workspace_not_finalized', message, remedy, state: finalize, retryable };
}

const unfinalized = (
  run: string,
  component: string,
): Readonly<Record<FinalizeState, readonly [why: string, remedy: string, retryable: boolean]>> => {
  const retry = `\`headgate finalize ${run} ${component} --retry\``;
  const abandon = `\`headgate finalize ${run} ${component} --abandon REASON\``;
  return {
    pending: [
      'nobody has begun to finalize it',
      `ask again when ${component} has ended; where it has, ${retry} takes its changes over, and ${abandon} gives them up`,
      true,
    ],
    in_flight: ['it is being finalized now', 'ask again in a moment', true],
    failed: ['its finalize failed', `${retry} tries it once more, and ${abandon} gives its changes up`, false],
    unknown: [
      'whoever did it was ended in the middle',
      `\`headgate resume ${run}\` or ${retry} finds out and goes on; ${abandon} gives its changes up`,
      true,
    ],
    succeeded: ['', '', false],
    abandoned: ['', '', false],
  };
};
