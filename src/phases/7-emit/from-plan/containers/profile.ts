/** What a program is told of its profile: the variables and the file that a run gives it too. */
import { guidanceOf } from '../../../../plan/profiles/guidance.ts';
import type { ProfileOf } from '../../../../plan/profiles/profile-of.ts';
import { rightsOf } from '../../../../plan/profiles/rights.ts';
import { permissionVariables, profileVariables } from '../../../../plan/profiles/variables.ts';
import type { MountedFile } from './files.ts';

const guidancePath = '/run/headgate/guidance';

export function profileParts(
  profile: ProfileOf,
  service: string,
): { readonly env: Readonly<Record<string, string>>; readonly files: readonly MountedFile[] } {
  // Nothing tries the sandbox from inside here, so `approve-all` never takes effect.
  const variables = {
    ...profileVariables(profile, { guidance: guidancePath }),
    ...permissionVariables(rightsOf(profile.profile).permissions),
  };
  return {
    env: variables,
    files: [{ from: `config/${service}/guidance`, target: guidancePath, content: guidanceOf(profile) }],
  };
}
