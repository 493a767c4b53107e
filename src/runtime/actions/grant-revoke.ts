/** Takes away what `grant.apply` made; what cannot be written down any more is taken away all the same. */
import { whileWritable } from '../journal/writable.ts';
import { grantsOfSubject } from '../run-context.ts';
import type { Handler } from './handler.ts';

export const grantRevoke: Handler = {
  replay: 'safe',
  undo: null,
  reconcile: async () => ({ state: 'succeeded' }),
  perform: async (run, action, on) => {
    const { subject, grants } = grantsOfSubject(run, action);
    const attempt = await whileWritable(() => run.record.beginTogether(action, on, { grants: [...grants] }));
    await run.placement.of(subject).revoke(subject, on);
    if (attempt !== undefined)
      await whileWritable(() => run.record.outcomeTogether(action, attempt, { state: 'succeeded' }));
    return true;
  },
};
