/** Asks a program to end, and ends it after its grace; what cannot be written down is done all the same. */
import type { Handler } from './handler.ts';

export const processStop: Handler = {
  replay: 'safe',
  undo: null,
  // Whatever was to be ended has ended with the process that started it.
  reconcile: async () => ({ state: 'succeeded' }),
  perform: async (run, { target }) => {
    await run.lives.get(target ?? '')?.stop('the run ends', run.graceMs);
    return true;
  },
};
