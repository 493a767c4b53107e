/** Finalizing on request while the run goes on: by the process that drives it. */
import { actionId, copyAction } from '../../ir/action.ts';
import type { RunContext } from '../run-context.ts';
import { asked, finalizeAll } from './finalize-copies.ts';
import type { FinalizeHow, FinalizeRefused } from './finalize-request.ts';
import type { RunCopy } from './run-copies.ts';
import { startsOf } from './starts-of.ts';

/** Answers the ids of the copies that were asked for. */
export function createFinalizer(
  run: RunContext,
  isOver: () => boolean,
): (component: string | undefined, how: FinalizeHow) => Promise<FinalizeRefused | readonly string[]> {
  const { copies, id } = run.workspaces;
  return async (component, how) => {
    if (isOver()) return over(id);
    const open = asked(run.workspaces, copies, component);
    if ('code' in open) return open;
    const inFlight = open.find((copy) => run.state().copies.get(copy.id)?.finalize === 'begun');
    if (inFlight) return busy(id, inFlight);
    const used = open.map((copy) => [copy, userOf(run, copy)] as const).find(([, user]) => user !== undefined);
    if (used) return inUse(used[0], used[1] ?? '');
    return finalizeAll(run.workspaces, open, how);
  };
}

/** Who works in it now, or is going to. */
function userOf(run: RunContext, copy: RunCopy): string | undefined {
  const { actions } = run.state();
  const isWorking = startsOf(copy).some((id) => {
    const record = actions.get(id);
    return record !== undefined && record.phase !== 'over';
  });
  const waiting = copy.users.find((moniker) => {
    const state = run.lives.get(moniker)?.status().state;
    return state !== undefined && state !== 'finished' && state !== 'failed' && state !== 'stopped';
  });
  return (
    waiting ??
    (isWorking && run.state().actions.has(actionId(copyAction('workspace.prepare', copy.id)))
      ? copy.users[0]
      : undefined)
  );
}

const over = (id: string): FinalizeRefused => ({
  code: 'run_lives',
  message: `run ${id} is ending`,
  remedy: 'ask again when it has ended',
});

const busy = (run: string, { id }: RunCopy): FinalizeRefused => ({
  code: 'finalize_in_flight',
  message: `workspace \`${id}\` is being finalized`,
  remedy: `wait; \`headgate status ${run}\` shows what becomes of it`,
});

const inUse = ({ id }: RunCopy, user: string): FinalizeRefused => ({
  code: 'workspace_in_use',
  message: `${user} works in workspace \`${id}\`, or is going to`,
  remedy: 'wait until it has ended, or stop the run',
});
