/**
 * Whether what was written for Compose lets everybody reach what the plan says, and nothing else. It reads the files as Docker, HAProxy and Squid
 * do, and knows nothing of who wrote them. Every difference is a fault.
 */
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { expectedEdges, expectedEgress, expectedMounts, keyText } from '../expected.ts';
import { type Project, readProject } from './model.ts';
import { misplaced, reachIn } from './reach.ts';
import { wrongUrls } from './urls.ts';

/** Files by path below the folder of the output. Empty where both say the same. */
export function checkCompose(files: ReadonlyMap<string, string>, plan: DeploymentPlan): readonly string[] {
  try {
    return compared(readProject(files), plan);
  } catch (error) {
    if (error instanceof SyntaxError) return [error.message];
    throw error;
  }
}

/** Who reaches whom, as it can be tried from every place of what runs. */
export const composeReach = (files: ReadonlyMap<string, string>): readonly string[] => reachIn(readProject(files));

function compared(project: Project, plan: DeploymentPlan): readonly string[] {
  const edges = expectedEdges(plan);
  const slots = new Map<string, string>();
  const variables = new Map<string, string>();
  const faults: string[] = [];
  // Which variable stands for which slot is nobody's business, but each for one.
  const found = reachIn(project).map((fact) => {
    const [, head = '', key = '', variable] = /^(.*? via (.*)) -> \$\{(\w+)\}$/.exec(fact) ?? [];
    const edge = variable === undefined ? undefined : edges.find((one) => keyText(one.key) === key);
    if (variable === undefined || !edge || !('external' in edge.to)) return fact;
    const slot = edge.to.external;
    if ((slots.get(variable) ?? slot) !== slot || (variables.get(slot) ?? variable) !== variable)
      faults.push(`${variable} stands for two slots, or slot ${slot} for two variables`);
    slots.set(variable, slot);
    variables.set(slot, variable);
    return `${head} -> outside, by slot ${slot}`;
  });
  const wanted = [
    ...edges.map(({ key, consumer, to }) => {
      const end = 'text' in to ? to.text : `outside, by slot ${to.external}`;
      return `${consumer ?? 'loopback'} via ${keyText(key)} -> ${end}`;
    }),
    ...expectedEgress(plan).flatMap(([moniker, grants]) =>
      grants.map(
        (grant) => `${moniker} via ${keyText(`${moniker} egress`)} -> ${isAddress(grant) ? '' : 'public '}${grant}`,
      ),
    ),
  ];
  return [
    ...misplaced(project),
    ...faults,
    ...difference(found, wanted).map((fact) => `it lets through what the plan does not say: ${fact}`),
    ...difference(wanted, found).map((fact) => `the plan says what it does not let through: ${fact}`),
    ...servicesDiffer(project, plan),
    ...mountsDiffer(project, plan),
    ...wrongUrls(project, plan, edges),
  ];
}

const isAddress = (grant: string): boolean => /^(?:\[|[\d.]+:)/.test(grant);

/** Of the first, what is not in the second as often. O(n log n). */
function difference(of: readonly string[], other: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const one of other) counts.set(one, (counts.get(one) ?? 0) + 1);
  return of.filter((one) => {
    const left = counts.get(one) ?? 0;
    counts.set(one, left - 1);
    return left <= 0;
  });
}

/** Every program has one service, and every service is a program's. */
function servicesDiffer({ services }: Project, plan: DeploymentPlan): readonly string[] {
  const running = plan.components.flatMap(({ moniker, program }) => (program ? [moniker] : []));
  const titles = services.flatMap(({ role, title }) => (role === 'component' ? [title] : []));
  return [
    ...difference(running, titles).map((moniker) => `${moniker} has no service`),
    ...difference(titles, running).map((title) => `service ${title} is no component`),
  ];
}

/** Two that share a volume share a way. */
function mountsDiffer({ services }: Project, plan: DeploymentPlan): readonly string[] {
  const ids = new Map<string, string>();
  const volumes = new Map<string, string>();
  const wanted = new Map(expectedMounts(plan).map(({ moniker, target, id }) => [`${moniker} at ${target}`, id]));
  const seen = new Set<string>();
  const faults = services.flatMap(({ title, volumes: mounts }) =>
    mounts.flatMap((mount): readonly string[] => {
      if (mount['type'] !== 'volume') return [];
      const where = `${title} at ${String(mount['target']).replaceAll('$$', '$')}`;
      const volume = String(mount['source']);
      const id = wanted.get(where);
      seen.add(where);
      if (id === undefined) return [`volume ${volume} is mounted by ${where}, and the plan does not say so`];
      const isOther = (ids.get(volume) ?? id) !== id || (volumes.get(id) ?? volume) !== volume;
      ids.set(volume, id);
      volumes.set(id, volume);
      return isOther ? [`volume ${volume} is mounted by ${where} in the place of ${id}`] : [];
    }),
  );
  return [
    ...faults,
    ...[...wanted.keys()].filter((where) => !seen.has(where)).map((where) => `nothing is mounted by ${where}`),
  ];
}
