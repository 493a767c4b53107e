/** What the plan says of how each component runs, and what holds where it says nothing. */
import { parseGrant } from '../adapters/relay/egress-grants.ts';
import { own } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { suggest } from '../base/suggest.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { metersIn } from '../plan/profiles/budgets.ts';
import { limitsOf } from '../plan/profiles/limits.ts';
import { type ProfileOf, profileOf } from '../plan/profiles/profile-of.ts';
import { restartLimits } from './actions/component/restarts.ts';
import type { ComponentSpec } from './component.ts';

export interface Settled extends Pick<ComponentSpec, 'restart' | 'restarts' | 'readyMs' | 'budget' | 'control'> {
  /** What it may reach outside, as `host:port`. */
  readonly grants: readonly string[];
  /** What happens when a secret is rotated, by config path; nothing where there is no entry. */
  readonly rotation: Readonly<Record<string, 'restart' | 'file'>>;
  /** Undefined where none is declared. */
  readonly profile: ProfileOf | undefined;
}

/** The one place that reads them. */
export function settledFor(
  moniker: string,
  { runtime, policies }: Pick<DeploymentPlan, 'runtime' | 'policies'>,
): Settled {
  const settings = own(runtime?.components ?? {}, moniker) ?? {};
  const profile = profileOf(moniker, runtime);
  return {
    restart: settings.restart ?? 'on-failure',
    restarts: settings.restarts ?? restartLimits.most,
    readyMs: settings.readySeconds === undefined ? null : settings.readySeconds * 1000,
    budget: limitsOf(settings.limits, profile),
    grants: union(settings.egress ?? [], profile?.sandbox?.egress ?? []),
    rotation: settings.rotation ?? {},
    profile,
    // What the door of the run lets a meter say is another matter.
    ...(settings.control || metersIn({ policies }).has(moniker) ? { control: true } : {}),
  };
}

/** What the settings of one say stays as it was written. */
const union = (own: readonly string[], wider: readonly string[]): readonly string[] =>
  wider.length === 0 ? own : [...new Set([...own, ...wider])].sort(compareText);

export function checkSettings({ components, runtime }: DeploymentPlan): readonly Blocked[] {
  const known = components.map(({ moniker }) => moniker);
  return Object.entries(runtime?.components ?? {}).flatMap(([moniker, { egress = [] }]) => [
    ...egress.filter((grant) => !parseGrant(grant)).map((grant) => invalidGrant(moniker, grant)),
    ...(known.includes(moniker) ? [] : [unknownComponent(moniker, known)]),
  ]);
}

const invalidGrant = (moniker: string, grant: string): Blocked => ({
  gate: 'egress_invalid',
  subject: moniker,
  reasons: [`\`${grant}\` grants nothing`],
  remedy: 'write host:port in `egress` of the settings, such as `example.com:443` or `[2001:db8::1]:443`',
});

function unknownComponent(moniker: string, known: readonly string[]): Blocked {
  const near = suggest(moniker, known);
  return {
    gate: 'component_unknown',
    subject: moniker,
    reasons: ['the settings say how it runs, and the scenario has no such component'],
    remedy: near === undefined ? 'remove it from `components` in the settings' : `did you mean \`${near}\`?`,
  };
}
