/** Makes what one component, or the outside, may reach: edges, storage, ways out, exports. */
import type { SizedStorage } from '../../ports/environment.ts';
import { recorded } from '../journal/record.ts';
import { grantsOfSubject } from '../run-context.ts';
import { endedWithItsProcess, type Handler } from './handler.ts';

interface Applied {
  readonly value: boolean;
  readonly fault?: string;
  readonly data?: { readonly storage: SizedStorage[] };
}

export const grantApply: Handler = {
  replay: 'check',
  undo: 'grant.revoke',
  // Sockets are gone with the process that held them, and what stays of storage is found again.
  reconcile: endedWithItsProcess,
  perform: (run, action, on) => {
    const { subject, grants } = grantsOfSubject(run, action);
    const apply = async (): Promise<Applied> => {
      const granted = await run.placement.of(subject).apply(subject, grants, on);
      if ('blocked' in granted) {
        run.refuse(granted.blocked);
        return { value: false, fault: granted.blocked.map(({ gate }) => gate).join(', ') };
      }
      run.exported(granted.exports);
      const { storage } = granted;
      return { value: true, ...(storage.length > 0 ? { data: { storage: [...storage] } } : {}) };
    };
    return recorded(run.record, action, on, { grants: [...grants] }, apply, run.record.beginTogether);
  },
};
