/**
 * Whether what was written for Compose lets everybody reach what the plan says, and nothing else. It reads the files as Docker, HAProxy and Squid
 * do, and knows nothing of who wrote them. Every difference is a fault.
 */
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { difference } from '../difference.ts';
import { expectedEdges, expectedEgress, keyText } from '../expected.ts';
import { type Mount, mountsDiffer } from '../mounts.ts';
import { wrongUrls } from '../urls.ts';
import { type Project, readProject } from './model.ts';
import { factsIn, misplaced, reachIn } from './reach.ts';

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
  const byShown = new Map([...edges].reverse().map((one) => [one.shown, one]));
  const bound = new Map(project.listeners.map(({ key, binds }) => [key, binds[0] ?? '']));
  const slots = new Map<string, string>();
  const variables = new Map<string, string>();
  const faults: string[] = [];
  // Which variable stands for which slot is nobody's business, but each for one.
  const found = factsIn(project).map((fact) => {
    if (!fact.endsWith('}')) return fact;
    const [, head = '', key = '', variable] = /^(.*? via (.*)) -> \$\{(\w+)\}$/.exec(fact) ?? [];
    const edge = byShown.get(key);
    if (variable === undefined || !edge || !('external' in edge.to)) return fact;
    const slot = edge.to.external;
    if ((slots.get(variable) ?? slot) !== slot || (variables.get(slot) ?? variable) !== variable)
      faults.push(`${variable} stands for two slots, or slot ${slot} for two variables`);
    slots.set(variable, slot);
    variables.set(slot, variable);
    return `${head} -> outside, by slot ${slot}`;
  });
  const wanted = [
    ...edges.map(({ shown, consumer, to }) => {
      const end = 'text' in to ? to.text : `outside, by slot ${to.external}`;
      return `${consumer ?? 'loopback'} via ${shown} -> ${end}`;
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
    ...[...difference(found, wanted)].sort().map((fact) => `it lets through what the plan does not say: ${fact}`),
    ...difference(wanted, found).map((fact) => `the plan says what it does not let through: ${fact}`),
    ...servicesDiffer(project, plan),
    ...mountsDiffer(mountsOf(project), plan),
    ...wrongUrls(project.services, plan, edges, ({ shown }) => bound.get(shown)),
  ];
}

const isAddress = (grant: string): boolean => /^(?:\[|[\d.]+:)/.test(grant);

/** Every program has one service, and every service is a program's. */
function servicesDiffer({ services }: Project, plan: DeploymentPlan): readonly string[] {
  const running = plan.components.flatMap(({ moniker, program }) => (program ? [moniker] : []));
  const titles = services.flatMap(({ role, title }) => (role === 'component' ? [title] : []));
  return [
    ...difference(running, titles).map((moniker) => `${moniker} has no service`),
    ...difference(titles, running).map((title) => `service ${title} is no component`),
  ];
}

const mountsOf = ({ services }: Project): readonly Mount[] =>
  services.flatMap(({ title, volumes }) =>
    volumes.flatMap((mount) =>
      mount['type'] === 'volume'
        ? [{ title, target: String(mount['target']).replaceAll('$$', '$'), volume: String(mount['source']) }]
        : [],
    ),
  );
