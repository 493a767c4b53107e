/** Which values are bound to which components, and never a value: those are in memory alone. */
import { recorded } from '../journal/record.ts';
import { endedWithItsProcess, type Handler } from './handler.ts';

export const secretBind: Handler = {
  replay: 'safe',
  undo: null,
  reconcile: endedWithItsProcess,
  perform: (run, action) => {
    const secrets = run.plan.config.leaves
      .filter(({ secret, consumers }) => secret && consumers.length > 0)
      .map(({ path, consumers }) => ({ path, consumers: [...consumers] }));
    return recorded(run.record, action, {}, async () => ({ value: true, data: { secrets } }));
  },
};
