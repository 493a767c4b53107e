/** Which profile a component runs with, and the sandbox that it names. */
import { own } from '../../base/json.ts';
import type { PlanProfile, PlanSandbox } from '../../ir/plan-profile-schema.ts';
import type { PlanRuntime } from '../../ir/plan-runtime-schema.ts';

export interface ProfileOf {
  readonly name: string;
  readonly profile: PlanProfile;
  /** Undefined unless the profile names one. */
  readonly sandbox?: { readonly name: string } & PlanSandbox;
}

/** Of components that name none, where it is declared. */
export const usualProfile = 'default';

/** What a plan without profiles says of every component. */
export const undeclared: PlanProfile = {
  runtime: { mode: 'default' },
  sandbox: { mode: 'inherit' },
  permissions: 'deny-all',
};

export const profileNameOf = (moniker: string, runtime: PlanRuntime | undefined): string =>
  own(runtime?.components ?? {}, moniker)?.profile ?? usualProfile;

/** Undefined where none is declared: it then runs as `undeclared` says, and is told nothing. */
export function profileOf(moniker: string, runtime: PlanRuntime | undefined): ProfileOf | undefined {
  const name = profileNameOf(moniker, runtime);
  const profile = own(runtime?.profiles ?? {}, name);
  if (!profile) return undefined;
  const { mode, ref } = profile.sandbox;
  const sandbox = mode === 'ref' && ref !== undefined ? own(runtime?.sandboxes ?? {}, ref) : undefined;
  return { name, profile, ...(sandbox && ref !== undefined ? { sandbox: { name: ref, ...sandbox } } : {}) };
}
