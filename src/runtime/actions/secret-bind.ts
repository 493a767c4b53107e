/** Which values are bound to which components, and never a value: those are in memory alone. What can be known of them is asked for here. */
import { recorded } from '../journal/record.ts';
import { endedWithItsProcess, type Handler } from './handler.ts';

export const secretBind: Handler = {
  replay: 'safe',
  undo: null,
  reconcile: endedWithItsProcess,
  perform: (run, action, on) => {
    const secrets = run.secrets.declared.map(({ consumers, ...one }) => ({ ...one, consumers: [...consumers] }));
    return recorded(run.record, action, on, {}, async () => {
      const blocked = await run.secrets.check(run.stopping);
      run.refuse(blocked);
      const fault = blocked.map(({ gate, subject }) => `${gate} ${subject}`).join('; ');
      return blocked.length === 0 ? { value: true, data: { secrets } } : { value: false, data: { secrets }, fault };
    });
  },
};
