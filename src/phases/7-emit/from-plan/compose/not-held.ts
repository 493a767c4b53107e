/** What the settings say and Compose does not do: told, so that nobody relies on it. */
import * as D from '../../../../diagnostics/catalogue/emit.ts';
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import { limitsOf } from '../../../../plan/profiles/limits.ts';
import { profileOf } from '../../../../plan/profiles/profile-of.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import { containers } from '../../../../plan/wiring/image-of.ts';
import { isNear } from '../containers/grants.ts';
import type { Tell } from '../containers/tell.ts';

export function tellNotHeld(components: readonly WiredComponent[], plan: DeploymentPlan, tell: Tell): void {
  const say = (moniker: string, subject: string, what: string, reason: string): void =>
    tell.of(moniker, (at) => D.composeNotHeld({ subject, what, reason }, at));
  for (const { moniker, storage } of components) {
    const settings = plan.runtime?.components?.[moniker] ?? {};
    const profile = profileOf(moniker, plan.runtime);
    const of = (what: string, reason: string): void => say(moniker, moniker, what, reason);
    const { wallSeconds, diskBytes } = limitsOf(settings.limits, profile);
    if (wallSeconds !== undefined) of('`limits.wallSeconds`', 'Docker ends nothing for having run long');
    if (diskBytes !== undefined) of('the budget of its disk', 'Docker does not bound what a container writes');
    if (settings.restart === 'always' && settings.restarts !== undefined)
      of('`restarts`', 'Docker counts only restarts after a failure');
    const { replicas, environment } = settings;
    if (replicas !== undefined && replicas > 1) of(`\`replicas: ${replicas}\``, 'a service is one container there');
    if (environment !== undefined && environment !== containers)
      of(`\`environment: ${environment}\``, 'everything is in containers there');
    for (const [path, does] of Object.entries(settings.rotation ?? {}))
      of(
        `\`rotation: { ${path}: ${does} }\``,
        'a value is read when a container starts, and nobody tells of a new one',
      );
    if (profile?.sandbox?.cacheMiB !== undefined) of('the cache of its sandbox', 'there is none under Compose');
    if (profile?.sandbox?.tools) of('the tools of its sandbox', 'they have to be in its image');
    for (const grant of [...(settings.egress ?? []), ...(profile?.sandbox?.egress ?? [])].filter(isNear))
      of(`egress to \`${grant}\``, 'it leads to this machine, and what asks for it is a container');
    for (const { id, size, ephemeral } of storage)
      if (size !== null && !ephemeral && id.startsWith(`${moniker}.`))
        of(`the size of \`${id}\``, 'volumes of Docker have none');
  }
  for (const [what, named] of Object.entries({ probes: plan.runtime?.probes, completion: plan.runtime?.completion }))
    if (named)
      say('/', 'the scenario', `\`${what}\``, 'Compose runs services until they are stopped, and judges nothing');
}
