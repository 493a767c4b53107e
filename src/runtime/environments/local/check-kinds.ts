/** What keeps a component from running on this machine at all. */

import type { Blocked } from '../../../ir/blocked.ts';
import type { LoweredMount } from '../../../ir/graph.ts';
import type { DeploymentPlan, PlanComponent } from '../../../ir/plan-schema.ts';
import { programOf } from '../../../plan/wiring/endpoints.ts';
import { containers, placedBySettings } from '../../../plan/wiring/image-of.ts';
import { wantedImage } from '../../../plan/wiring/suggested-image.ts';

export function checkKinds(plan: DeploymentPlan): readonly Blocked[] {
  return [
    ...plan.components.flatMap((one) => wrongPlace(plan, one)),
    ...plan.components.flatMap((one) => wrongCapabilities(plan, one)),
  ];
}

/** Where it cannot run where the settings want it, or nowhere. */
function wrongPlace(plan: DeploymentPlan, component: PlanComponent): readonly Blocked[] {
  const program = programOf(component);
  const { moniker } = component;
  if (!program) return [];
  const wrong = (reason: string, remedy: string): readonly Blocked[] => [
    { gate: 'program_kind', subject: moniker, reasons: [reason], remedy },
  ];
  if ('vm' in program)
    return wrong(
      'it is a virtual machine, and a run starts programs and container images',
      'give it a `path` or an `image` program, or deploy the plan to a target that runs it',
    );
  const { said, image } = placedBySettings(moniker, plan);
  if (said === 'local' && 'image' in program)
    return wrong(
      'it is a container image, and the settings want it in a sandbox: `environment: local`',
      'remove `environment` from its settings, or give it a `path` program',
    );
  if (said === containers && 'path' in program && image === undefined) {
    const wanted = wantedImage(program, undefined);
    return wrong(
      'it is a `path` program, and nothing says in which image the settings want it: `environment: docker`',
      `name in the settings an image that has \`${wanted.needs}\`: \`image: "${wanted.image ?? 'NAME:TAG'}"\``,
    );
  }
  return [];
}

function wrongCapabilities(plan: DeploymentPlan, component: PlanComponent): readonly Blocked[] {
  const reasons = frameworkUses(plan, component);
  if (reasons.length === 0) return [];
  const them = reasons.length === 1 ? 'it' : 'them';
  return [
    {
      gate: 'framework_capability',
      subject: component.moniker,
      reasons,
      remedy: `remove ${them}, or deploy the plan to a target that offers ${them}`,
    },
  ];
}

/** Also what an optional slot is bound to: the scenario says that it is there. */
function frameworkUses(plan: DeploymentPlan, component: PlanComponent): readonly string[] {
  const program = programOf(component) as { readonly mounts?: readonly LoweredMount[] } | null;
  if (!program) return [];
  const mounts = (program.mounts ?? []).flatMap((mount) =>
    mount['kind'] === 'framework' ? [`it mounts ${described(String(mount['capability']))}`] : [],
  );
  const slots = plan.edges.flatMap(({ from, to }) =>
    from.kind === 'framework' && to.component === component.moniker
      ? [`its slot \`${to.slot}\` is bound to ${described(from.capability)}`]
      : [],
  );
  return [...mounts, ...slots];
}

const capabilities: Readonly<Record<string, string>> = {
  component: 'adds and removes components while a scenario runs, and a local run has only those of its plan',
  docker: 'is the Docker daemon of this machine, a door that no sandbox can close',
  kvm: 'is a device of this machine that no sandbox is given',
};

const described = (capability: string): string =>
  `\`framework.${capability}\`, which ${capabilities[capability] ?? 'cannot be had here'}`;
