/** A finalize that has nothing to stand on: what was done stays in its copy, and the journal says why. */
import { copyAction } from '../../ir/action.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { FinalizeContext, RunCopy } from './run-copies.ts';

export function finalizeDenied(
  { record, authority }: Pick<FinalizeContext, 'record' | 'authority'>,
  copy: Pick<RunCopy, 'id'>,
  blocked: readonly Blocked[],
): void {
  const action = copyAction('workspace.finalize', copy.id);
  const attempt = record.begin(action, authority.back(action));
  const fault = blocked.map(({ reasons }) => reasons.join('; ')).join('; ');
  const remedy = blocked[0]?.remedy ?? '';
  record.outcome(action, attempt, { state: 'failed', fault, workspace: { code: 'authority_missing', remedy } });
}
