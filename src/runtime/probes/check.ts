/** Whether the probes of a plan can be run and judged, before anything starts. */
import { own } from '../../base/json.ts';
import { suggest } from '../../base/suggest.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { probesOf } from './completion.ts';

/** O(probes × (components + edges)). */
export const checkProbes = (plan: DeploymentPlan): readonly Blocked[] => [
  ...checkCompletion(plan),
  ...probesOf(plan).flatMap(
    ([name, probe]) => unknownTarget(plan, name, probe) ?? notInEvidenceMode(plan, name, probe),
  ),
];

function checkCompletion(plan: DeploymentPlan): readonly Blocked[] {
  const completion = plan.runtime?.completion;
  if (!completion) return [];
  const probes = probesOf(plan);
  const names = probes.map(([name]) => name);
  const { requires } = completion;
  const twice = requires.filter((name, at) => requires.indexOf(name) < at);
  return [
    ...requires.filter((name) => !names.includes(name)).map((name) => unknownProbe(name, names)),
    ...[...new Set(twice)].map((name) =>
      invalid(name, '`completion.requires` names it twice', 'name it once in `completion.requires` of the settings'),
    ),
    ...probes
      .filter(([name, { required }]) => required && !requires.includes(name))
      .map(([name]) =>
        invalid(
          name,
          'it is required, and `completion.requires` does not name it',
          'add it to `completion.requires` of the settings, or write `required: false`',
        ),
      ),
  ];
}

const invalid = (subject: string, reason: string, remedy: string): Blocked => ({
  gate: 'completion_invalid',
  subject,
  reasons: [reason],
  remedy: `${remedy}, and compile the scenario again`,
});

function unknownProbe(name: string, names: readonly string[]): Blocked {
  const near = suggest(name, names);
  const hint = near === undefined ? 'remove it from `completion.requires` of the settings' : `write \`${near}\``;
  return invalid(name, '`completion.requires` names it, and there is no such probe', hint);
}

/** Undefined where everything that it names is there. */
function unknownTarget(plan: DeploymentPlan, name: string, probe: PlanProbe): readonly Blocked[] | undefined {
  const [what, wanted, known] = targetOf(plan, probe);
  if (wanted === undefined || known.includes(wanted)) return undefined;
  const near = suggest(wanted, known);
  return [
    {
      gate: 'probe_invalid',
      subject: name,
      reasons: [`the scenario has no ${what} \`${wanted}\``],
      remedy: `${near === undefined ? `name another ${what}` : `write \`${near}\``} in the settings, and compile the scenario again`,
    },
  ];
}

function targetOf(
  plan: DeploymentPlan,
  probe: PlanProbe,
): readonly [what: string, wanted: string | undefined, known: readonly string[]] {
  const exported = (name: string) => ['export', name, plan.exports.map((one) => one.name)] as const;
  switch (probe.kind) {
    case 'headless_run':
    case 'sim_trace':
      return ['component', probe.component, plan.components.map(({ moniker }) => moniker)];
    case 'render_hash':
      return exported(probe.export);
    case 'api_smoke': {
      const { target } = probe;
      if ('export' in target) return exported(target.export);
      if ('edge' in target) return ['edge', target.edge, [...new Set(plan.edges.map(({ id }) => id))]];
      const provides = plan.components.flatMap(({ moniker, provides: all }) =>
        Object.keys(all).map((one) => `${moniker}.${one}`),
      );
      return ['provide', target.provide, provides];
    }
    default:
      // A kind of the program around headgate, which alone knows what its fields mean.
      return ['component', undefined, []];
  }
}

/** What executes something where a component runs is for components whose runs are to be measured. */
function notInEvidenceMode(plan: DeploymentPlan, name: string, probe: PlanProbe): readonly Blocked[] {
  const moniker = executesAt(plan, probe);
  if (moniker === undefined) return [];
  const profile = own(plan.runtime?.components ?? {}, moniker)?.profile ?? 'default';
  const mode = own(plan.runtime?.profiles ?? {}, profile)?.runtime.mode ?? 'default';
  if (mode === 'evidence') return [];
  return [
    {
      gate: 'probe_requires_evidence_mode',
      subject: name,
      reasons: [
        `a probe of the kind ${probe.kind} executes something where ${moniker} runs, whose profile \`${profile}\` has the mode ${mode}`,
      ],
      remedy: `give ${moniker} a profile with \`runtime: { mode: evidence }\` in the settings, and compile the scenario again`,
    },
  ];
}

/** Moniker of the component in whose place it executes something; undefined for one that only asks. */
function executesAt(plan: DeploymentPlan, probe: PlanProbe): string | undefined {
  if (probe.kind === 'headless_run' || probe.kind === 'sim_trace') return probe.component;
  return probe.kind === 'render_hash' ? behindExport(plan, probe.export) : undefined;
}

/** Who answers at an export, behind whatever policies put before it. */
function behindExport(plan: DeploymentPlan, name: string): string | undefined {
  const seen = new Set<string>();
  let moniker = plan.exports.find((one) => one.name === name)?.from.component;
  while (moniker !== undefined && !seen.has(moniker)) {
    seen.add(moniker);
    const at = moniker;
    if (plan.components.find((one) => one.moniker === at)?.origin.kind !== 'policy') break;
    const edge = plan.edges.find(({ to, from }) => to.component === at && from.kind === 'component');
    if (edge?.from.kind !== 'component') break;
    moniker = edge.from.component;
  }
  return moniker;
}
