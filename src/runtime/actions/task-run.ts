/** A program with an end: its effect is had once, when it has ended in order. */

import { exitText } from '../../base/exit-text.ts';
import { performStart } from './component/perform-start.ts';
import type { Found, Handler } from './handler.ts';

export const taskRun: Handler = {
  replay: 'never',
  undo: 'process.stop',
  reconcile: async ({ placement, authority }, { action, attempt, state, exit }): Promise<Found> => {
    const { target } = action;
    if (state !== undefined || target === null)
      return { state: state ?? 'unknown', ...(exit === undefined ? {} : { exit }) };
    const end = await placement.of(target).endOf(target, attempt, authority.back(action));
    if (end === undefined || end.unreachable) return { state: 'unknown' };
    const told = { exit: exitText(end.code, end.signal), from: 'exit record' };
    // A signal that nobody heard of may have been headgate's own: it cut the task off in the middle.
    if (end.signal !== null) return { state: 'unknown', ...told };
    return { state: end.code === 0 ? 'succeeded' : 'failed', ...told };
  },
  perform: performStart,
};
