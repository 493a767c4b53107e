/** What is told of the authority of a run, and what an operator may say of it. */
import type { Need } from '../../ir/authority.ts';
import type { PlanGrants } from '../../ir/plan-grants-schema.ts';
import type { Authority } from './authority.ts';
import { isRevokeReason, maxReason } from './revoke-reason.ts';
import type { DelegationTold } from './state.ts';

export interface AuthorityTold {
  /** Of the run. */
  readonly id: string;
  /** The file, as the plan names it; null where the run stands on its plan alone. */
  readonly delegation: string | null;
  readonly delegations: readonly DelegationTold[];
  readonly rights: ReturnType<Authority['rights']>;
}

export interface RevokeRefused {
  readonly code: 'delegation_unknown' | 'delegation_revoked' | 'reason_invalid' | 'run_over';
  readonly message: string;
  readonly remedy: string;
}

export const authorityTold = (
  id: string,
  grants: PlanGrants | undefined,
  authority: Pick<Authority, 'delegations' | 'rights'>,
  needs: readonly Need[],
): AuthorityTold => ({
  id,
  delegation: grants?.delegation ?? null,
  delegations: authority.delegations(),
  rights: authority.rights(needs),
});

/** Undefined when it is revoked, and stands in the journal. */
export function revokeIn(
  id: string,
  grants: PlanGrants | undefined,
  authority: Pick<Authority, 'revoke'>,
  delegation: string,
  reason: string,
): RevokeRefused | undefined {
  if (!isRevokeReason(reason))
    return {
      code: 'reason_invalid',
      message: 'it is not said why',
      remedy: `give a reason: one line of at most ${maxReason} characters`,
    };
  const done = authority.revoke(delegation, reason);
  if (done === 'revoked') return undefined;
  if (done === 'already')
    return {
      code: 'delegation_revoked',
      message: `\`${delegation}\` was revoked in run ${id} before`,
      remedy: `\`headgate authority list ${id}\` shows why`,
    };
  const known = (grants?.delegations ?? []).map((one) => one.id).join(', ');
  return {
    code: 'delegation_unknown',
    message: `run ${id} has no delegation \`${delegation}\``,
    remedy: known === '' ? 'it stands on its plan alone; stop it instead' : `it has ${known}`,
  };
}

/** Its headgate was killed: nobody is there who could be told, and it may go on. */
export const revokeInterrupted = (id: string): RevokeRefused => ({
  code: 'run_over',
  message: `run ${id} was interrupted, and no process has it`,
  remedy: `take the entry out of the file of the delegations before \`headgate resume ${id}\`, or revoke it when it goes on`,
});

export const revokeOver = (id: string): RevokeRefused => ({
  code: 'run_over',
  message: `run ${id} has ended, or has not begun`,
  remedy: 'take the entry out of the file of the delegations: `headgate resume` reads it again',
});
