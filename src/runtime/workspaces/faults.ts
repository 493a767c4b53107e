/** Why a copy was not finalized, in words for whoever has to do something about it. */
import { pathText } from '../../adapters/sync/byte-path.ts';
import type { Conflict, Merge } from '../../ir/workspace.ts';
import type { CopyOf } from '../../plan/workspaces/copies.ts';
import type { WorkspaceFault } from '../../ports/workspaces.ts';

/** Each of thousands would hide the others. */
const mostTold = 5;

export function inConflict(run: string, copy: CopyOf, pending: readonly Conflict[]): WorkspaceFault {
  const named = pending.slice(0, mostTold).map(({ path }) => `\`${pathText(path)}\``);
  const more = pending.length > named.length ? ` and ${pending.length - named.length} more` : '';
  return {
    code: 'workspace_conflict',
    message: `both sides changed ${named.join(', ')}${more}, and the source keeps what it has${heldText(pending)}`,
    remedy: `\`headgate workspace conflicts ${run}\` shows each; resolve them, then \`${retryOf(run, copy)}\``,
  };
}

function heldText(pending: readonly Conflict[]): string {
  const texts = pending.flatMap(({ path, held }) =>
    held === undefined
      ? []
      : [
          `; \`${pathText(path)}\` cannot make room: \`${pathText(held)}\` in it is ignored, excluded or new, and is not removed`,
        ],
  );
  return texts.slice(0, mostTold).join('');
}

export const suspicious = (
  run: string,
  copy: CopyOf,
  { files, gone }: NonNullable<Merge['suspicious']>,
): WorkspaceFault => ({
  code: 'suspicious_deletion',
  message: `${gone} of ${files} files are gone from the copy, so nothing was changed in the source`,
  remedy: `\`headgate workspace diff ${run}\` shows which; put them back and \`${retryOf(run, copy)}\`, or \`${abandonOf(run, copy)}\``,
});

export const copyGone = (run: string, copy: CopyOf): WorkspaceFault => ({
  code: 'workspace_gone',
  message: 'its copy, or what is known of its beginning, is not there any more, so what was done in it is lost',
  remedy: `put the state folder back as it was, or \`${abandonOf(run, copy)}\``,
});

/**
 * In a remedy of those who know neither the run nor the copy, the commands are put in full. `folder` is where the files of the copy are,
 * for those who are told to give it up.
 */
export function withCommands(run: string, copy: CopyOf, fault: WorkspaceFault, folder?: string): WorkspaceFault {
  const isAbandon = fault.remedy.includes(bareAbandon);
  const remedy = fault.remedy
    .replace(bareAbandon, `\`${abandonOf(run, copy)}\``)
    .replace(/(?:, and|; then) finalize again$/, `, then \`${retryOf(run, copy)}\``);
  return { ...fault, remedy: isAbandon && folder !== undefined ? `${remedy}; its files are in ${folder}` : remedy };
}
const bareAbandon = '`headgate finalize --abandon REASON`';

/** It was asked to be taken over before there was anything. */
export const copyUnmade = (run: string): WorkspaceFault => ({
  code: 'workspace_unmade',
  message: 'no copy was made yet, so nothing was done in it',
  remedy: `\`headgate resume ${run}\` makes it`,
});

export const retryOf = (run: string, { id }: Pick<CopyOf, 'id'>): string => `headgate finalize ${run} ${id} --retry`;
export const abandonOf = (run: string, { id }: Pick<CopyOf, 'id'>): string =>
  `headgate finalize ${run} ${id} --abandon REASON`;
