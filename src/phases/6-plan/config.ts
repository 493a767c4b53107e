import { compareText, sortedBy } from '../../base/order.ts';
import type { Governed } from '../../ir/governed.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { envName } from '../../language/config/env-names.ts';
import { rootPathsOfProgram } from '../../language/config/program-paths.ts';
import { leaves } from '../../language/schema/leaves.ts';

/** The root config: its schema, and who needs which leaf. Values never stand here. */
export function planConfig(governed: Governed): DeploymentPlan['config'] {
  const schema = governed.rootSchema;
  if (!schema) return { schema: null, leaves: [] };
  const consumers = new Map<string, Set<string>>();
  for (const component of governed.graph.components) {
    const space = governed.spaces[component.id];
    if (!component.program || !space || space.schema === null) continue;
    for (const path of rootPathsOfProgram(component.program, space)) {
      consumers.set(path, (consumers.get(path) ?? new Set()).add(component.moniker));
    }
  }
  const secrets = new Set(governed.secrets);
  return {
    schema,
    leaves: sortedBy(leaves(schema), (leaf) => leaf.path).map((leaf) => ({
      path: leaf.path,
      env: envName(leaf.path),
      secret: secrets.has(leaf.path),
      required: leaf.runtimeRequired,
      consumers: [...usersOf(leaf.path, consumers)].sort(compareText),
    })),
  };
}

/** Whoever uses the leaf itself, an object around it, or something inside it. */
function usersOf(leaf: string, consumers: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const out = new Set<string>();
  for (const [path, users] of consumers) {
    const touches = path === '' || path === leaf || leaf.startsWith(`${path}.`) || path.startsWith(`${leaf}.`);
    if (touches) for (const user of users) out.add(user);
  }
  return out;
}
