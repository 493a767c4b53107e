/** Whether the profiles of a plan can be had in this run. */
import { parseGrant } from '../../adapters/relay/egress-grants.ts';
import { own } from '../../base/json.ts';
import { suggest } from '../../base/suggest.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { type ProfileOf, profileOf, usualProfile } from '../../plan/profiles/profile-of.ts';

export interface ProfileOptions {
  /** The operator lets programs run on the host whose profile says so. */
  readonly noSandbox: boolean;
}

/** Nothing that a profile says is passed over in silence: what cannot be had keeps the run from starting. */
export function checkProfiles(plan: DeploymentPlan, { noSandbox }: ProfileOptions): readonly Blocked[] {
  return [
    ...unknownNames(plan),
    ...Object.entries(plan.runtime?.sandboxes ?? {}).flatMap(([name, { egress = [] }]) =>
      egress.filter((grant) => !parseGrant(grant)).map((grant) => invalidGrant(name, grant)),
    ),
    ...(noSandbox ? [] : withoutSandbox(plan).map(([moniker, { name }]) => sandboxRequired(moniker, name))),
  ];
}

/** Components with a program that are to run on the host. */
export const withoutSandbox = (plan: DeploymentPlan): readonly (readonly [string, ProfileOf])[] =>
  plan.components.flatMap(({ moniker, program }) => {
    const found = profileOf(moniker, plan.runtime);
    return program !== null && found?.profile.sandbox.mode === 'none' ? [[moniker, found] as const] : [];
  });

function unknownNames({ components, runtime }: DeploymentPlan): readonly Blocked[] {
  const profiles = Object.keys(runtime?.profiles ?? {});
  const monikers = new Set(components.map(({ moniker }) => moniker));
  const blocked: Blocked[] = [];
  for (const [moniker, { profile }] of Object.entries(runtime?.components ?? {})) {
    if (profile === undefined || profile === usualProfile || profiles.includes(profile)) continue;
    if (monikers.has(moniker)) blocked.push(unknown('profile', moniker, profile, profiles));
  }
  const sandboxes = runtime?.sandboxes ?? {};
  for (const [name, { sandbox }] of Object.entries(runtime?.profiles ?? {})) {
    if (sandbox.mode !== 'ref' || (sandbox.ref !== undefined && own(sandboxes, sandbox.ref))) continue;
    blocked.push(unknown('sandbox', `profiles.${name}`, sandbox.ref, Object.keys(sandboxes)));
  }
  return blocked;
}

function unknown(
  what: 'profile' | 'sandbox',
  subject: string,
  name: string | undefined,
  known: readonly string[],
): Blocked {
  const near = name === undefined ? undefined : suggest(name, known);
  return {
    gate: `${what}_unknown`,
    subject,
    reasons: [name === undefined ? `it names no ${what}` : `the plan has no ${what} \`${name}\``],
    remedy:
      near === undefined ? 'declare it in the settings, and compile the scenario again' : `did you mean \`${near}\`?`,
  };
}

const sandboxRequired = (moniker: string, profile: string): Blocked => ({
  gate: 'sandbox_required',
  subject: moniker,
  reasons: [
    `its profile \`${profile}\` has \`sandbox.mode: none\`, which runs it on this machine with all your rights`,
  ],
  remedy: 'pass `--no-sandbox` if that is what you want, or give the profile a sandbox',
});

const invalidGrant = (sandbox: string, grant: string): Blocked => ({
  gate: 'egress_invalid',
  subject: `sandboxes.${sandbox}`,
  reasons: [`\`${grant}\` grants nothing`],
  remedy: 'write host:port in `egress` of the sandbox, such as `example.com:443` or `[2001:db8::1]:443`',
});
