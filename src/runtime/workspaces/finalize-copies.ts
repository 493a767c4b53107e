/** What somebody asks for about copies that are not finalized. */
import { pathText } from '../../adapters/sync/byte-path.ts';
import type { Remains } from '../../adapters/sync/git/move-back.ts';
import { copyAction } from '../../ir/action.ts';
import type { Standing } from '../../ports/authority.ts';
import type { WorkspaceFault } from '../../ports/workspaces.ts';
import type { CopyRecord } from '../journal/copies.ts';
import { finalizeDenied } from './denied.ts';
import { finalizeCopy } from './finalize.ts';
import type { FinalizeHow, FinalizeRefused } from './finalize-request.ts';
import { mergeFrom } from './merge-file.ts';
import type { FinalizeContext, RunCopy } from './run-copies.ts';
import { finalizeStateOf } from './state-of.ts';

/** By a moniker or its id; undefined names all. */
export const isNamed = ({ id, users }: Pick<RunCopy, 'id' | 'users'>, component: string | undefined): boolean =>
  component === undefined || id === component || users.includes(component);

/** Copies that are asked about; all that are not finalized unless `component`, a moniker or the id of a copy, is given. */
export function asked(
  { id, state }: FinalizeContext,
  copies: readonly RunCopy[],
  component: string | undefined,
): readonly RunCopy[] | FinalizeRefused {
  const named = copies.filter((one) => isNamed(one, component));
  if (named.length === 0) return unknownCopy(id, copies, component);
  const open = named.filter((copy) => {
    const at = finalizeStateOf(state(), copy.id, true);
    return state().copies.get(copy.id) !== undefined && at !== 'succeeded' && at !== 'abandoned';
  });
  return open.length > 0 ? open : nothingOpen(id, component);
}

/** Each in turn; what becomes of one keeps nobody from the next. Throws when it cannot be written down. */
export async function finalizeAll(
  run: FinalizeContext,
  copies: readonly RunCopy[],
  how: FinalizeHow,
): Promise<readonly string[]> {
  for (const copy of copies) {
    if ('abandon' in how) await abandon(run, copy, how.abandon);
    else await finalizeOne(run, copy);
  }
  return copies.map(({ id }) => id);
}

async function finalizeOne(run: FinalizeContext, copy: RunCopy): Promise<void> {
  const action = copyAction('workspace.finalize', copy.id);
  const on = run.authority.stand(action);
  if ('blocked' in on) return finalizeDenied(run, copy, on.blocked);
  try {
    await finalizeCopy(run, copy, on);
  } finally {
    run.authority.over(action);
  }
}

/** What a process that was ended had applied of it is taken back first: half of the changes is what nobody wanted. */
async function abandon(run: FinalizeContext, copy: RunCopy, reason: string): Promise<void> {
  const { staged } = run.state().copies.get(copy.id) ?? {};
  const action = copyAction('workspace.finalize', copy.id);
  const on = run.authority.back(action);
  const attempt = run.record.begin(action, on, { reason });
  const back = await takenBack(run, copy, staged, on);
  const fault = 'fault' in back ? back.fault : undefined;
  if (fault) {
    const { code, message, remedy } = fault;
    run.record.outcome(action, attempt, { state: 'failed', fault: message, workspace: { code, remedy } });
    return;
  }
  const remains = 'remains' in back && back.remains ? `${reason} (${remainsText(back.remains)})` : reason;
  run.record.outcome(action, attempt, { state: 'cancelled', workspace: { abandoned: remains } });
}

async function takenBack(
  { store, sources: sourcesOn }: FinalizeContext,
  copy: RunCopy,
  staged: CopyRecord['staged'],
  on: Standing,
): Promise<{ readonly fault: WorkspaceFault } | { readonly remains?: Remains }> {
  const sources = sourcesOn(on);
  const bytes = staged && store.get(staged.merge);
  const isGit = copy.declared.kind === 'git_worktree';
  // Who was ended before it wrote down that something lies ready has applied nothing of it.
  if (!bytes && (staged || !isGit)) {
    if (!staged) sources.clear(copy);
    return {};
  }
  const lock = await sources.lock(copy);
  // What nobody can reach has nothing to be taken back, where nothing lay ready.
  if ('fault' in lock) return staged ? lock : {};
  try {
    const history = isGit ? await sources.revertHistory(copy) : {};
    if ('fault' in history) return history;
    if (staged && bytes) {
      const stays = new Set(history.remains?.paths);
      const { fault } = await sources.revert(copy, staged.staging, mergeFrom(bytes), stays);
      if (fault) return { fault };
      sources.unstage(copy, staged.staging);
    }
    // Also what was laid ready and never written down.
    sources.clear(copy);
    return history;
  } finally {
    await lock.release();
  }
}

/** Of files of later commits. */
const mostNamed = 5;

function remainsText({ branch, commit, head, paths }: Remains): string {
  const name = branch === null ? 'HEAD' : branch.replace(/^refs\/heads\//, '');
  const named = paths.slice(0, mostNamed).map(pathText).join(', ');
  const more = paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : '';
  return `${name} stays at ${head.slice(0, 12)}, which was committed upon ${commit.slice(0, 12)} of the task, and so do the files of these commits: ${named}${more}`;
}

function unknownCopy(run: string, copies: readonly RunCopy[], component: string | undefined): FinalizeRefused {
  const known = copies.flatMap(({ users }) => users).join(', ');
  return {
    code: 'workspace_unknown',
    message:
      component === undefined
        ? `run ${run} has no workspaces`
        : `no workspace of run ${run} is that of \`${component}\``,
    remedy: known === '' ? 'its settings declare none that a component works on' : `workspaces are those of ${known}`,
  };
}

const nothingOpen = (run: string, component: string | undefined): FinalizeRefused => ({
  code: 'nothing_to_finalize',
  message: `${component === undefined ? `every workspace of run ${run}` : `the workspace of \`${component}\``} is finalized, or was given up`,
  remedy: `\`headgate status ${run}\` shows what became of it`,
});
