/** What keeps a run from being complete because somebody said no. */
import { oneLine } from '../../base/one-line.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { RunState } from '../journal/fold.ts';
import { confirmationsOf, type Interaction } from '../journal/interactions.ts';

/** O(actions + interactions). */
export const rejectedConfirmations = (
  run: string,
  state: Pick<RunState, 'actions' | 'interactions'>,
): readonly Blocked[] =>
  [...state.actions.values()].flatMap(({ action: { type, target }, state: became, generation }) => {
    if (type !== 'gate.confirm' || became !== 'failed' || target === null) return [];
    const rejected = confirmationsOf(state, target, generation).filter((one) => one.state === 'rejected');
    // What was asked again since has not been answered.
    if (rejected.length === 0) return [];
    return [
      {
        gate: 'confirmation_rejected',
        subject: target,
        reasons: rejected.map(rejectedText),
        remedy: `\`headgate resume ${run} --redo ${target}\` has it done once more`,
      },
    ];
  });

export const rejectedText = ({ id, message, reason }: Pick<Interaction, 'id' | 'message' | 'reason'>): string =>
  `confirmation ${id} was rejected (${oneLine(message, 80)})${reason === undefined ? '' : `: ${oneLine(reason, 200)}`}`;
