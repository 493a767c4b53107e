/** A program that is to be there: its effect is had when its ports are open, and lives on until `process.stop`. */
import { performStart } from './component/perform-start.ts';
import type { Found, Handler } from './handler.ts';

export const processStart: Handler = {
  replay: 'check',
  undo: 'process.stop',
  reconcile: async ({ placement, authority }, { action, attempt }): Promise<Found> => {
    const { target } = action;
    const end = target === null ? undefined : await placement.of(target).endOf(target, attempt, authority.back(action));
    // Where it cannot be asked it may still run, and is not to run twice; elsewhere it ended with the headgate that started it.
    if (end?.unreachable) return { state: 'unknown', ...(end.fault === undefined ? {} : { exit: end.fault }) };
    return { state: 'cancelled' };
  },
  perform: performStart,
};
