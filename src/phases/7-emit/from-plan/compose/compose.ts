/**
 * The plan as a project of Docker Compose, which 1.29 and 2 both take. Each component is alone in a network of its own with the gate, which lets
 * through the edges of the plan and nothing else. What comes out is read back and held against the plan before anybody gets it.
 */
import { invariant } from '../../../../base/invariant.ts';
import * as D from '../../../../diagnostics/catalogue/emit.ts';
import type { PlanComponent } from '../../../../ir/plan-schema.ts';
import { checkCompose } from '../../../../plan/targets/compose/check.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import type { Files } from '../../output.ts';
import { tellKeptByRun } from '../containers/kept-by-run.ts';
import { openPlan } from '../containers/open.ts';
import { readComponent } from '../containers/read.ts';
import { egressFile } from '../containers/squid.ts';
import { type Tell, telling } from '../containers/tell.ts';
import { toldFaults } from '../containers/told-faults.ts';
import { knownValue, type Read } from '../containers/values.ts';
import { type YamlObject, type YamlWriter, yamlWriter } from '../containers/yaml.ts';
import type { PlanEmitter, PlanInput, Report } from '../emitter.ts';
import { egressConfig, egressService } from './egress.ts';
import { type EnvInput, envExample } from './env-example.ts';
import { gateConfig, gateFile, gateService } from './gate.ts';
import { planLabel } from './labels.ts';
import { gateAt, type Layout, layOut, slotPort } from './layout.ts';
import { egressName, gateName } from './names.ts';
import { tellNotHeld } from './not-held.ts';
import { networksOf, secretsOf, volumesOf } from './project.ts';
import { type ComponentParts, serviceOf } from './service.ts';
import { mostNetworks } from './subnets.ts';
import { words } from './words.ts';

export const compose: PlanEmitter = {
  kind: 'compose',
  shape: 'folder',
  holds: ['compose.yaml', '.env.example', 'gate/', 'egress/', 'config/'],
  readable: true,
  emit: (input, report) => {
    const files = composeFiles(input, report);
    const faults = files.size === 0 ? [] : checkCompose(files, input.plan);
    invariant(faults.length === 0, `what was made for Compose is not what the plan says: ${toldFaults(faults)}`);
    return files;
  },
};

const nothing: Files = new Map();

function composeFiles(input: PlanInput, report: Report): Files {
  const { plan } = input;
  const tell = telling(input, report);
  const opened = openPlan(plan, tell, words);
  if (!opened) return nothing;
  const { wiring, fits } = opened;
  const layout = layOut(plan, wiring);
  if (!layout) {
    const count = wiring.components.length;
    tell.of('/', (at) => D.composeTooMany({ count, most: mostNetworks }, at));
    return nothing;
  }
  if (!fits) return nothing;
  if (layout.components.length === 0) tell.of('/', (at) => D.composeEmpty({}, at));
  tellNotHeld(layout.components, plan, tell);
  tellKeptByRun(
    layout.components.map(({ moniker }) => moniker),
    plan,
    tell,
    words,
  );
  const planned = new Map(plan.components.map((one) => [one.moniker, one]));
  const write = yamlWriter();
  const built = layout.components.map((component) =>
    buildOne(component, planned.get(component.moniker) as PlanComponent, layout, tell, write),
  );
  const made = built.flatMap((one) => one ?? []);
  return made.length === built.length ? filesOf(layout, made, write) : nothing;
}

interface Built extends Omit<ComponentParts, 'service'> {
  readonly name: string;
  /** As it stands below `services`. */
  readonly lines: string;
  readonly needsSource: boolean;
  readonly component: WiredComponent;
  readonly read: Read;
}

function buildOne(
  component: WiredComponent,
  of: PlanComponent,
  layout: Layout,
  tell: Tell,
  write: YamlWriter,
): Built | undefined {
  const { moniker } = component;
  const read = readComponent(component, (edge) => gateAt(layout, moniker, slotPort(layout, edge)), tell, words);
  if (!read) return undefined;
  const parts = serviceOf(component, of, read, layout, tell);
  if (!parts) return undefined;
  const name = layout.services.get(moniker) as string;
  const { service, files, secrets } = parts;
  const needsSource = service['working_dir'] !== undefined;
  // Written at once: thousands of services are not kept as objects as well.
  return { files, secrets, name, lines: write({ [name]: service }, below), needsSource, component, read };
}

/** `services` */
const below = '  ';

function filesOf(layout: Layout, made: readonly Built[], write: YamlWriter): Files {
  const gate = gateService(layout);
  const egress = egressService(layout);
  const secrets = [...new Set(made.flatMap((one) => one.secrets))].sort();
  // In the order of an object with these names.
  const services = Object.values<string>({
    ...(gate ? { [gateName]: write({ [gateName]: gate }, below) } : {}),
    ...(egress ? { [egressName]: write({ [egressName]: egress }, below) } : {}),
    ...Object.fromEntries(made.map(({ name, lines }) => [name, lines])),
  });
  const volumes = volumesOf(layout.components, layout);
  const before: YamlObject = {
    // A file without services is taken for one of the first form by 1.29, unless it says otherwise.
    ...(made.length === 0 ? { version: '3.8' } : {}),
    'x-headgate': planLabel(layout.plan),
  };
  const behind: YamlObject = {
    networks: networksOf(layout),
    ...(Object.keys(volumes).length === 0 ? {} : { volumes }),
    ...(secrets.length === 0 ? {} : { secrets: secretsOf(secrets) }),
  };
  const needsSource = made.some((one) => one.needsSource);
  return new Map([
    [
      'compose.yaml',
      [
        '# Written by headgate. What is to be changed by hand belongs into compose.override.yaml.\n',
        write(before),
        ...(services.length === 0 ? ['services: {}\n'] : ['services:\n', ...services]),
        write(behind),
      ].join(''),
    ],
    ['.env.example', envExample({ layout, secrets, leaves: leavesOf(made), needsSource })],
    ...(gate ? [[gateConfig, gateFile(layout)] as const] : []),
    ...(egress ? [[egressConfig, egressFile(layout.egress)] as const] : []),
    ...made.flatMap(({ files }) => files),
  ]);
}

/** Of root config that some text holds, and no file. */
function leavesOf(made: readonly Built[]): EnvInput['leaves'] {
  if (made.every(({ component }) => component.config.leaves.length === 0)) return [];
  const asked = new Set(made.flatMap(({ lines }) => [...lines.matchAll(/\$\{(\w+):/g)].map(([, name]) => name)));
  const seen = new Map<string, EnvInput['leaves'][number]>();
  for (const { component, read } of made)
    for (const leaf of component.config.leaves) {
      if (!asked.has(leaf.env)) continue;
      const known = knownValue(component, leaf);
      const optional = read.presence.get(leaf.path) !== 'required' && seen.get(leaf.path)?.optional !== false;
      seen.set(leaf.path, { leaf, known, optional });
    }
  return [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
