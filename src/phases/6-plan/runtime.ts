import { compareText, sortedBy } from '../../base/order.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Governed } from '../../ir/governed.ts';
import type { PlanProfile } from '../../ir/plan-profile-schema.ts';
import type { ComponentRuntime, PlanRuntime } from '../../ir/plan-runtime-schema.ts';
import type { ComponentSettings, Mention, RuntimeSettings } from '../../ir/runtime-settings.ts';
import { replacedInContainer } from '../../language/settings/in-container.ts';
import { unknownMention } from '../../language/settings/mentions.ts';
import { type PlannedDelegations, planGrants, subjectsIn } from './grants.ts';

/** Undefined where nothing is declared, so that such a plan is the one that was made without settings. */
export function planRuntime(
  governed: Governed,
  settings: RuntimeSettings | undefined,
  delegations: PlannedDelegations | undefined,
  sink: Sink,
): PlanRuntime | undefined {
  // Interposers have monikers too, which are known only now.
  const monikers = new Set(governed.graph.components.map(({ moniker }) => moniker));
  const components: (readonly [string, ComponentRuntime])[] = [];
  for (const [moniker, setting] of sortedBy(Object.entries(settings?.components ?? {}), ([name]) => name)) {
    const unknown = monikers.has(moniker) ? undefined : unknownMention(mentionOf(moniker, setting), [governed.graph]);
    if (unknown) sink.report(unknown);
    const declared = lower(setting);
    if (Object.keys(declared).length > 0) components.push([moniker, declared]);
  }
  for (const mention of [...(settings?.mentions ?? []), ...subjectsIn(delegations)]) {
    const unknown = unknownMention(mention, [governed.graph]);
    if (unknown) sink.report(unknown);
  }
  for (const mention of settings?.mentions ?? []) {
    const fault = replacedInContainer(mention, settings?.components ?? {}, [governed.graph]);
    if (fault) sink.report(fault);
  }
  for (const { name, digest, at } of settings?.files ?? [])
    if (!digest) sink.report(D.probeFile({ path: name === '' ? '.' : name }, { at }));
  const declared = {
    ...some('components', Object.fromEntries(components)),
    ...profilesOf(
      settings ?? {},
      components.map(([, { profile }]) => profile),
    ),
    ...some('probes', inNameOrder(settings?.probes ?? {})),
    ...(settings?.completion ? { completion: settings.completion } : {}),
    ...some('vaults', inNameOrder(settings?.vaults ?? {})),
    ...some(
      'workspaces',
      picked(
        settings?.workspaces ?? {},
        components.map(([, { workspace }]) => workspace),
      ),
    ),
    ...(delegations ? { grants: planGrants(delegations) } : {}),
  };
  return Object.keys(declared).length === 0 ? undefined : declared;
}

const some = <K extends string, T extends object>(name: K, of: T): { readonly [N in K]?: T } =>
  Object.keys(of).length === 0 ? {} : ({ [name]: of } as { readonly [N in K]: T });

/** What nothing uses changes nothing, so it is not in the plan. `default` is the profile of all who name none. */
function profilesOf(
  { profiles = {}, sandboxes = {} }: RuntimeSettings,
  named: readonly (string | undefined)[],
): Pick<PlanRuntime, 'profiles' | 'sandboxes'> {
  const used = picked(profiles, ['default', ...named]);
  return {
    ...some('profiles', used),
    ...some(
      'sandboxes',
      picked(
        sandboxes,
        Object.values(used).map((one: PlanProfile) => one.sandbox.ref),
      ),
    ),
  };
}

function picked<T>(of: Readonly<Record<string, T>>, names: readonly (string | undefined)[]): Record<string, T> {
  const wanted = new Set(names);
  return Object.fromEntries(sortedBy(Object.entries(of), ([name]) => name).filter(([name]) => wanted.has(name)));
}

const inNameOrder = <T>(of: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(sortedBy(Object.entries(of), ([name]) => name));

/** One form for one meaning: an empty list says what no list says, and the order of grants says nothing. */
function lower({
  restart,
  restarts,
  readySeconds,
  limits = {},
  egress = [],
  profile,
  environment,
  workspace,
  control,
  rotation = {},
  image,
  replicas,
}: ComponentSettings): ComponentRuntime {
  return {
    ...(restart === undefined ? {} : { restart }),
    ...(restarts === undefined ? {} : { restarts }),
    ...(readySeconds === undefined ? {} : { readySeconds }),
    ...(Object.keys(limits).length === 0 ? {} : { limits: { ...limits } }),
    ...(egress.length === 0 ? {} : { egress: [...new Set(egress)].sort(compareText) }),
    ...(profile === undefined || profile === 'default' ? {} : { profile }),
    ...(environment === undefined ? {} : { environment }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(control ? { control } : {}),
    ...some('rotation', reactionsOf(rotation)),
    ...(image === undefined ? {} : { image }),
    ...(replicas === undefined ? {} : { replicas }),
  };
}

/** Nothing is what happens anyway. */
const reactionsOf = (rotation: NonNullable<ComponentSettings['rotation']>): Record<string, 'restart' | 'file'> =>
  Object.fromEntries(
    sortedBy(Object.entries(rotation), ([path]) => path).flatMap(([path, does]) =>
      does === 'none' ? [] : [[path, does] as const],
    ),
  );

const mentionOf = (name: string, { at }: ComponentSettings): Mention => ({
  what: 'component',
  name,
  ...(at ? { at } : {}),
});
