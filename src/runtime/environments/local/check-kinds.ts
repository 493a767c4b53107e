/** What keeps a component from running on this machine at all. */

import type { Blocked } from '../../../ir/blocked.ts';
import type { LoweredMount } from '../../../ir/graph.ts';
import type { DeploymentPlan, PlanComponent } from '../../../ir/plan-schema.ts';
import { programOf } from '../../../plan/wiring/endpoints.ts';

export function checkKinds(plan: DeploymentPlan): readonly Blocked[] {
  return [...plan.components.flatMap(wrongProgram), ...plan.components.flatMap((one) => wrongCapabilities(plan, one))];
}

function wrongProgram(component: PlanComponent): readonly Blocked[] {
  const program = programOf(component);
  if (!program || 'path' in program) return [];
  return [
    {
      gate: 'program_kind',
      subject: component.moniker,
      reasons: [
        `it is ${'vm' in program ? 'a virtual machine' : 'a container image'}, and only \`path\` programs run locally`,
      ],
      remedy: 'give it a `path` program, or deploy the plan to a target that runs it',
    },
  ];
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
