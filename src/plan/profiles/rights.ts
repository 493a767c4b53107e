/**
 * What a profile comes to: mode × sandbox × permissions → rights. The one table of it; the one in docs/profiles.md is held equal to
 * this one, and tests walk it.
 */
import type { PlanProfile } from '../../ir/plan-profile-schema.ts';

export type RuntimeMode = PlanProfile['runtime']['mode'];
export type SandboxMode = PlanProfile['sandbox']['mode'];
export type Permissions = PlanProfile['permissions'];

export interface Rights {
  /** Where its programs run: in the sandbox that every component has, in one that is wider by name, or on the host as the user. */
  readonly place: 'sandbox' | 'named sandbox' | 'host';
  /** What the operator has to say first. */
  readonly needs: '--no-sandbox' | null;
  /** Probes may execute something in it. */
  readonly executingProbes: boolean;
  /** The standing text for runtime, browser and simulator work is put in front of what it is told. */
  readonly standingGuidance: boolean;
  /** What its worker may do unasked. */
  readonly permissions: Permissions;
  /** The same once its sandbox has passed its self-check in this run. */
  readonly permissionsChecked: Permissions;
}

/** What counts in the place of `approve-all` where that does not take effect: the most that is less. */
const withoutEffect: Permissions = 'approve-reads';

const places: Readonly<Record<SandboxMode, Pick<Rights, 'place' | 'needs'>>> = {
  inherit: { place: 'sandbox', needs: null },
  none: { place: 'host', needs: '--no-sandbox' },
  ref: { place: 'named sandbox', needs: null },
};

export function rightsIn(mode: RuntimeMode, sandbox: SandboxMode, permissions: Permissions): Rights {
  const evidence = mode === 'evidence';
  const kept = permissions === 'approve-all' ? withoutEffect : permissions;
  return {
    ...places[sandbox],
    executingProbes: evidence,
    standingGuidance: evidence,
    permissions: kept,
    // Nothing is ever more than what was configured.
    permissionsChecked: evidence && sandbox === 'ref' ? permissions : kept,
  };
}

export const rightsOf = ({ runtime, sandbox, permissions }: PlanProfile): Rights =>
  rightsIn(runtime.mode, sandbox.mode, permissions);

/** Its sandbox is to be checked from inside before `approve-all` takes effect; nothing else waits for that. */
export const needsSelfCheck = (profile: PlanProfile): boolean => {
  const { permissions, permissionsChecked } = rightsOf(profile);
  return permissions !== permissionsChecked;
};

/** Why `approve-all` does not take effect whatever a self-check says; undefined where it may, or was not asked for. */
export function whyNotApproved({ runtime, sandbox, permissions }: PlanProfile): string | undefined {
  if (permissions !== 'approve-all') return undefined;
  const missing = [
    ...(runtime.mode === 'evidence' ? [] : ['`runtime.mode: evidence`']),
    ...(sandbox.mode === 'ref' ? [] : ['`sandbox.mode: ref`']),
  ];
  return missing.length === 0 ? undefined : `\`approve-all\` takes ${missing.join(' and ')}`;
}
