/** What a profile means for one component, in the words of the plan. */
import { sortedBy } from '../../base/order.ts';
import type { PlanProfile, PlanSandbox } from '../../ir/plan-profile-schema.ts';
import type { PlanRuntime } from '../../ir/plan-runtime-schema.ts';
import { profileOf } from '../profiles/profile-of.ts';
import { rightsOf, whyNotApproved } from '../profiles/rights.ts';

export interface ProfileExplanation {
  readonly name: string;
  readonly mode: PlanProfile['runtime']['mode'];
  readonly place: 'sandbox' | 'named sandbox' | 'host';
  /** What the operator has to say first. */
  readonly needs: '--no-sandbox' | null;
  /** With what is wider in it; absent unless the profile names one. */
  readonly sandbox?: { readonly name: string } & PlanSandbox;
  readonly permissions: {
    readonly configured: PlanProfile['permissions'];
    readonly effective: PlanProfile['permissions'];
    /** Once the sandbox has passed its self-check. */
    readonly checked: PlanProfile['permissions'];
    /** Why what is configured takes no effect, whatever a self-check says. */
    readonly why?: string;
  };
  readonly executingProbes: boolean;
  readonly worker?: NonNullable<PlanProfile['worker']>;
  readonly budget?: NonNullable<PlanProfile['budget']>;
}

/** Undefined where none is declared. */
export function profilePart(moniker: string, runtime: PlanRuntime | undefined): ProfileExplanation | undefined {
  const found = profileOf(moniker, runtime);
  if (!found) return undefined;
  const { name, profile, sandbox } = found;
  const { place, needs, permissions, permissionsChecked, executingProbes } = rightsOf(profile);
  const why = whyNotApproved(profile);
  return {
    name,
    mode: profile.runtime.mode,
    place,
    needs,
    ...(sandbox ? { sandbox } : {}),
    permissions: {
      configured: profile.permissions,
      effective: permissions,
      checked: permissionsChecked,
      ...(why === undefined ? {} : { why }),
    },
    executingProbes,
    ...(profile.worker ? { worker: profile.worker } : {}),
    ...(profile.budget ? { budget: profile.budget } : {}),
  };
}

/** One thing a line. */
export function profileLines(profile: ProfileExplanation | undefined): readonly string[] {
  if (!profile) return [];
  const { name, mode, place, needs, sandbox, permissions, worker, budget } = profile;
  const where = sandbox
    ? `sandbox ${sandbox.name}`
    : place === 'host'
      ? 'on the host'
      : 'the sandbox of every component';
  const wider = sandbox && Object.entries(sandbox).filter(([field]) => field !== 'name');
  return [
    `${name}: mode ${mode}, ${where}${needs === null ? '' : `, with ${needs} alone`}`,
    `permissions ${permissionsText(permissions)}`,
    ...(wider && wider.length > 0 ? [`wider: ${fieldsText(wider)}`] : []),
    ...(worker ? [`worker ${workerText(worker)}`] : []),
    ...(budget ? [`budget ${fieldsText(Object.entries(budget))}`] : []),
  ];
}

function permissionsText({ configured, effective, checked, why }: ProfileExplanation['permissions']): string {
  if (why !== undefined) return `${effective}: ${why}`;
  if (checked === effective) return configured;
  return `${checked} once its sandbox has passed its self-check, ${effective} otherwise`;
}

function workerText({
  agent,
  chosenBy,
  provider,
  model,
  capabilities = [],
}: NonNullable<ProfileExplanation['worker']>): string {
  const parts = [
    ...(agent === undefined ? [] : [chosenBy === undefined ? agent : `${agent} (by \`${chosenBy}\`)`]),
    ...(provider === undefined ? [] : [`provider ${provider}`]),
    ...(model === undefined ? [] : [`model ${model}`]),
    ...(capabilities.length === 0 ? [] : [`capabilities ${capabilities.join(',')}`]),
  ];
  return parts.join(', ');
}

/** In one order, whether the plan was just made or read from a file. */
const fieldsText = (fields: readonly (readonly [string, unknown])[]): string =>
  sortedBy(fields, ([field]) => field)
    .map(([field, value]) => `${field} ${Array.isArray(value) ? value.join(',') : String(value)}`)
    .join(', ');
