/** What the settings say and a cluster does not do: told, so that nobody relies on it. */
import * as D from '../../../../diagnostics/catalogue/emit-kubernetes.ts';
import { limitsOf } from '../../../../plan/profiles/limits.ts';
import { profileOf } from '../../../../plan/profiles/profile-of.ts';
import { isNear } from '../containers/grants.ts';
import type { Tell } from '../containers/tell.ts';
import type { Layout } from './layout.ts';

export function tellNotHeld({ components, plan }: Layout, tell: Tell): void {
  const say = (moniker: string, subject: string, what: string, reason: string): void =>
    tell.of(moniker, (at) => D.kubernetesNotHeld({ subject, what, reason }, at));
  for (const { moniker, ports } of components) {
    const settings = plan.runtime?.components?.[moniker] ?? {};
    const profile = profileOf(moniker, plan.runtime);
    const of = (what: string, reason: string): void => say(moniker, moniker, what, reason);
    const { wallSeconds, cpuSeconds, processes } = limitsOf(settings.limits, profile);
    const isTask = settings.restart === 'never';
    if (wallSeconds !== undefined && !isTask)
      of('`limits.wallSeconds`', 'only a task is ended there for having run long');
    if (cpuSeconds !== undefined) of('`limits.cpuSeconds`', 'no time of a processor is counted there');
    if (processes !== undefined) of('`limits.processes`', 'each node has one number for all of its pods');
    if (settings.restart === 'on-failure')
      of('`restart: on-failure`', 'a program that ends well is started again too, unless it is a task');
    if (settings.restarts !== undefined && !isTask)
      of('`restarts`', 'a program is started again without end, later each time');
    if (ports.length > 2)
      of(`waiting for ${ports.length} ports`, 'only the first and the last of them are asked whether they are open');
    for (const [path, does] of Object.entries(settings.rotation ?? {}))
      of(`\`rotation: { ${path}: ${does} }\``, 'a value is read when a pod starts, and nobody tells of a new one');
    if (settings.environment !== undefined) of('`environment`', 'where a pod runs is the business of the cluster');
    if (profile?.sandbox?.cacheMiB !== undefined) of('the cache of its sandbox', 'there is none there');
    if (profile?.sandbox?.tools) of('the tools of its sandbox', 'they have to be in its image');
    for (const grant of [...(settings.egress ?? []), ...(profile?.sandbox?.egress ?? [])].filter(isNear))
      of(`egress to \`${grant}\``, 'it leads to this machine, and what asks for it is a pod');
  }
  for (const [what, named] of Object.entries({ probes: plan.runtime?.probes, completion: plan.runtime?.completion }))
    if (named)
      say('/', 'the scenario', `\`${what}\``, 'a cluster runs pods until they are deleted, and judges nothing');
}
