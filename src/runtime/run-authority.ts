/** What a run says of its authority, and how some of it is taken away, whether or not it is driven. */
import { authorityBefore, type Before } from './authority/before.ts';
import { authorityTold, revokeIn, revokeOver } from './authority/told.ts';
import type { Drive } from './drive-options.ts';
import type { Opened } from './open-run.ts';
import type { Run } from './run-options.ts';

export function authorityIn(
  { id, plan, known }: Pick<Opened, 'id' | 'plan' | 'known'>,
  driver: Pick<Drive, 'authority'> | undefined,
  isOver: () => boolean,
  before: Omit<Before, 'revoked'>,
): Pick<Run, 'authority' | 'revoke'> {
  const grants = plan.runtime?.grants;
  const { authority, needs } = driver
    ? { authority: driver.authority, needs: driver.authority.needs.all }
    : authorityBefore(plan, { ...before, revoked: known.state().revoked });
  return {
    authority: () => authorityTold(id, grants, authority, needs()),
    revoke: (delegation, reason) =>
      isOver() || !driver ? revokeOver(id) : revokeIn(id, grants, authority, delegation, reason),
  };
}
